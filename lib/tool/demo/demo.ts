/** `npm start`: the real handler against the emulator, through days that pass in seconds. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { DateTime } from 'luxon';
import { createAssumedRoles } from '../../cloud/credentials/assumed-role.ts';
import { createSlsProject } from '../../cloud/sls/project.ts';
import { compileConfig, compiledPath } from '../../config/compiled.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createHandler, type Handler } from '../../function/handler.ts';
import { coloursFor } from '../colours.ts';
import type { Io } from '../io.ts';
import { parseConfig } from '../lint/parse.ts';
import { writeOut } from '../out-file.ts';
import { LOG_INDEX } from '../provision/definitions/log-index.ts';
import { cloudSources } from '../report/cloud-sources.ts';
import { reportHtml } from '../report/html.ts';
import { readFacts } from '../report/read.ts';
import { type Report, reportOf } from '../report/report.ts';
import { reportText } from '../report/text.ts';
import { table } from '../table.ts';
import { createSimulatedClock, type SimulatedClock } from './simulated-clock.ts';

const ZONE = 'Asia/Shanghai';
const TICK_MS = 5 * 60_000;

function instant(local: string): number {
  return DateTime.fromISO(local, { zone: ZONE }).toMillis();
}
const START_MS = instant('2026-11-26T06:00'); // a Thursday
const END_MS = instant('2026-11-30T10:00');
const MODIFYING_MS = 4_000;

const CREDENTIALS = { accessKeyId: 'demo-access-key-id', accessKeySecret: 'demo-access-key-secret' };

const CONFIG = `timezone: ${ZONE}
recordTo: { regionId: cn-hangzhou, project: ops-audit, logstore: flow-log-scheduler }
schedules:
  office-hours:
    windows:
      - { days: [Mon, Tue, Wed, Thu, Fri], from: "08:00", to: "20:00" }
  night-batch:
    windows:
      - { days: [Fri], from: "22:00", to: "06:00" } # ends on Saturday
flowLogs:
  - { flowLogId: flowlog-hangzhou-office, regionId: cn-hangzhou, schedule: office-hours }
  - { flowLogId: fl-shanghai-web, regionId: cn-shanghai, schedule: office-hours }
  - { flowLogId: flowlog-shanghai-batch, regionId: cn-shanghai, schedule: night-batch }
`;
const FLOW_LOGS = [
  { flowLogId: 'flowlog-hangzhou-office', regionId: 'cn-hangzhou', ...into('net-hangzhou', 'office') },
  { flowLogId: 'fl-shanghai-web', regionId: 'cn-shanghai', ...into('net-shanghai', 'web') },
  { flowLogId: 'flowlog-shanghai-batch', regionId: 'cn-shanghai', ...into('net-shanghai', 'batch') },
  { flowLogId: 'flowlog-not-in-the-config', regionId: 'cn-shanghai', ...into('net-shanghai', 'other') },
];
const RECORDS = { project: 'ops-audit', logstore: 'flow-log-scheduler', regionId: 'cn-hangzhou' };

function into(projectName: string, logStoreName: string) {
  return { projectName, logStoreName };
}

export function demoCommand(program: Command, io: Io): void {
  program
    .command('demo')
    .description('Watch the scheduler keep three flow logs on schedule through four days, with no account.')
    .option('--page <file>', 'write the report that it ends with as an HTML page, too')
    .action(({ page }: { readonly page?: string }) => demo(io, page));
}

async function demo(io: Io, page: string | undefined): Promise<void> {
  const clock = createSimulatedClock(START_MS);
  const emulator = await startEmulator({
    clock,
    wallNow: clock.now,
    modifyingMs: MODIFYING_MS,
    accounts: [{ accountId: '1234567890123456', accessKeys: [CREDENTIALS], flowLogs: FLOW_LOGS }],
    logstores: [
      RECORDS,
      ...FLOW_LOGS.map(({ regionId, projectName: project, logStoreName: logstore }) => ({
        ...{ regionId, project, logstore },
      })),
    ],
  });
  const directory = await mkdtemp(join(tmpdir(), 'flow-logs-demo-'));
  try {
    await createIndex(emulator, clock);
    await deployConfig(join(directory, 'flow-logs.yaml'));
    let runs = 0;
    const handler = createHandler({
      env: { CBN_ENDPOINT: emulator.url, VPC_ENDPOINT: emulator.url, SLS_ENDPOINT: emulator.url },
      codeDirectory: directory,
      clock,
      newId: () => `demo-run-${runs++}`,
      print: () => {},
    });
    const report = await live({ io, clock, emulator, handler });
    if (page !== undefined) await writeOut(page, reportHtml(report), io);
  } finally {
    await emulator.close();
    await rm(directory, { recursive: true });
  }
}

/** As `flow-logs provision` does: without it, no search finds a record. */
async function createIndex({ url }: Emulator, clock: SimulatedClock): Promise<void> {
  const credentials = async () => CREDENTIALS;
  const project = createSlsProject({ recordTo: RECORDS, endpoint: new URL(url), credentials, clock });
  await project.indexes.create(RECORDS.logstore, { ...LOG_INDEX });
}

