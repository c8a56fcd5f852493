/** What a Logstore received, and what its flow logs would have written: bytes, before prices. Pure. */
import { dateText } from '../../schedule/local-date.ts';
import { type CaptureSpan, statusThroughout } from './capture.ts';
import type { Extracted } from './charge.ts';
import { type HourState, type MeasuredHour, type NotWritten, notWritten } from './estimate.ts';
import { groupBy } from './group-by.ts';
import type { Hour } from './hours.ts';
import type { InvolvedLogstore } from './involved.ts';
import { sum } from './stretch.ts';
import { bytesByHour, bytesOf, type Traffic } from './traffic.ts';

/** A Logstore with its traffic, before prices. */
export interface MeasuredLogstore {
  readonly logstore: InvolvedLogstore;
  /** Of each of its flow logs. */
  readonly spans: readonly (readonly CaptureSpan[])[];
  readonly traffic: Traffic | null;
  readonly bytesWritten: number | null;
  readonly estimate: NotWritten;
}

export function measure(
  logstore: InvolvedLogstore,
  spans: MeasuredLogstore['spans'],
  traffic: Traffic | null,
  hours: readonly Hour[],
): MeasuredLogstore {
  const written = traffic === null ? [] : bytesByHour(traffic, hours);
  const states = hourStates(spans, hours);
  const measured = hours.map((hour, index): MeasuredHour => {
    return { ...hour, state: states[index] ?? 'part', written: written[index] ?? null };
  });
  const known = written.some((bytes) => bytes !== null);
  return {
    logstore,
    spans,
    traffic,
    bytesWritten: traffic === null || !known ? null : bytesOf(traffic.points),
    estimate: notWritten(measured),
  };
}

/** For each hour, whether all of the flow logs were Active throughout it, or none at any time. */
export function hourStates(
  spans: readonly (readonly CaptureSpan[])[],
  hours: readonly Hour[],
): readonly HourState[] {
  return hours.map((hour) => {
    const throughout = new Set(spans.map((each) => statusThroughout(each, hour)));
    const [only] = throughout;
    if (throughout.size !== 1) return 'part';
    return only === 'Active' ? 'all' : only === 'Inactive' ? 'none' : 'part';
  });
}

/** Of Logstores to which only VPC's flow logs write: in others it is not known which bytes are theirs. */
export function extractedBy({ logstore, estimate }: MeasuredLogstore): readonly Extracted[] {
  if (!logstore.flowLogs.every(({ service }) => service === 'vpc')) return [];
  const months = groupBy(estimate.hours, ({ day }) => dateText(day).slice(0, 7));
  return [...months].map(([month, hours]) => ({
    key: logstore.key,
    together: JSON.stringify([logstore.account, logstore.regionId, month]),
    written: sum(hours.map((hour) => hour.written ?? 0)),
    notWritten: sum(hours.map((hour) => hour.notWritten ?? 0)),
    notWrittenAtLeast: sum(hours.map((hour) => hour.notWrittenAtLeast ?? 0)),
  }));
}
