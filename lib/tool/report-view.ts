import type { Answer } from '../function/answer.ts';
import type { Report } from '../reconcile/report.ts';
import { OUTCOMES } from '../reconcile/report.ts';
import { mapTexts, printable } from '../text.ts';
import { formatInstant } from './instant.ts';
import { table } from './table.ts';

/** What is shown of a run, whether it was made here or a deployed function answered with it. */
export type Reported = Pick<Answer, 'flowLogs' | 'summary' | 'warnings'> & {
  readonly error?: Report['error'];
};

/** A report for a person: a line per flow log, what failed and what to do about it, and the counts. */
export function viewReport(reported: Reported, zone: (schedule: string) => string): string {
  // Tags and answers are other people's words, and make no lines of their own.
  const report = {
    ...reported,
    flowLogs: mapTexts(reported.flowLogs, printable),
    warnings: reported.warnings.map(printable),
  };
  const rows = report.flowLogs.map((each) => [
    each.flowLogId,
    each.regionId,
    each.schedule,
    each.observed ?? '?',
    each.desired ?? '?',
    each.action,
    each.outcome,
    each.nextTransition === null
      ? each.desired === null
        ? '?'
        : 'never'
      : formatInstant(Date.parse(each.nextTransition), zone(each.schedule)),
    each.error === null ? each.reason : '',
  ]);
  const head = [
    'FLOW LOG',
    'REGION',
    'SCHEDULE',
    'OBSERVED',
    'DESIRED',
    'ACTION',
    'OUTCOME',
    'NEXT CHANGE',
    'WHY',
  ];
  const { error = null } = report;
  const { total } = report.summary;
  const whole = error === null ? '' : `error: ${error.code}: ${error.message}\n`;
  if (whole !== '' && rows.length === 0) return whole;
  const failures = groupByError(report).map(([error, flowLogIds]) => `${flowLogIds.join(', ')}: ${error}\n`);
  const counts = OUTCOMES.filter((outcome) => report.summary[outcome] > 0).map(
    (outcome) => `${report.summary[outcome]} ${outcome}`,
  );
  return [
    table(head, rows),
    failures.length === 0 ? '' : `\n${failures.join('')}`,
    whole,
    report.warnings.map((warning) => `warning: ${warning}\n`).join(''),
    `\n${total} flow log${total === 1 ? '' : 's'}: ${counts.join(', ')}\n`,
  ].join('');
}

/** Flow logs that failed alike are told together. */
function groupByError(report: Reported): readonly (readonly [string, readonly string[]])[] {
  const groups = new Map<string, string[]>();
  for (const { flowLogId, error } of report.flowLogs) {
    if (error === null) continue;
    const request = error.requestId === null ? '' : ` (request ${error.requestId})`;
    const text = `${error.code}: ${error.message}${request}`;
    groups.set(text, [...(groups.get(text) ?? []), flowLogId]);
  }
  return [...groups];
}
