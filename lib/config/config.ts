import type { Schedule } from '../schedule/types.ts';
import type { Zone } from '../schedule/zone.ts';

/** A config that validated, in the units and types that the rest works with. */
export interface Config {
  /** Default zone of every schedule. */
  readonly zone: Zone;
  /** Version of the zone data that all its zones come from, such as `2025c`. */
  readonly zoneData: string;
  readonly recordTo: RecordTo;
  readonly schedules: ReadonlyMap<string, Schedule>;
  /** The flow logs that are listed by ID. */
  readonly flowLogs: readonly FlowLogEntry[];
  readonly selectors: readonly Selector[];
  /** Roles in other accounts, by the name that entries use. */
  readonly accounts: ReadonlyMap<string, Role>;
  readonly limits: Limits;
  /** In place of the list prices; null when the config does not say. */
  readonly pricing: Pricing | null;
}

export interface Pricing {
  /** Code of three letters such as `CNY`. */
  readonly currency: string;
  /** What a GB of flow log costs in SLS. */
  readonly pricePerGB: number;
}

/** Where results are recorded besides standard output. */
export type RecordTo =
  | { readonly kind: 'stdout' }
  | {
      readonly kind: 'sls';
      readonly regionId: string;
      readonly project: string;
      readonly logstore: string;
      /** Whether flow logs that needed nothing get a record in every run too. */
      readonly recordAll: boolean;
    };

/** A role of another account that trusts ours. */
export interface Role {
  /** `acs:ram::{account}:role/{name}` */
  readonly roleArn: string;
  /** What the role's trust policy may ask for. */
  readonly externalId: string | null;
}

/** The product that a flow log belongs to: Cloud Enterprise Network or Virtual Private Cloud. */
export type FlowLogService = 'cen' | 'vpc';

/** Every flow log of a service in a region that has all of what is given here. */
export interface Selector {
  /** Position in the file's list, from 0. */
  readonly position: number;
  readonly service: FlowLogService;
  readonly regionId: string;
  readonly cenId: string | null;
  readonly transitRouterId: string | null;
  readonly vpcId: string | null;
  readonly resourceId: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether the file says that all of the region is meant. */
  readonly all: boolean;
  readonly account: string | null;
  readonly schedule: Schedule;
}

export interface FlowLogEntry {
  /** Position in the file's list, from 0. */
  readonly position: number;
  readonly service: FlowLogService;
  readonly flowLogId: string;
  readonly regionId: string;
  readonly cenId: string | null;
  readonly vpcId: string | null;
  /** Name of the account it belongs to; null for the account of the function. */
  readonly account: string | null;
  readonly schedule: Schedule;
}

export interface Limits {
  /** API calls in flight per account. */
  readonly concurrency: number;
  readonly settleTimeoutMs: number;
  readonly maxFlowLogs: number;
  readonly maxOverrideMs: number;
}
