import type { AccessKeys } from './access-keys.ts';
import type { ApiError } from './api-error.ts';
import type { Functions } from './fc/functions.ts';
import type { FlowLogStore } from './flow-log-store.ts';
import type { Answer, HttpRequest } from './http-message.ts';
import type { Idempotence } from './idempotence.ts';
import type { Logstores } from './logstores.ts';
import type { Roles } from './roles.ts';
import type { SlsResources } from './sls/sls-resources.ts';
import type { ServiceName } from './types.ts';

/** Everything that operations read and change. */
export interface World {
  /** State clock, milliseconds since the epoch. */
  readonly now: () => number;
  /** Clock of signature dates, milliseconds since the epoch. */
  readonly wallNow: () => number;
  readonly modifyingMs: number;
  /** Whether a transit router changes one flow log at a time. */
  readonly oneChangePerTransitRouter: boolean;
  /** How old the next listing is, milliseconds. */
  readonly replicaLagMs: () => number;
  readonly accessKeys: AccessKeys;
  readonly roles: Roles;
  readonly flowLogs: FlowLogStore;
  readonly logstores: Logstores;
  readonly slsResources: SlsResources;
  readonly idempotence: Idempotence;
  readonly functions: Functions;
}

/** What a request asks for, before anything is trusted. */
export interface Call {
  readonly action: string;
  readonly params: Readonly<Record<string, string>>;
}

export interface AdmittedCall extends Call {
  readonly accountId: string;
  readonly requestId: string;
  readonly request: HttpRequest;
}

/** A cloud service of the emulator. */
export interface Service {
  readonly name: ServiceName;
  /** Whether the rate limit of accounts counts its calls. */
  readonly limited: boolean;
  accepts(request: HttpRequest): boolean;
  /** Never throws; an action that cannot be read is the empty string. */
  read(request: HttpRequest): Call;
  /** The account that signed. @throws {ApiError} */
  admit(request: HttpRequest, call: Call, world: World): string;
  /** The only step that changes the world. @throws {ApiError} */
  perform(call: AdmittedCall, world: World): Answer | Promise<Answer>;
  /** A refusal in the shape of this service. */
  refuse(error: ApiError, requestId: string, request: HttpRequest): Answer;
  /** The error of a code, with its documented status and message. */
  error(code: string): ApiError;
}
