/**
 * List prices, each with its date and source. A config's `pricing` goes before those of SLS. Nothing here is asked of
 * the cloud, and discounts, resource plans and taxes are not in it.
 */

import type { MeteringMode } from '../../cloud/sls/metering-mode.ts';

/** `mainland`: the public cloud in mainland China; `finance`: its finance cloud; `abroad`: all other regions. */
export type PriceArea = 'mainland' | 'finance' | 'abroad';

export interface ListPrice {
  readonly area: PriceArea;
  readonly mode: MeteringMode;
  readonly currency: string;
  /** For a raw GB that is written, without keeping it. */
  readonly perGB: number;
  readonly consistsOf: string;
  /** Year and month. */
  readonly asOf: string;
  readonly source: string;
}

/** Of the raw size, as it is sent compressed: 10 to 20 % by SLS's documents. */
const COMPRESSED = 0.2;

const CU_PAGE = 'Simple Log Service, resource plans: the rates of CUs are the pay-as-you-go unit prices';
const BILLING_EXAMPLES = 'Simple Log Service, international site, billing examples of pay-by-feature';

const INGESTED = 'writing with index and 30 days of storage, by the raw size';
const FEATURES =
  'index by the raw size, and write traffic on a fifth of it (compressed); storage comes on top';

/** In CNY: what the finance cloud takes for the same. */
const FINANCE_FACTOR = 1.9;

const mainland = (factor: number, area: PriceArea): readonly ListPrice[] => [
  {
    area,
    mode: 'ChargeByDataIngest',
    currency: 'CNY',
    perGB: 0.4 * factor,
    consistsOf: INGESTED,
    asOf: '2026-02',
    source: CU_PAGE,
  },
  {
    area,
    mode: 'ChargeByFunction',
    currency: 'CNY',
    perGB: (0.35 + 0.18 * COMPRESSED) * factor,
    consistsOf: FEATURES,
    asOf: '2026-02',
    source: CU_PAGE,
  },
];

/** No price in USD is known for Logstores that are charged by ingested data. */
export const LIST_PRICES: readonly ListPrice[] = [
  ...mainland(1, 'mainland'),
  ...mainland(FINANCE_FACTOR, 'finance'),
  {
    area: 'abroad',
    mode: 'ChargeByFunction',
    currency: 'USD',
    perGB: 0.0875 + 0.045 * COMPRESSED,
    consistsOf: FEATURES,
    asOf: '2024-06',
    source: BILLING_EXAMPLES,
  },
];

/**
 * What VPC charges for extracting flow logs, by the GB of a month and region. CEN's fee is documented as not charged
 * yet (2024-06, UNVERIFIED since).
 */
export const EXTRACTION_FEE = {
  currency: 'USD',
  freeGB: 5,
  /** Each up to so many GB, counted from the first GB on. */
  tiers: [
    { upToGB: 10 * 1024, perGB: 0.37 },
    { upToGB: 30 * 1024, perGB: 0.185 },
    { upToGB: 50 * 1024, perGB: 0.074 },
    { upToGB: Number.POSITIVE_INFINITY, perGB: 0.037 },
  ],
  asOf: '2025-02',
  source: 'VPC, international site, billing of flow logs',
} as const;

export function areaOf(regionId: string): PriceArea {
  if (!regionId.startsWith('cn-') || regionId.startsWith('cn-hongkong')) return 'abroad';
  return regionId.includes('-finance') ? 'finance' : 'mainland';
}
