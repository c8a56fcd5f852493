/** HTTP status and message of an error code. */
export interface ErrorDefinition {
  readonly status: number;
  readonly message: string;
}

/** A refusal, put into the shape of the service that answers. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly retryAfterMs: number | null;

  constructor(code: string, definition: ErrorDefinition, retryAfterMs: number | null = null) {
    super(definition.message);
    this.code = code;
    this.status = definition.status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Errors of a service by code. */
export interface ErrorTable {
  readonly codes: readonly string[];
  /** The error of a code; `message` and `status` replace the table's. A code that is not in it is a 400. */
  error(code: string, message?: string, status?: number): ApiError;
}

export function errorTable(definitions: Readonly<Record<string, ErrorDefinition>>): ErrorTable {
  const byCode = new Map(Object.entries(definitions));
  return {
    codes: [...byCode.keys()],
    error: (code, message, status) => {
      const usual = byCode.get(code) ?? { status: 400, message: code };
      return new ApiError(code, { status: status ?? usual.status, message: message ?? usual.message });
    },
  };
}
