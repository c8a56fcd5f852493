/** What each schedule would cost, for people and as data. Pure. */
import { printable } from '../../text.ts';
import { table } from '../table.ts';
import { logstoreJson, stretchJson } from './json.ts';
import type { Report } from './report.ts';
import { type Layout, listOf, notWatchedList } from './text.ts';
import type { LogstoreWhatIf, Volume } from './what-if.ts';
import { gigabytes, hours, money, rangeName } from './words.ts';

export function whatIfJson(report: Report, found: readonly LogstoreWhatIf[]) {
  return {
    ...stretchJson(report.range),
    logstores: found.map(({ logstore, alwaysOn, schedules }) => ({
      ...logstoreJson(logstore),
      pricePerGB: logstore.pricePerGB,
      currency: logstore.currency,
      alwaysOn: volumeJson(alwaysOn),
      schedules: schedules.map(({ schedule, current, estimatedFrom, ...volume }) => ({
        schedule,
        current,
        ...volumeJson(volume),
        estimatedFrom,
      })),
    })),
    notWatched: report.notWatched.map(stretchJson),
    basis: report.basis,
    warnings: report.warnings,
  };
}

const volumeJson = ({ activeMs, bytes, bytesAtLeast, amount, amountAtLeast }: Volume) => ({
  activeSeconds: activeMs / 1000,
  bytes,
  bytesAtLeast,
  amount,
  amountAtLeast,
});

export function whatIfText(report: Report, found: readonly LogstoreWhatIf[], layout: Layout): string {
  const { paint, columns } = layout;
  return [
    paint.bold('What each schedule would have written and cost, cheapest first\n'),
    `${rangeName(report)}, all flow logs of a Logstore on one schedule, by the traffic that was measured. * is the schedule now.\n`,
    ...found.map((each) => logstoreText(each, layout)),
    notWatchedList(report, layout),
    listOf(paint.yellow('To look at'), report.warnings, columns),
    listOf(paint.bold('How this is known'), report.basis, columns),
  ].join('');
}

function logstoreText({ logstore, alwaysOn, schedules }: LogstoreWhatIf, { paint, width }: Layout): string {
  const { key, flowLogs, currency } = logstore;
  const names = flowLogs.map(({ name, flowLogId }) => name ?? flowLogId).join(', ');
  const row = (marker: string, name: string, volume: Volume, note: string) => [
    marker,
    name,
    hours(volume.activeMs),
    gigabytes(volume.bytes),
    money(volume.amount, currency),
    shareOf(volume, alwaysOn),
    note,
  ];
  const rows = [
    ...schedules.map((each) => {
      const note = each.estimatedFrom === 'all-active-hours' ? 'some hours never measured' : '';
      return row(each.current ? '*' : '', each.schedule, each, note);
    }),
    row('', '(around the clock)', alwaysOn, ''),
  ];
  const head = ['', 'SCHEDULE', 'ACTIVE', 'WRITTEN', 'COST', 'OF ALWAYS ON', 'NOTE'];
  return `\n${paint.bold(printable(`${key}: ${names}`))}\n${table(
    head,
    rows.map((each) => each.map(printable)),
    width,
  )}`;
}

function shareOf({ bytes }: Volume, alwaysOn: Volume): string {
  if (bytes === null || alwaysOn.bytes === null || alwaysOn.bytes === 0) return '';
  return `${Math.round((bytes / alwaysOn.bytes) * 100)} %`;
}
