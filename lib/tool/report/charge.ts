/** What bytes cost: list prices or the config's, and VPC's extraction fee. Pure. */
import type { MeteringMode } from '../../cloud/sls/metering-mode.ts';
import { groupBy } from './group-by.ts';
import { areaOf, EXTRACTION_FEE, LIST_PRICES } from './list-prices.ts';
import { sum } from './stretch.ts';

export const GB = 2 ** 30;

/** The config's `pricing`. */
export interface Pricing {
  /** Code of three letters such as `CNY`. */
  readonly currency: string;
  readonly pricePerGB: number;
}

export type Price =
  | { readonly known: true; readonly perGB: number; readonly currency: string; readonly basis: string }
  | { readonly known: false; readonly reason: string };

/** What a raw GB costs in a Logstore. @param mode null when it could not be read */
export function priceOf(regionId: string, mode: MeteringMode | null, pricing: Pricing | null): Price {
  if (pricing !== null) {
    const { pricePerGB: perGB, currency } = pricing;
    return { known: true, perGB, currency, basis: `${perGB} ${currency}/GB: the config's pricing` };
  }
  if (mode === null) return { known: false, reason: 'its charging mode could not be read' };
  const area = areaOf(regionId);
  const listed = LIST_PRICES.find((each) => each.area === area && each.mode === mode);
  if (listed === undefined) {
    return {
      known: false,
      reason: `no list price is known for ${mode} in ${regionId}; set pricing in the config`,
    };
  }
  const { perGB, currency, consistsOf, asOf, source } = listed;
  const rounded = Number(perGB.toFixed(4));
  const basis = `${rounded} ${currency}/GB: list price for ${mode} in ${WHERE[area]}, as of ${asOf} (${consistsOf}; ${source})`;
  return { known: true, perGB, currency, basis };
}

const WHERE = {
  mainland: 'mainland China',
  finance: "mainland China's finance cloud",
  abroad: 'regions outside mainland China',
} as const;

/** The fee for so many GB of a month and region. */
export function extractionFeeFor(gb: number): number {
  const { freeGB, tiers } = EXTRACTION_FEE;
  let fee = 0;
  let from: number = freeGB;
  for (const { upToGB, perGB } of tiers) {
    if (gb <= from) break;
    fee += (Math.min(gb, upToGB) - from) * perGB;
    from = upToGB;
  }
  return fee;
}

/** Bytes of a month that VPC's flow logs wrote, or would have written, to one Logstore. */
export interface Extracted {
  /** The Logstore. */
  readonly key: string;
  /** Tiers are counted together within one account, region and month. */
  readonly together: string;
  readonly written: number;
  readonly notWritten: number;
  readonly notWrittenAtLeast: number;
}

export interface ExtractionFee {
  readonly written: number;
  readonly saved: number;
  readonly savedAtLeast: number;
}

/** By Logstore: its share of what was written of its tiers' fee, and of the fee that more would have cost. */
export function extractionFees(extracted: readonly Extracted[]): ReadonlyMap<string, ExtractionFee> {
  const fees = new Map<string, ExtractionFee>();
  for (const group of groupBy(extracted, ({ together }) => together).values()) {
    const totalOf = (part: (each: Extracted) => number) => sum(group.map(part)) / GB;
    const written = totalOf((each) => each.written);
    const notWritten = totalOf((each) => each.notWritten);
    const atLeast = totalOf((each) => each.notWrittenAtLeast);
    const feeOfWritten = extractionFeeFor(written);
    const share = (bytes: number, total: number, fee: number) =>
      total === 0 ? 0 : (bytes / GB / total) * fee;
    for (const each of group) {
      const before = fees.get(each.key) ?? { written: 0, saved: 0, savedAtLeast: 0 };
      const more = extractionFeeFor(written + notWritten) - feeOfWritten;
      const moreAtLeast = extractionFeeFor(written + atLeast) - feeOfWritten;
      fees.set(each.key, {
        written: before.written + share(each.written, written, feeOfWritten),
        saved: before.saved + share(each.notWritten, notWritten, more),
        savedAtLeast: before.savedAtLeast + share(each.notWrittenAtLeast, atLeast, moreAtLeast),
      });
    }
  }
  return fees;
}
