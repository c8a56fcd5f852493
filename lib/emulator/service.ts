import type { AccessKeys, Caller } from './access-keys.ts';
import type { ApiError } from './api-error.ts';
import type { Functions } from './fc/functions.ts';
import type { FlowLogStore } from './flow-log-store.ts';
import type { Answer, HttpRequest } from './http-message.ts';
import type { Idempotence } from './idempotence.ts';
import type { Logstores } from './logstores.ts';
import type { Objects } from './oss/objects.ts';
import type { Policies } from './ram/policies.ts';
import type { Roles } from './ram/roles.ts';
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
  /** Which metric is the raw size of what is written. */
  readonly rawMetric: 'LogInflow' | 'NetFlow';
  /** How old the next listing is, milliseconds. */
  readonly replicaLagMs: () => number;
  readonly accessKeys: AccessKeys;
  /** Whether an account has opened VPC's flow-log service. */
  readonly hasFlowLogService: (accountId: string) => boolean;
  readonly roles: Roles;
  readonly policies: Policies;
  readonly flowLogs: FlowLogStore;
  readonly logstores: Logstores;
  readonly slsResources: SlsResources;
  readonly idempotence: Idempotence;
  readonly functions: Functions;
  readonly objects: Objects;
}

/** What a request asks for, before anything is trusted. */
export interface Call {
  readonly action: string;
  readonly params: Readonly<Record<string, string>>;
}

export interface AdmittedCall extends Call, Caller {
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
  /** Who signed. @throws {ApiError} */
  admit(request: HttpRequest, call: Call, world: World): Caller;
  /** The only step that changes the world. @throws {ApiError} */
  perform(call: AdmittedCall, world: World): Answer | Promise<Answer>;
  /** A refusal in the shape of this service. */
  refuse(error: ApiError, requestId: string, request: HttpRequest): Answer;
  /** The error of a code, with its documented status and message. */
  error(code: string): ApiError;
}
