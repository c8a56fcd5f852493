/** What the figures of a report rest on, and what is not known or looks wrong, as sentences. Pure. */
import type { FlowLogService } from '../../config/config.ts';
import { formatInstant } from '../instant.ts';
import type { CaptureSpan } from './capture.ts';
import { GB } from './charge.ts';
import { groupBy } from './group-by.ts';
import type { LogstoreName } from './involved.ts';
import { EXTRACTION_FEE } from './list-prices.ts';
import type { MeasuredLogstore } from './measure.ts';
import type { FlowLogReport, Priced, ReportFacts } from './report.ts';
import { DAY_MS, HOUR_MS, lengthOf, meet, type Stretch } from './stretch.ts';
import { KEPT_MS, leakOf } from './traffic.ts';

export const nameOf = ({ project, logstore }: LogstoreName): string =>
  `Logstore ${logstore} of project ${project}`;

export function basisOf(
  { recorded, recordedIn, zone, range, now }: ReportFacts,
  measured: readonly MeasuredLogstore[],
  priced: readonly Priced[],
): readonly string[] {
  const isInside = (at: number) => range.start <= at && at < range.end;
  const changes = recorded?.readings.filter(({ at, effect }) => effect.kind === 'edge' && isInside(at)) ?? [];
  const runs = recorded?.runs.filter(isInside) ?? [];
  const shared = measured.filter(({ logstore }) => logstore.flowLogs.length > 1);
  const guessed = measured.filter(({ estimate }) => estimate.from === 'all-active-hours');
  const byMetric = groupBy(
    measured.flatMap(({ traffic }) => (traffic === null ? [] : [traffic])),
    ({ metric }) => metric,
  );
  const byPrice = groupBy(
    priced.flatMap(({ price, report }) => (price.known ? [{ basis: price.basis, report }] : [])),
    ({ basis }) => basis,
  );
  const has = (product: FlowLogService) =>
    measured.some(({ logstore }) => logstore.flowLogs.some(({ service }) => service === product));
  const lastHour = measured[0]?.estimate.hours.at(-1);
  const isOpen = range.end > now - HOUR_MS && lastHour?.whole === false;
  return [
    ...(recorded === null
      ? []
      : [
          `Captured: by ${countOf(runs.length, 'run')} and ${countOf(changes.length, 'change')} recorded in ${recordedIn}, not by the config.`,
        ]),
    `Hours and days are those of ${zone.name}.`,
    ...[...byMetric].map(
      ([metric, group]) =>
        `Written: CloudMonitor (acs_sls_dashboard), ${metric} of ${countOf(group.length, 'Logstore')} in periods of 900 s` +
        (group.every(({ compared }) => compared)
          ? `, the larger of LogInflow and NetFlow, so the raw size.`
          : `; the other metric could not be read, so this may be the compressed size.`),
    ),
    ...(measured.some(({ estimate }) => estimate.from !== null)
      ? [
          'Not written (an estimate): for each hour without capture, the mean of the same hour of the week when all ' +
            'flow logs of the Logstore captured.',
        ]
      : []),
    ...(guessed.length === 0
      ? []
      : [
          `${guessed.length} of ${countOf(measured.length, 'Logstore')} had hours of the week that were never captured: ` +
            'the mean of all captured hours stands for them, and the quietest captured hour for the cautious figures (…AtLeast in JSON and CSV). Nights ' +
            'usually carry less still; to measure them, leave all flow logs of the Logstore on for a week.',
        ]),
    ...shared.map(
      ({ logstore }) =>
        `${nameOf(logstore)} is shared, and its figures are for all of: ${listed(logstore.flowLogs.map(({ flowLogId }) => flowLogId))}.`,
    ),
    ...[...byPrice].map(([basis, group]) => `Price of ${countOf(group.length, 'Logstore')}: ${basis}.`),
    ...(has('vpc')
      ? [
          `VPC's extraction fee: ${EXTRACTION_FEE.tiers.map(({ perGB }) => perGB).join(' / ')} ${EXTRACTION_FEE.currency}/GB ` +
            `up to 10 / 30 / 50 TB and above, of a calendar month and region, 5 GB free, as of ${EXTRACTION_FEE.asOf} ` +
            `(${EXTRACTION_FEE.source}); counted over the Logstores of this report.`,
        ]
      : []),
    ...(has('cen')
      ? ['CEN charges nothing yet for extracting flow logs (2024-06), so nothing is counted for it.']
      : []),
    'Not counted: discounts, resource plans, taxes, and storage beyond what the price includes.',
    ...(isOpen ? ['The range ends now: its last hour is not complete.'] : []),
  ];
}

