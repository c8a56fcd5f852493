/** What tells the flow logs of CEN from those of VPC, as data: everything else is one code. */
import type { FlowLogService } from '../../config/config.ts';
import type { FlowLog, FlowLogRef, FlowLogScope } from '../../reconcile/ports.ts';
import type { Service } from '../call.ts';
import { CEN, CEN_ENDPOINT, VPC, vpcEndpoint } from '../services.ts';

type Params = Readonly<Record<string, string | null | undefined>>;

export interface FlowLogProduct {
  readonly api: Service;
  /** Its endpoint among those that replace the public ones. */
  readonly override: 'cbn' | 'vpc';
  readonly endpoint: (regionId: string) => URL;
  /** Operations that each product spells its own way. */
  readonly operations: { readonly list: string; readonly untag: string };
  readonly resourceType: string;
  readonly pageSize: number;
  /** Statuses that lead to another one, while which nothing but queries is allowed. */
  readonly transient: ReadonlySet<string>;
  /** Whether a toggle that is sent twice with the same token has one effect. */
  readonly hasClientToken: boolean;
  /** What a listing is narrowed to besides its region. */
  readonly narrowing: (scope: FlowLogScope) => Params;
  /** What a toggle says besides ID and region. */
  readonly about: (ref: FlowLogRef) => Params;
  /** Where a flow log says what: null for what the product does not know. */
  readonly fields: Readonly<
    Record<keyof Pick<FlowLog, 'cenId' | 'transitRouterId' | 'resourceId'>, string | null>
  >;
  /** Capture interval, and how many seconds its unit has. */
  readonly interval: { readonly field: string; readonly seconds: number };
}

export const PRODUCTS: Readonly<Record<FlowLogService, FlowLogProduct>> = {
  /** @see https://www.alibabacloud.com/help/en/cen/developer-reference/api-cbn-2017-09-12-describeflowlogs */
  cen: {
    api: CEN,
    override: 'cbn',
    endpoint: () => CEN_ENDPOINT,
    operations: { list: 'DescribeFlowlogs', untag: 'UntagResources' },
    resourceType: 'Flowlog',
    // The documented default. A maximum is not documented, so no larger page is asked for.
    pageSize: 20,
    transient: new Set(['Modifying', 'Creating', 'Deleting']),
    hasClientToken: true,
    narrowing: ({ cenId }) => ({ CenId: cenId }),
    about: ({ cenId }) => ({ CenId: cenId }),
    fields: { cenId: 'CenId', transitRouterId: 'TransitRouterId', resourceId: null },
    interval: { field: 'Interval', seconds: 1 },
  },
  /** @see https://www.alibabacloud.com/help/en/vpc/developer-reference/api-vpc-2016-04-28-describeflowlogs */
  vpc: {
    api: VPC,
    override: 'vpc',
    endpoint: vpcEndpoint,
    operations: { list: 'DescribeFlowLogs', untag: 'UnTagResources' },
    resourceType: 'FLOWLOG',
    // The documented maximum.
    pageSize: 50,
    // The first two are documented; those of CEN are taken for transient too, to touch nothing in doubt.
    transient: new Set(['Activating', 'Deactivating', 'Modifying', 'Creating', 'Deleting']),
    hasClientToken: false,
    narrowing: ({ vpcId }) => ({ VpcId: vpcId }),
    about: () => ({}),
    fields: { cenId: null, transitRouterId: null, resourceId: 'ResourceId' },
    interval: { field: 'AggregationInterval', seconds: 60 },
  },
};
