/** What came of a run, for a person or as JSON. */
import { type Answer, toAnswer } from '../function/answer.ts';
import { type Failure, OUTCOMES, type Outcome, type Report } from '../reconcile/report.ts';
import type { Runtime } from '../runtime.ts';
import { mapTexts, printable } from '../text.ts';
import { formatInstant } from './instant.ts';
import { table, type Width } from './table.ts';

type AnsweredFlowLog = Answer['flowLogs'][number];

/** A run's answer, and what a run on this machine knows besides. */
export interface ToolAnswer extends Answer {
  readonly flowLogs: readonly (AnsweredFlowLog & { readonly name: string })[];
  /** Flow logs of the listed accounts and regions that are in no entry. */
  readonly notInConfig: readonly OtherFlowLog[];
}

interface OtherFlowLog {
  readonly flowLogId: string;
  readonly name: string;
  readonly regionId: string;
  readonly account: string | null;
  readonly status: string;
}

export function toToolAnswer(report: Report, recordingFailure: Failure | null, runtime: Runtime): ToolAnswer {
  const answer = toAnswer(report, recordingFailure, runtime);
  return {
    ...answer,
    flowLogs: answer.flowLogs.map(({ flowLogId, ...rest }, index) => ({
      flowLogId,
      name: report.flowLogs[index]?.name ?? '',
      ...rest,
    })),
    notInConfig: report.notInConfig.map(({ account, flowLog: { flowLogId, name, regionId, status } }) => ({
      flowLogId,
      name,
      regionId,
      account,
      status,
    })),
  };
}

/** What is shown of a run, whether it was made here or a deployed function answered with it. */
export type Reported = Pick<Answer, 'summary' | 'warnings'> & {
  readonly error?: Report['error'];
  readonly flowLogs: readonly (AnsweredFlowLog & { readonly name?: string })[];
};

type Row = Reported['flowLogs'][number];

/** Whose zone instants are shown in, by schedule. */
type ZoneOf = (schedule: string) => string;

export interface Column<Each> {
  readonly head: string;
  readonly cell: (each: Each) => string;
}

/** A report for a person: a line per flow log, what failed and what to do about it, and the counts. */
export function viewReport(reported: Reported, zone: ZoneOf, width: Width): string {
  return view(reported, columnsOfRun(zone), (outcome) => outcome, '', width);
}

/** What a run would do, and which flow logs the config does not know. */
export function viewPlan(answer: ToolAnswer, zone: ZoneOf, width: Width): string {
  return view(answer, columnsOfRun(zone), (outcome) => outcome, others(answer.notInConfig, width), width);
}

/** What each flow log is and should be, why, and until when. */
export function viewStatus(answer: ToolAnswer, zone: ZoneOf, width: Width): string {
  const columns: readonly Column<Row>[] = [
    ...OBSERVED_AND_DESIRED,
    { head: 'UNTIL', cell: (each) => nextChange(each, zone) },
    { head: 'WHY', cell: why },
  ];
  return view(answer, columns, (outcome) => STANDING[outcome], others(answer.notInConfig, width), width);
}

/** What the outcome of a run that changes nothing says of a flow log. */
const STANDING: Readonly<Record<Outcome, string>> = {
  unchanged: 'as desired',
  planned: 'not as desired',
  waiting: 'changing',
  failed: 'failed',
  confirmed: 'confirmed',
  accepted: 'accepted',
};

const columnsOfRun = (zone: ZoneOf): readonly Column<Row>[] => [
  ...OBSERVED_AND_DESIRED,
  { head: 'ACTION', cell: ({ action }) => action },
  { head: 'OUTCOME', cell: ({ outcome }) => outcome },
  { head: 'NEXT CHANGE', cell: (each) => nextChange(each, zone) },
  { head: 'WHY', cell: why },
];

const OBSERVED_AND_DESIRED: readonly Column<Row>[] = [
  { head: 'OBSERVED', cell: ({ observed }) => observed ?? '?' },
  { head: 'DESIRED', cell: ({ desired }) => desired ?? '?' },
];

