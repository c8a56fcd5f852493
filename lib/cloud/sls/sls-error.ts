/**
 * What kept an operation of SLS from succeeding. `refused`: SLS said no. `no-answer`: no complete answer of SLS.
 * `no-credentials`: there was nothing to sign with.
 */
export type SlsErrorKind = 'refused' | 'no-answer' | 'no-credentials';

/** An operation of SLS that did not succeed. The message holds no secret. */
export class SlsError extends Error {
  override readonly name = 'SlsError';
  readonly kind: SlsErrorKind;
  /** The operation, as in `CreateIndex`. */
  readonly operation: string;
  /** As SLS stated it; else `Http502`, or the code of the connection's failure. */
  readonly code: string;
  readonly httpStatus: number | null;
  readonly requestId: string | null;

  constructor(
    message: string,
    options: {
      readonly kind: SlsErrorKind;
      readonly operation: string;
      readonly code: string;
      readonly httpStatus?: number;
      readonly requestId?: string | null;
    },
  ) {
    super(message);
    this.kind = options.kind;
    this.operation = options.operation;
    this.code = options.code;
    this.httpStatus = options.httpStatus ?? null;
    this.requestId = options.requestId ?? null;
  }
}

/** Spellings differ between versions of SLS (`ProjectNotExist`, `ProjectNotExists`). */
const spelled = (code: string): string => code.toLowerCase().replace(/s$/, '');

export const isMissingProject = (error: SlsError): boolean => spelled(error.code) === 'projectnotexist';

export const isMissingLogstore = (error: SlsError): boolean => spelled(error.code) === 'logstorenotexist';

/** Whether what was asked for is not there, while what it would lie in is. */
export function isMissing(error: SlsError): boolean {
  if (isMissingProject(error)) return false;
  return /notexists?$/i.test(error.code);
}

/**
 * Whether what was to be created is there already.
 * @see the tests of aliyun-log-java-sdk: a dashboard answers `ParameterInvalid`, "specified dashboard already exists"
 */
export function isPresent(error: SlsError): boolean {
  return /alreadyexists?$/i.test(error.code) || /already exists?\b/i.test(error.message);
}