/** What `flow-logs report` tells of these days: from the records, the metrics and the charging modes alone. */
async function readReport({ url }: Emulator, clock: SimulatedClock): Promise<Report> {
  const parsed = parseConfig(CONFIG);
  if (!parsed.ok) throw new Error('the config of the demo is not valid');
  const { config } = parsed;
  const endpoint = new URL(url);
  const sources = cloudSources(config, {
    endpoints: { cbn: endpoint, vpc: endpoint, sls: endpoint, sts: endpoint, ram: endpoint, cms: endpoint },
    credentials: async () => CREDENTIALS,
    roles: createAssumedRoles(clock.now),
    clock,
  });
  const range = { start: START_MS, end: END_MS };
  return reportOf(
    await readFacts({ config, range, now: END_MS, periodMs: TICK_MS, sources, onProgress: () => {} }),
  );
}

/** As the build does: each tick then loads the compiled config instead of parsing the text again. */
async function deployConfig(file: string): Promise<void> {
  await writeFile(file, CONFIG);
  const parsed = parseConfig(CONFIG);
  if (parsed.ok) await writeFile(compiledPath(file), compileConfig(CONFIG, parsed.file, START_MS));
}

interface Demo {
  readonly io: Io;
  readonly clock: SimulatedClock;
  readonly emulator: Emulator;
  readonly handler: Handler;
}

interface Incident {
  readonly at: number;
  readonly text: string;
  readonly happen: (emulator: Emulator) => void;
}

const THROTTLED = 'Throttling.User';

/** What the world does meanwhile. */
const INCIDENTS: readonly Incident[] = [
  {
    at: instant('2026-11-27T08:00'),
    text: 'CEN throttles the account: it refuses the next ActiveFlowLog',
    happen: (emulator) => {
      let refused = false;
      emulator.setFault(({ action }) => {
        if (refused || action !== 'ActiveFlowLog') return undefined;
        refused = true;
        return { kind: 'error', code: THROTTLED };
      });
    },
  },
  {
    at: instant('2026-11-28T15:02'),
    text: 'somebody switches flowlog-hangzhou-office on by hand',
    happen: (emulator) => emulator.setStatus('flowlog-hangzhou-office', 'Active'),
  },
];

/** @returns what `flow-logs report` says of these days */
async function live({ io, clock, emulator, handler }: Demo): Promise<Report> {
  const paint = coloursFor(io);
  io.outInColour(introduction(paint));
  const captured = new Map<string, number>();
  /** Moves on, and counts what captured meanwhile. */
  const moveTo = (ms: number) => {
    const passed = Math.max(0, ms - clock.now());
    for (const { flowLogId, status } of emulator.flowLogs()) {
      if (status === 'Active') captured.set(flowLogId, (captured.get(flowLogId) ?? 0) + passed);
    }
    clock.moveTo(ms);
  };
  let day = '';
  let changesOfDay = 0;
  const endDay = () => {
    if (day !== '' && changesOfDay === 0) io.outInColour('         nothing to change, all day\n');
    changesOfDay = 0;
  };
  for (let at = START_MS; at < END_MS; at += TICK_MS) {
    const today = DateTime.fromMillis(at, { zone: ZONE }).toFormat('cccc d LLLL', { locale: 'en' });
    if (today !== day) {
      endDay();
      io.outInColour(`\n${paint.bold(today)}\n`);
    }
    day = today;
    for (const incident of INCIDENTS.filter((each) => at - TICK_MS < each.at && each.at <= at)) {
      moveTo(incident.at);
      io.outInColour(`${when(incident.at)}  ${paint.yellow(`! ${incident.text}`)}\n`);
      incident.happen(emulator);
    }
    moveTo(at);
    const known = recorded(emulator).length;
    await handler(Buffer.from(timerEvent(at)), CONTEXT);
    const changes = recorded(emulator).slice(known).filter(isChange);
    for (const change of changes) io.outInColour(`${when(at)}  ${describeChange(change, paint)}\n`);
    changesOfDay += changes.length;
  }
  endDay();
  moveTo(END_MS);
  const report = await readReport(emulator, clock);
  io.outInColour(conclusion(emulator, captured, paint));
  io.outInColour(proof(report, paint));
  return report;
}

