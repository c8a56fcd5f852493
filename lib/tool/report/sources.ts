/** Where a report's facts come from. */
import type { MeteringMode } from '../../cloud/sls/metering-mode.ts';
import type { FlowLogService } from '../../config/config.ts';
import type { LogRecord } from '../../reconcile/ports.ts';
import type { Listing } from '../../reconcile/targets.ts';
import type { InvolvedLogstore } from './involved.ts';
import type { Stretch } from './stretch.ts';
import type { DataPoint, Metric } from './traffic.ts';

/** What one listing covers. */
export interface Place {
  /** Name in the config's `accounts`; null for the account of the credentials. */
  readonly account: string | null;
  readonly regionId: string;
  readonly service: FlowLogService;
  /** Narrows the listing: flow logs do not name their VPC. */
  readonly vpcId: string | null;
}

/** Every method but `listings` throws a {@link CloudError}, and nothing else. */
export interface Sources {
  /** All flow logs of these places, or why they could not be listed. */
  listings(places: readonly Place[]): Promise<readonly Listing[]>;
  /**
   * The records that a search of SLS finds, oldest first; all pages.
   * @param stretch by SLS's own time of a record, to the second
   * @param most no more than so many. Default: all
   */
  records(search: string, stretch: Stretch, most?: number): Promise<readonly LogRecord[]>;
  /** The bytes of the periods that begin in the stretch; those without traffic may be left out. */
  traffic(logstore: InvolvedLogstore, metric: Metric, stretch: Stretch): Promise<readonly DataPoint[]>;
  meteringMode(logstore: InvolvedLogstore): Promise<MeteringMode>;
}
