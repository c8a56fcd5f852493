/** Everything that the checks look at. Data only. */

import type { AsyncRetries, DeployedFunction, DeployedTrigger } from '../../cloud/fc/deployed-function.ts';
import { isLoopback } from '../../cloud/http/endpoint.ts';
import type { Config, FlowLogService, Role } from '../../config/config.ts';
import type { Issue } from '../../config/issues.ts';
import type { JsonObject } from '../../json.ts';
import type { FlowLog } from '../../reconcile/ports.ts';
import type { Runtime } from '../../runtime.ts';
import type { Asked } from './asked.ts';
import type { Exchange } from './exchanges.ts';

export interface ConfigSeen {
  readonly file: string;
  /** Null when the file is not there or not valid. */
  readonly config: Config | null;
  readonly issues: readonly Issue[];
  readonly warnings: readonly Issue[];
}

/** Whose credentials are in use, as STS answers. */
export interface Identity {
  readonly accountId: string;
  readonly arn: string;
}

export interface EndpointSeen {
  readonly service: 'CEN' | 'VPC' | 'STS' | 'SLS' | 'Function Compute';
  readonly origin: string;
  /** The variable that can replace it. */
  readonly variable: string;
  readonly isOverridden: boolean;
  readonly reached: Asked<{ readonly status: number; readonly elapsedMs: number }>;
}

/** One account's flow logs of one region. */
export interface ListingSeen {
  readonly service: FlowLogService;
  readonly regionId: string;
  /** The VPC that it was narrowed to. */
  readonly vpcId: string | null;
  /** Whether VPC's flow-log service is open; null for CEN's, which need none. */
  readonly isOpen: Asked<boolean> | null;
  readonly flowLogs: Asked<ReadonlyMap<string, FlowLog>>;
}

export interface AccountSeen {
  /** Name in the config; null is the account of the credentials. */
  readonly account: string | null;
  /** Null for the own account. */
  readonly role: Role | null;
  readonly identity: Asked<Identity>;
  /** Regions that the config names for it; empty when its credentials are of no use. */
  readonly listings: readonly ListingSeen[];
}

/** Answers to questions that the scheduler never asks. */
export interface Probes {
  readonly regionId: string;
  readonly withoutRegion: Asked<{ readonly total: string; readonly regionIds: readonly string[] }>;
  readonly pageSizes: readonly {
    readonly asked: number;
    readonly answer: Asked<string>;
  }[];
  /** What ListTagResources calls the type `Flowlog`; null when there was no flow log to ask about. */
  readonly tagged: Asked<readonly string[]> | null;
}

/** Runs that were recorded lately. */
export interface RunsSeen {
  /** How far back was looked. */
  readonly stretchMs: number;
  /** A hundred at most. */
  readonly all: number;
  /** Of them, those that a timer started; a hundred at most. */
  readonly byTimer: number;
}

/** What `report` and `what-if` need to read; null where there is nothing to ask about. */
export interface MeasureSeen {
  readonly runs: Asked<RunsSeen> | null;
  /** Of the Logstore of one flow log. */
  readonly logstore: {
    readonly name: string;
    readonly regionId: string;
    /** Received in the last hour. */
    readonly bytes: Asked<number>;
    readonly meteringMode: Asked<string>;
  } | null;
}

export interface LogstoreSeen {
  readonly logstore: Asked<JsonObject>;
  readonly index: Asked<JsonObject>;
  /** Of a Logstore and of a project that surely do not exist. */
  readonly missingLogstore: Asked<JsonObject>;
  readonly missingProject: Asked<JsonObject>;
}

/** What the function made of `{"action":"status"}`. */
export interface StatusSeen {
  /** Null unless it failed. */
  readonly errorType: string | null;
  /** Null when its answer does not say. */
  readonly runtime: Runtime | null;
}

export interface FunctionSeen {
  readonly name: string;
  readonly regionId: string;
  readonly deployed: Asked<DeployedFunction>;
  readonly triggers: Asked<readonly DeployedTrigger[]>;
  readonly asyncRetries: Asked<AsyncRetries | null>;
  /** Null when it was not invoked, since it is not deployed as the scheduler is. */
  readonly status: Asked<StatusSeen> | null;
  /** The Logstore of its own log, in its own region; null when it has none, or that is not known. */
  readonly logstore: Asked<JsonObject> | null;
}

export interface Observations {
  /** Local wall clock at the beginning, milliseconds since the epoch. */
  readonly at: number;
  /** Version of the zone data that this machine has; empty when it has none. */
  readonly zoneData: string;
  readonly config: ConfigSeen;
  /** Which source of the default chain had credentials, when it says so. */
  readonly credentials: Asked<{ readonly source: string | null }>;
  /** The own account first. Empty without credentials. */
  readonly accounts: readonly AccountSeen[];
  readonly endpoints: readonly EndpointSeen[];
  readonly exchanges: readonly Exchange[];
  /** Flow logs as CEN spelled them, and the answers they came in, of all listings. */
  readonly answers: readonly JsonObject[];
  /** Null when no region could be listed. */
  readonly probes: Probes | null;
  /** Null when results go to standard output only, or nothing could be asked. */
  readonly logstore: LogstoreSeen | null;
  /** Null when nothing could be asked. */
  readonly measure: MeasureSeen | null;
  /**
   * `not-named`: nobody asked about one. `unsupported`: it is on Function Compute 2.0. `no-region`: nobody says where
   * it is. `no-credentials`: nothing could be asked.
   */
  readonly function: FunctionSeen | 'not-named' | 'unsupported' | 'no-region' | 'no-credentials';
}

/** Whether an endpoint is on this machine, as an emulator's is: what answers there proves nothing about the cloud. */
export const isEmulated = ({ endpoints }: Observations): boolean =>
  endpoints.some(({ origin }) => isLoopback(new URL(origin).hostname));

/** The own account, once there are credentials to have one. */
export const ownAccount = ({ accounts }: Observations): AccountSeen | null =>
  accounts.find(({ account }) => account === null) ?? null;
