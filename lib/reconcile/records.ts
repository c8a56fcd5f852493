/** The records of a run, as SLS keeps them: flat, and every value a string. Pure. */
import type { Runtime } from '../runtime.ts';
import type { LogRecord } from './ports.ts';
import { type FlowLogResult, OUTCOMES, type Outcome, type Report, warningText } from './report.ts';

/** Who asked for the run, and how. */
export interface Origin {
  readonly trigger: 'timer' | 'manual' | 'local';
  /** The function invocation's request ID; empty outside Function Compute. */
  readonly requestId: string;
  readonly triggerName: string;
  /** When the timer says it fired, in its own words; empty when no timer did. */
  readonly triggerTime: string;
  readonly runtime: Runtime;
}

/** How SLS indexes a field: as a number, an identifier or one word of a few, or text that people or services wrote. */
export type FieldType = 'long' | 'word' | 'prose';

/** A field of a record: its type, its meaning in Markdown, and its value; null is written as empty text. */
type Field<Source> = readonly [
  type: FieldType,
  meaning: string,
  read: (source: Source) => string | number | boolean | null,
];

interface Run {
  readonly kind: 'run' | 'flow-log';
  readonly report: Report;
  readonly origin: Origin;
}

const iso = (instant: number | null): string | null =>
  instant === null ? null : new Date(instant).toISOString();

const COMMON: Readonly<Record<string, Field<Run>>> = {
  schemaVersion: ['word', '`1`', () => '1'],
  kind: ['word', '`run` or `flow-log`', ({ kind }) => kind],
  runId: ['word', 'the same in all records of a run', ({ report }) => report.runId],
  requestId: [
    'word',
    "of the function's invocation; empty outside Function Compute",
    ({ origin }) => origin.requestId,
  ],
  trigger: ['word', '`timer`, `manual` or `local`', ({ origin }) => origin.trigger],
  at: ['word', 'instant that the run decided for, ISO, UTC', ({ report }) => iso(report.at)],
  dryRun: ['word', '`true` when nothing was changed on purpose', ({ report }) => report.dryRun],
};

const count = (outcome: 'total' | Outcome, meaning = `flow logs with outcome \`${outcome}\``) =>
  [outcome, ['long', meaning, ({ report }: Run) => report.summary[outcome]]] as const;

const RUN: Readonly<Record<string, Field<Run>>> = {
  ok: ['word', '`false` when anything failed', ({ report }) => report.ok],
  action: [
    'word',
    '`reconcile`, `status`, `override`, `clear-override`, or `none` when the run could not begin',
    ({ report }) => report.action,
  ],
  triggerName: ['word', "the timer's name", ({ origin }) => origin.triggerName],
  triggerTime: ['word', 'when the timer says it fired', ({ origin }) => origin.triggerTime],
  lagMs: [
    'long',
    'how late the run began after `triggerTime`',
    ({ report, origin }) => {
      const triggered = Date.parse(origin.triggerTime);
      return Number.isNaN(triggered) ? null : report.at - triggered;
    },
  ],
  durationMs: ['long', 'how long the run took', ({ report }) => report.durationMs],
  apiCalls: ['long', 'how many calls it sent', ({ report }) => report.apiCalls],
  ...Object.fromEntries([
    count('total', 'flow logs that the run was about'),
    ...OUTCOMES.map((each) => count(each)),
  ]),
  activeFlowLogs: [
    'long',
    'flow logs that are Active by the last status read; empty when the run was about some only',
    ({ report }) => report.statuses?.active ?? null,
  ],
  inactiveFlowLogs: ['long', 'the same for Inactive', ({ report }) => report.statuses?.inactive ?? null],
  nodeVersion: ['word', 'the Node.js that it ran on', ({ origin }) => origin.runtime.nodeVersion],
  zoneData: ['word', 'the zone data that schedules went by', ({ origin }) => origin.runtime.zoneData.config],
  runtimeZoneData: ['word', 'that of the runtime', ({ origin }) => origin.runtime.zoneData.runtime],
  warnings: ['prose', 'one a line', ({ report }) => report.warnings.map(warningText).join('\n')],
  errorCode: ['word', 'why the run as a whole failed', ({ report }) => report.error?.code ?? null],
  errorMessage: ['prose', 'the same for people', ({ report }) => report.error?.message ?? null],
};

const FLOW_LOG: Readonly<Record<string, Field<FlowLogResult>>> = {
  flowLogId: ['word', 'which one', ({ flowLogId }) => flowLogId],
  flowLogName: ['prose', 'its name; empty when it has none, or was not read', ({ name }) => name],
  service: ['word', '`cen` or `vpc`', ({ service }) => service],
  cenId: ['word', 'its CEN instance', ({ cenId }) => cenId],
  flowLogRegionId: ['word', 'its region', ({ regionId }) => regionId],
  account: ['prose', "its account; empty for the function's own", ({ account }) => account],
  schedule: ['prose', "its schedule's name", ({ schedule }) => schedule],
  observed: ['word', 'status before the run', ({ observed }) => observed],
  desired: ['word', 'what it should be', ({ desired }) => desired],
  reason: ['prose', 'why', ({ reason }) => reason],
  action: ['word', '`activate`, `deactivate` or `none`', ({ action }) => action],
  outcome: [
    'word',
    '`unchanged`; `confirmed`: called, and read back as desired; `accepted`; `waiting`; `planned`: a dry run; `failed`',
    ({ outcome }) => outcome,
  ],
  attempts: ['long', 'how often the change was sent', ({ attempts }) => attempts],
  settleMs: ['long', 'how long it took until it was read back', ({ settleMs }) => settleMs],
  nextTransition: [
    'word',
    'when the desired status changes next, ISO, UTC',
    ({ nextTransition }) => iso(nextTransition),
  ],
  overrideUntil: [
    'word',
    'end of the override in force, ISO, UTC',
    ({ override }) => iso(override?.until ?? null),
  ],
  overrideBy: ['prose', 'who set it', ({ override }) => override?.by ?? null],
  errorCode: ['word', 'why it failed', ({ error }) => error?.code ?? null],
  errorMessage: ['prose', 'the same for people', ({ error }) => error?.message ?? null],
  errorRequestId: ['word', 'of the call that failed', ({ error }) => error?.requestId ?? null],
};

/** Every field of every record; the index of the Logstore and the documentation come from it. */
export const RECORD_FIELDS = { common: COMMON, run: RUN, 'flow-log': FLOW_LOG } as const;

/**
 * The heartbeat first, then a record for each flow log that was more than looked at.
 * @param recordAll whether unchanged flow logs get a record too
 */
export function toRecords(report: Report, origin: Origin, recordAll: boolean): readonly LogRecord[] {
  const run = { kind: 'run', report, origin } as const;
  const common = textsOf(COMMON, { ...run, kind: 'flow-log' });
  return [
    { ...textsOf(COMMON, run), ...textsOf(RUN, run) },
    ...report.flowLogs
      .filter((each) => recordAll || each.outcome !== 'unchanged' || each.override !== null)
      .map((each) => ({ ...common, ...textsOf(FLOW_LOG, each) })),
  ];
}

const textsOf = <Source>(fields: Readonly<Record<string, Field<Source>>>, source: Source): LogRecord =>
  Object.fromEntries(Object.entries(fields).map(([name, [, , read]]) => [name, String(read(source) ?? '')]));