const CONTEXT = {
  requestId: 'demo-request',
  credentials: CREDENTIALS,
  function: { name: 'flow-log-scheduler', timeout: 120 },
};

const timerEvent = (at: number): string =>
  JSON.stringify({ triggerTime: new Date(at).toISOString(), triggerName: 'tick', payload: '' });

type Fields = Readonly<Record<string, string>>;

const recorded = (emulator: Emulator): readonly Fields[] =>
  emulator.logs('ops-audit', 'flow-log-scheduler').map(({ contents }) => contents);

const isChange = ({ kind }: Fields): boolean => kind === 'flow-log';

/** One change, as it was recorded. */
function describeChange(record: Fields, paint: Paint): string {
  const { flowLogId = '', observed = '', desired = '', outcome, reason, attempts } = record;
  const status = desired.padEnd(8);
  const becomes = desired === 'Active' ? paint.green(status) : paint.dim(status);
  const again = attempts === '1' ? '' : `, ${attempts} calls`;
  return `${flowLogId.padEnd(23)}  ${observed.padEnd(8)} -> ${becomes}  ${outcome}  ${reason}${again}`;
}

function introduction(paint: Paint): string {
  return [
    paint.bold('Flow logs on a schedule: four days in a few seconds\n'),
    '\nThis runs the handler that is deployed, every five minutes as the timer trigger would. CEN, VPC and SLS are an\n',
    'emulator on this machine, and the clock is simulated. The config:\n\n',
    CONFIG.split('\n')
      .map((line) => `    ${line}\n`)
      .join('')
      .trimEnd(),
    '\n\nAll flow logs start Active and would capture (and cost) around the clock. Each line below is a change: when,\n',
    'which flow log, its status before and after, "confirmed" once it was read back, and why.\n',
    'A run that finds everything as it should be prints nothing.\n',
  ].join('');
}

function conclusion(emulator: Emulator, captured: ReadonlyMap<string, number>, paint: Paint): string {
  const records = recorded(emulator);
  const changes = records.filter(isChange);
  const runs = records.length - changes.length;
  const confirmed = changes.filter(({ outcome }) => outcome === 'confirmed').length;
  const calls = emulator.requests.filter(({ service }) => service === 'Cbn' || service === 'Vpc');
  const reads = calls.filter(({ action }) => /^DescribeFlowLogs$/i.test(action)).length;
  const refused = calls.filter(
    ({ outcome }) => outcome.kind === 'answered' && outcome.code === THROTTLED,
  ).length;
  const last = Object.entries(changes.at(-1) ?? {}).filter(([, value]) => value !== '');
  return [
    paint.bold('\nWhat it came to\n\n'),
    table(['FLOW LOG', 'CAPTURED', 'ALWAYS ON', '  SAVED'], savings(captured), null),
    '\nflowlog-not-in-the-config lies in the same account and region, but in no list: it was never touched.\n',
    `\n${runs} runs made ${changes.length} changes, ${confirmed === changes.length ? 'all' : confirmed} of them confirmed by reading back. `,
    `That took ${calls.length - reads} calls that\nchange something (${refused} throttled, and sent again) `,
    `and ${reads} calls that only read.\n`,
    `\n${records.length} records are in SLS (project ops-audit, Logstore flow-log-scheduler): one of each run, `,
    'the heartbeat,\nand one of each change. The last one:\n\n',
    ...last.map(([name, value]) => `    ${name.padEnd(16)} ${value}\n`),
  ].join('');
}

/** The report, and what to do next. */
function proof(report: Report, paint: Paint): string {
  return [
    paint.bold('\nWhat was saved, and how one knows: npx flow-logs report\n\n'),
    reportText(report, { paint, columns: 118, width: null }),
    '\nThe same as a page, with a picture of each day: npx flow-logs demo --page report.html\n',
    '\nNext: npx flow-logs init makes a project with your own flow logs; README.md says how to deploy it.\n',
  ].join('');
}

/** @param captured milliseconds by flow log */
function savings(captured: ReadonlyMap<string, number>): readonly (readonly string[])[] {
  const allMs = END_MS - START_MS;
  const hours = (ms: number) => `${(ms / 3_600_000).toFixed(1)} h`;
  return FLOW_LOGS.map(({ flowLogId }) => {
    const ms = captured.get(flowLogId) ?? 0;
    const saved = `${Math.round((1 - ms / allMs) * 100)} %`;
    return [flowLogId, hours(ms).padStart(8), hours(allMs).padStart(9), saved.padStart(7)];
  });
}

type Paint = ReturnType<typeof coloursFor>;

const when = (ms: number): string => `  ${DateTime.fromMillis(ms, { zone: ZONE }).toFormat('HH:mm')}`;
