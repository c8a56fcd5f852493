/** What was captured, written, saved, and how that is known: every format shows this. Pure. */

import type { MeteringMode } from '../../cloud/sls/metering-mode.ts';
import type { Zone } from '../../schedule/zone.ts';
import { type CaptureSpan, captureSpans, notWatched, timeOf } from './capture.ts';
import { type ExtractionFee, extractionFees, GB, type Price, type Pricing, priceOf } from './charge.ts';
import type { EstimatedFrom, EstimatedHour } from './estimate.ts';
import { groupBy } from './group-by.ts';
import { hoursOf } from './hours.ts';
import type { Involved, InvolvedFlowLog, InvolvedLogstore } from './involved.ts';
import { EXTRACTION_FEE } from './list-prices.ts';
import { extractedBy, type MeasuredLogstore, measure } from './measure.ts';
import { NOTHING_RECORDED, type Reading, type Recorded } from './records.ts';
import { basisOf, flowLogWarnings, logstoreWarnings, nameOf } from './sentences.ts';
import { type Stretch, sum } from './stretch.ts';
import { type Measured, trafficOf } from './traffic.ts';

export interface ReportFacts {
  readonly range: Stretch;
  readonly now: number;
  /** The config's zone: its hours of the week, its days. */
  readonly zone: Zone;
  /** How often the timer calls the function. */
  readonly periodMs: number;
  /** Null when the records could not be read, or the range lies in the future. */
  readonly recorded: Recorded | null;
  /** Where the records were read, for people. */
  readonly recordedIn: string;
  readonly involved: Involved;
  /** By Logstore. */
  readonly measured: ReadonlyMap<string, Measured>;
  readonly meteringModes: ReadonlyMap<string, MeteringMode>;
  readonly pricing: Pricing | null;
  /** What could not be read, for people. */
  readonly problems: readonly string[];
}

export interface FlowLogReport extends Omit<InvolvedFlowLog, 'now'> {
  /** Contiguous over the range. */
  readonly spans: readonly CaptureSpan[];
  readonly activeMs: number;
  readonly inactiveMs: number;
  readonly unknownMs: number;
  /** Whether any record speaks of it. */
  readonly recorded: boolean;
  /** Edges within the range. */
  readonly changes: number;
  readonly failed: number;
}

/** Bytes and money that were written, and that were not; null for what is not known. */
export interface Amounts {
  readonly bytesWritten: number | null;
  readonly bytesNotWritten: number | null;
  readonly bytesNotWrittenAtLeast: number | null;
  readonly amountWritten: number | null;
  readonly amountSaved: number | null;
  readonly amountSavedAtLeast: number | null;
}

export interface LogstoreReport extends InvolvedLogstore, Amounts {
  /** All hours of the range. */
  readonly hours: readonly EstimatedHour[];
  readonly estimatedFrom: EstimatedFrom | null;
  readonly pricePerGB: number | null;
  readonly currency: string | null;
  /** What VPC took for extracting what was written, in `currency`; part of `amountWritten`. Null without one. */
  readonly extractionFee: number | null;
}

export interface Total extends Amounts {
  /** Null for Logstores without a known price. */
  readonly currency: string | null;
}

export interface Report {
  readonly range: Stretch;
  readonly now: number;
  readonly zone: Zone;
  readonly flowLogs: readonly FlowLogReport[];
  readonly logstores: readonly LogstoreReport[];
  readonly totals: readonly Total[];
  readonly notWatched: readonly Stretch[];
  /** What the figures rest on, each a sentence. */
  readonly basis: readonly string[];
  /** What is not known or looks wrong, each a sentence. */
  readonly warnings: readonly string[];
}

export function reportOf(facts: ReportFacts): Report {
  const { range, now, zone, involved } = facts;
  const recorded = facts.recorded ?? NOTHING_RECORDED;
  const readings = groupBy(recorded.readings, ({ flowLogId }) => flowLogId);
  const flowLogs = involved.flowLogs.map((each) =>
    flowLogReport(each, readings.get(each.flowLogId) ?? [], recorded, range),
  );
  const spansById = new Map(flowLogs.map(({ flowLogId, spans }) => [flowLogId, spans]));
  const hours = hoursOf(zone, range);
  const measured = involved.logstores.map((each) => {
    const spans = each.flowLogs.map(
      ({ flowLogId, now: status }) => spansById.get(flowLogId) ?? always(status, range),
    );
    const metrics = facts.measured.get(each.key) ?? { LogInflow: null, NetFlow: null };
    return measure(each, spans, trafficOf(metrics, range, now), hours);
  });
  const priced = charge(measured, facts);
  const logstores = priced.map(({ report }) => report);
  const gaps = facts.recorded === null ? [] : notWatched(recorded.runs, range, facts.periodMs);
  return {
    range,
    now,
    zone,
    flowLogs,
    logstores,
    totals: totalsOf(logstores),
    notWatched: gaps,
    basis: basisOf(facts, measured, priced),
    warnings: [
      ...facts.problems,
      ...recorded.warnings,
      ...flowLogWarnings(flowLogs, facts),
      ...measured.flatMap((each) => logstoreWarnings(each, facts)),
      ...priced.flatMap(({ warnings }) => warnings),
    ],
  };
}

