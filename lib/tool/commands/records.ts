import { type Command, InvalidArgumentError, Option } from 'commander';
import { createLogReader } from '../../cloud/sls/get-logs.ts';
import { parseDuration } from '../../config/values.ts';
import { LOGSTORE_TOPIC } from '../../function/run.ts';
import { CloudError } from '../../reconcile/cloud-error.ts';
import type { LogRecord } from '../../reconcile/ports.ts';
import { printable } from '../../text.ts';
import { loadConfig } from '../config.ts';
import { type Io, Refused } from '../io.ts';
import { localDeps } from '../local-run.ts';
import { withProgress } from '../progress.ts';
import { looksIn, recordsIn, searchFor, viewRecords } from '../records/view.ts';
import { widthOf } from '../table.ts';

interface RecordsOptions {
  readonly config?: string;
  /** Milliseconds. */
  readonly since: number;
  readonly flowLog?: string;
  readonly failed?: true;
  readonly json?: true;
}

/** SLS keeps a record by when it was written, which is after the run began. */
const WRITTEN_LATER_MS = 15 * 60_000;

export function recordsCommand(program: Command, io: Io): void {
  program
    .command('records')
    .description(
      'What the runs recorded in SLS, newest first, without those of status, which only look; changes nothing.',
    )
    .option('--config <file>', 'config file')
    .addOption(
      new Option('--since <length>', 'how far back, such as 90m or 7d')
        .argParser(sinceArgument)
        .default(86_400_000, '24h'),
    )
    .option('--flow-log <id>', 'of one flow log', idArgument)
    .option('--failed', 'only what failed')
    .option('--json', 'print every record as JSON, those of status too')
    .action((options: RecordsOptions) => records(options, io));
}

async function records(
  { config: named, since, flowLog, failed, json }: RecordsOptions,
  io: Io,
): Promise<void> {
  const config = await loadConfig(named, io);
  const { recordTo } = config;
  if (recordTo.kind === 'stdout') {
    io.err("recordTo is stdout: the records are in the function's own log, and nowhere else\n");
    throw new Refused();
  }
  const { endpoints, credentials, clock } = localDeps(io);
  const now = clock.now();
  const from = now - since;
  const filter = { flowLogId: flowLog ?? null, failed: failed === true };
  const search = createLogReader({ recordTo, endpoint: endpoints.sls, credentials, clock });
  const work = search({
    query: searchFor(filter),
    topic: LOGSTORE_TOPIC,
    start: from,
    end: now + WRITTEN_LATER_MS,
    newestFirst: true,
  });
  const found = await withProgress(io, `Reading Logstore ${recordTo.logstore}`, () => work).catch(
    (error: unknown) => {
      if (!(error instanceof CloudError)) throw error;
      io.err(
        `Logstore ${recordTo.logstore} of project ${recordTo.project}: ${printable(`${error.code}: ${error.message}`)}\n`,
      );
      throw new Refused();
    },
  );
  const known = config.flowLogs.map(({ flowLogId }) => flowLogId);
  const records: readonly LogRecord[] = recordsIn(found, filter);
  io.out(
    json
      ? `${JSON.stringify({ from: new Date(from).toISOString(), to: new Date(now).toISOString(), records }, null, 2)}\n`
      : viewRecords({
          from,
          records,
          looks: looksIn(found),
          filter,
          zone: config.zone.name,
          known,
          width: widthOf(io),
        }),
  );
}

function sinceArgument(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new InvalidArgumentError('Expected a length such as 90m, 24h or 7d.');
  return ms;
}

function idArgument(text: string): string {
  if (/^[A-Za-z0-9][\w-]*$/.test(text)) return text;
  throw new InvalidArgumentError('Expected the ID of a flow log such as flowlog-m5evbtbptexample1.');
}
