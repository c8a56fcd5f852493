/** A Logstore, as SLS spells it. */
export interface LogstoreDefinition {
  readonly logstoreName: string;
  /** Days that records are kept. */
  readonly ttl: number;
  readonly shardCount: number;
  readonly autoSplit: boolean;
  readonly maxSplitShard: number;
  readonly mode: 'standard';
  readonly enable_tracking: boolean;
}

/**
 * The Logstore of the records.
 * @see CreateLogStoreRequest in `@alicloud/sls20201230`
 */
export function logstoreDefinition(logstoreName: string): LogstoreDefinition {
  return {
    logstoreName,
    // Long enough to answer who captured what in the last two quarters. An existing Logstore keeps its own.
    ttl: 180,
    // A run writes a few kilobytes.
    shardCount: 1,
    autoSplit: true,
    maxSplitShard: 8,
    // A Query Logstore is cheaper, but knows no SQL, which the dashboard and the alerts are made of.
    mode: 'standard',
    // Web tracking would let anybody write without a signature.
    enable_tracking: false,
  };
}

/** Name of the Logstore of the function's own log, in the project of the records. s.yaml names it too. */
export const FUNCTION_LOGSTORE = 'flow-log-scheduler-function';

/** The Logstore of the function's own log: what it printed, for looking into trouble. */
export function functionLogstoreDefinition(logstoreName: string): LogstoreDefinition {
  return { ...logstoreDefinition(logstoreName), ttl: 30 };
}