/** A flow log that no record speaks of: what it is now. */
const always = (status: InvolvedFlowLog['now'], range: Stretch): readonly CaptureSpan[] => [
  { ...range, status: status ?? 'unknown' },
];

function flowLogReport(
  { now, ...flowLog }: InvolvedFlowLog,
  readings: readonly Reading[],
  { watches }: Recorded,
  range: Stretch,
): FlowLogReport {
  const spans = captureSpans({ range, readings, watches, now });
  const inRange = readings.filter(({ at }) => range.start <= at && at < range.end);
  return {
    ...flowLog,
    spans,
    activeMs: timeOf(spans, 'Active'),
    inactiveMs: timeOf(spans, 'Inactive'),
    unknownMs: timeOf(spans, 'unknown'),
    recorded: readings.length > 0,
    changes: inRange.filter(({ effect }) => effect.kind === 'edge').length,
    failed: inRange.filter(({ failed }) => failed).length,
  };
}

export interface Priced {
  readonly report: LogstoreReport;
  readonly price: Price;
  readonly warnings: readonly string[];
}

function charge(measured: readonly MeasuredLogstore[], facts: ReportFacts): readonly Priced[] {
  const fees = extractionFees(measured.flatMap(extractedBy));
  return measured.map((each): Priced => {
    const { logstore, bytesWritten, estimate } = each;
    const mode = facts.meteringModes.get(logstore.key) ?? null;
    const price = priceOf(logstore.regionId, mode, facts.pricing);
    const { fee, warnings } = feeOf(each, price, fees);
    const amount = (bytes: number | null, besides: number) =>
      price.known && bytes !== null ? (bytes / GB) * price.perGB + besides : null;
    const report: LogstoreReport = {
      ...logstore,
      hours: estimate.hours,
      bytesWritten,
      bytesNotWritten: estimate.bytes,
      bytesNotWrittenAtLeast: estimate.atLeast,
      estimatedFrom: estimate.from,
      pricePerGB: price.known ? price.perGB : null,
      currency: price.known ? price.currency : null,
      extractionFee: fee === null || bytesWritten === null ? null : fee.written,
      amountWritten: amount(bytesWritten, fee?.written ?? 0),
      amountSaved: amount(estimate.bytes, fee?.saved ?? 0),
      amountSavedAtLeast: amount(estimate.atLeast, fee?.savedAtLeast ?? 0),
    };
    const unpriced = price.known ? [] : [`${nameOf(logstore)}: no amounts, since ${price.reason}`];
    return { report, price, warnings: [...unpriced, ...warnings] };
  });
}

function feeOf(
  { logstore, estimate }: MeasuredLogstore,
  price: Price,
  fees: ReadonlyMap<string, ExtractionFee>,
): { readonly fee: ExtractionFee | null; readonly warnings: readonly string[] } {
  if (!logstore.flowLogs.some(({ service }) => service === 'vpc')) return { fee: null, warnings: [] };
  const fee = fees.get(logstore.key);
  const name = nameOf(logstore);
  if (fee === undefined) {
    const why = 'CEN and VPC flow logs share it, so it is not known which bytes VPC extracted';
    return { fee: null, warnings: [`${name}: VPC's extraction fee is not in its amounts: ${why}`] };
  }
  if (!price.known) return { fee: null, warnings: [] };
  const { currency } = EXTRACTION_FEE;
  if (price.currency === currency) return { fee, warnings: [] };
  const saved =
    estimate.bytes === null
      ? 'what was saved is not known'
      : `about ${fee.saved.toFixed(2)} ${currency} saved`;
  const figures = `${fee.written.toFixed(2)} ${currency} for what was written, ${saved}`;
  const why = `its list price is known in ${currency} only (${figures})`;
  return { fee: null, warnings: [`${name}: VPC's extraction fee is not in its amounts: ${why}`] };
}

function totalsOf(logstores: readonly LogstoreReport[]): readonly Total[] {
  return [...groupBy(logstores, ({ currency }) => currency)].map(([currency, group]): Total => {
    const known = (part: keyof Amounts) => {
      const numbers = group.map((each) => each[part]).filter((each) => each !== null);
      return numbers.length === 0 ? null : sum(numbers);
    };
    return {
      currency,
      bytesWritten: known('bytesWritten'),
      bytesNotWritten: known('bytesNotWritten'),
      bytesNotWrittenAtLeast: known('bytesNotWrittenAtLeast'),
      amountWritten: known('amountWritten'),
      amountSaved: known('amountSaved'),
      amountSavedAtLeast: known('amountSavedAtLeast'),
    };
  });
}
