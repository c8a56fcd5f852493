import type { AdmittedCall, World } from '../service.ts';
import { slsErrors } from './sls-errors.ts';

/** A call on a project that exists in the region that was asked, and that the account may use. */
export interface ProjectCall extends AdmittedCall {
  readonly project: string;
}

/** A call on a Logstore that exists and that the account may use. */
export interface LogstoreCall extends ProjectCall {
  readonly logstore: string;
}

/** A JSON body that comes with headers of its own. */
export class WithHeaders {
  readonly body: object;
  readonly headers: Readonly<Record<string, string>>;

  constructor(body: object, headers: Readonly<Record<string, string>>) {
    this.body = body;
    this.headers = headers;
  }
}

/** Answers with its JSON body, or with an empty one. @throws {ApiError} */
export type SlsOperation = (call: ProjectCall, world: World) => object | undefined;

/** An operation on the Logstore that the path names, once it is found. */
export function onLogstore(
  operation: (call: LogstoreCall, world: World) => object | undefined,
): SlsOperation {
  return (call, world) => {
    const name = call.params.logstore ?? '';
    const logstore = world.logstores.find(call.project, name);
    if (logstore === undefined) {
      throw slsErrors.error('LogStoreNotExist', `logstore ${name} does not exist.`);
    }
    if (logstore.accountId !== undefined && logstore.accountId !== call.accountId) {
      throw slsErrors.error('Unauthorized', 'The Logstore belongs to another account.');
    }
    return operation({ ...call, logstore: name }, world);
  };
}