const nextChange = ({ desired, nextTransition, schedule }: Row, zone: ZoneOf): string => {
  if (desired === null) return '?';
  return nextTransition === null ? 'never' : formatInstant(Date.parse(nextTransition), zone(schedule));
};

const why = ({ error, reason }: Row): string => (error === null ? reason : '');

function view(
  reported: Reported,
  columns: readonly Column<Row>[],
  nameOf: (outcome: Outcome) => string,
  more: string,
  width: Width,
): string {
  // Tags, names and answers are other people's words, and make no lines of their own.
  const report = {
    ...reported,
    flowLogs: mapTexts(reported.flowLogs, printable),
    warnings: reported.warnings.map(printable),
  };
  const { flowLogs, error = null, summary } = report;
  const whole = error === null ? '' : `error: ${error.code}: ${error.message}\n`;
  if (whole !== '' && flowLogs.length === 0) return whole;
  const failures = failuresOf(flowLogs).map((failure) => `${failure}\n`);
  const counts = OUTCOMES.filter((outcome) => summary[outcome] > 0).map(
    (outcome) => `${summary[outcome]} ${nameOf(outcome)}`,
  );
  const schedule: Column<Row> = { head: 'SCHEDULE', cell: (each) => each.schedule };
  return [
    tableOf([...whichFlowLog(flowLogs), schedule, ...columns], flowLogs, width),
    failures.length === 0 ? '' : `\n${failures.join('')}`,
    whole,
    report.warnings.map((warning) => `warning: ${warning}\n`).join(''),
    more,
    `\n${summary.total} flow log${summary.total === 1 ? '' : 's'}: ${counts.join(', ')}\n`,
  ].join('');
}

interface Named {
  readonly flowLogId: string;
  readonly name?: string;
  readonly account: string | null;
  readonly regionId: string;
}

/** Names and accounts only where there are some. */
export function whichFlowLog<Each extends Named>(rows: readonly Each[]): readonly Column<Each>[] {
  const name: Column<Each> = { head: 'NAME', cell: (each) => each.name ?? '' };
  const account: Column<Each> = { head: 'ACCOUNT', cell: (each) => each.account ?? '-' };
  return [
    { head: 'FLOW LOG', cell: ({ flowLogId }) => flowLogId },
    ...(rows.some((each) => (each.name ?? '') !== '') ? [name] : []),
    ...(rows.some((each) => (each.account ?? null) !== null) ? [account] : []),
    { head: 'REGION', cell: ({ regionId }) => regionId },
  ];
}

export const tableOf = <Each>(
  columns: readonly Column<Each>[],
  rows: readonly Each[],
  width: Width,
): string =>
  table(
    columns.map(({ head }) => head),
    rows.map((each) => columns.map(({ cell }) => cell(each))),
    width,
  );

function others(notInConfig: readonly OtherFlowLog[], width: Width): string {
  if (notInConfig.length === 0) return '';
  const rows = mapTexts(notInConfig, printable);
  const status: Column<OtherFlowLog> = { head: 'STATUS', cell: (each) => each.status };
  const many = rows.length === 1 ? 'flow log of these regions is' : 'flow logs of these regions are';
  return `\n${rows.length} ${many} in no entry of the config; npx flow-logs init adds them:\n${tableOf(
    [...whichFlowLog(rows), status],
    rows,
    width,
  )}`;
}

/** What failed, a sentence for all flow logs that failed alike. */
export function failuresOf(
  flowLogs: readonly { readonly flowLogId: string; readonly error: Failure | null }[],
): readonly string[] {
  const groups = new Map<string, { readonly ids: string[]; readonly requests: Set<string> }>();
  for (const { flowLogId, error } of flowLogs) {
    if (error === null) continue;
    const text = `${error.code}: ${error.message}`;
    const { ids, requests } = groups.get(text) ?? { ids: [], requests: new Set() };
    ids.push(flowLogId);
    if (error.requestId !== null) requests.add(error.requestId);
    groups.set(text, { ids, requests });
  }
  return Array.from(groups, ([text, { ids, requests }]) => {
    const which = requests.size === 0 ? '' : ` (request ${[...requests].join(', ')})`;
    return `${ids.join(', ')}: ${text}${which}`;
  });
}