const countOf = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** What is alike is said once, however many flow logs it is about. */
export function flowLogWarnings(
  flowLogs: readonly FlowLogReport[],
  { range, zone }: ReportFacts,
): readonly string[] {
  const about = (one: string, many: string, fits: (each: FlowLogReport) => boolean): readonly string[] => {
    const ids = flowLogs.filter(fits).map(({ flowLogId }) => flowLogId);
    if (ids.length === 0) return [];
    return [
      ids.length === 1 ? `${ids[0]} ${one}` : `${countOf(ids.length, 'flow log')} ${many}: ${listed(ids)}`,
    ];
  };
  const isUnknown = ({ unknownMs }: FlowLogReport) => unknownMs === lengthOf(range);
  const nothing = 'nothing is counted for';
  const partly = flowLogs.filter((each) => each.unknownMs > 0 && !isUnknown(each));
  return [
    ...about(
      `is in the config but is not listed now, so its Logstore is not known and ${nothing} it`,
      `are in the config but are not listed now, so their Logstores are not known and ${nothing} them`,
      (each) => !each.listed && each.schedule !== null,
    ),
    ...about(
      `left the config and is not listed now, so its Logstore is not known and ${nothing} it`,
      `left the config and are not listed now, so their Logstores are not known and ${nothing} them`,
      (each) => !each.listed && each.schedule === null,
    ),
    ...about(
      `has no Logstore that is known, so ${nothing} it`,
      `have no Logstore that is known, so ${nothing} them`,
      (each) => each.listed && each.logstore === null,
    ),
    ...about(
      'was never recorded; it is taken for what it is now, in the whole range',
      'were never recorded; they are taken for what they are now, in the whole range',
      (each) => !each.recorded && !isUnknown(each),
    ),
    ...about(
      'may have captured or not, in the whole range: that is not known',
      'may have captured or not, in the whole range: that is not known of',
      isUnknown,
    ),
    ...partly.slice(0, MOST_LISTED).map(({ flowLogId, unknownMs, spans }) => {
      const first = spans.find(({ status }) => status === 'unknown');
      const since = first === undefined ? '' : `, first from ${formatInstant(first.start, zone.name)}`;
      return `${flowLogId}: for ${(unknownMs / HOUR_MS).toFixed(1)} h it is not known whether it captured${since}`;
    }),
    ...(partly.length > MOST_LISTED
      ? [
          `${partly.length - MOST_LISTED} more flow logs have hours of which it is not known whether they captured`,
        ]
      : []),
  ];
}

/** More than this many are counted, not listed. */
const MOST_LISTED = 10;

function listed(ids: readonly string[]): string {
  const more = ids.length - MOST_LISTED;
  return more <= 0 ? ids.join(', ') : `${ids.slice(0, MOST_LISTED).join(', ')} and ${more} more`;
}

/** What a Logstore may still receive after the last flow log was switched off, besides one capture interval. */
const DELIVERY_MS = 600_000;
const LONGEST_INTERVAL_S = 600;

export function logstoreWarnings(
  { logstore, spans, traffic, bytesWritten, estimate }: MeasuredLogstore,
  { zone, range }: ReportFacts,
): readonly string[] {
  const name = nameOf(logstore);
  if (traffic === null) return [`${name}: what it received is not known, so nothing is counted for it`];
  const warnings: string[] = [];
  if (traffic.knownFrom > range.start) {
    const kept = `CloudMonitor keeps ${KEPT_MS / DAY_MS} days`;
    const known =
      bytesWritten === null
        ? 'nothing'
        : `only what came since ${formatInstant(traffic.knownFrom, zone.name)}`;
    warnings.push(`${name}: ${kept}, so ${known} is counted as written`);
  }
  if (estimate.from === null) {
    warnings.push(
      `${name}: what was not written is not known, since there was no whole hour with all of its flow logs Active to ` +
        `measure by; leave ${logstore.flowLogs.length === 1 ? 'it' : 'all of them'} on for a week to have a measured baseline`,
    );
  }
  const ids = listed(logstore.flowLogs.map(({ flowLogId }) => flowLogId));
  const strangers = logstore.flowLogs.filter(({ schedule }) => schedule === null);
  if (strangers.length > 0 && strangers.length < logstore.flowLogs.length) {
    const others = listed(strangers.map(({ flowLogId }) => flowLogId));
    warnings.push(`${name} also receives from flow logs that are in no entry of the config: ${others}`);
  }
  const interval =
    Math.max(...logstore.flowLogs.map((each) => each.intervalSeconds ?? LONGEST_INTERVAL_S)) * 1000;
  const leak = leakOf(traffic, inactiveStretches(spans, range), interval + DELIVERY_MS);
  if (leak !== null) {
    warnings.push(
      `${name} received ${(leak.bytes / GB).toFixed(2)} GB while ${ids} ${logstore.flowLogs.length === 1 ? 'was' : 'were'} ` +
        `Inactive, first at ${formatInstant(leak.first, zone.name)}: something else writes to it, or a flow log still captures`,
    );
  }
  return warnings;
}

/** Where all of the flow logs are Inactive. */
function inactiveStretches(spans: readonly (readonly CaptureSpan[])[], range: Stretch): readonly Stretch[] {
  return spans.reduce<readonly Stretch[]>(
    (common, each) => {
      const inactive = each.filter(({ status }) => status === 'Inactive');
      return common.flatMap((stretch) => inactive.flatMap((span) => meet(stretch, span) ?? []));
    },
    [range],
  );
}
