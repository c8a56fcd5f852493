import { type Command, InvalidArgumentError, Option } from 'commander';
import { createSlsProject } from '../../cloud/sls/project.ts';
import { parseDuration } from '../../config/values.ts';
import { loadConfig } from '../config.ts';
import { type Io, Refused } from '../io.ts';
import { localDeps } from '../local-run.ts';
import { withProgress } from '../progress.ts';
import { PERIOD_LIMITS_MS } from '../provision/definitions/alerts.ts';
import { type Definitions, definitionsFor } from '../provision/definitions/definitions.ts';
import { FUNCTION_LOGSTORE } from '../provision/definitions/logstore.ts';
import { type Item, type ProvisionResult, plannedItems, provision } from '../provision/provision.ts';
import { table } from '../table.ts';

interface ProvisionOptions {
  readonly config?: string;
  readonly period: number;
  readonly update?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

export function provisionCommand(program: Command, io: Io): void {
  program
    .command('provision')
    .description(
      "Create what is missing in SLS: Logstore, index, dashboard and alerts for the records, and the Logstore of the function's own log. Leaves what is there.",
    )
    .option('--config <file>', 'config file')
    .addOption(
      new Option(
        '--period <duration>',
        'how often the timer calls the function; the alerts watch three of them',
      )
        .argParser(periodArgument)
        .default(300_000, '5m'),
    )
    .option('--update', 'bring what differs in line; what was added by hand stays')
    .option('--dry-run', 'print the definitions as JSON and call nothing')
    .option('--json', 'print JSON')
    .action((options: ProvisionOptions) => provisionAndTell(options, io));
}

async function provisionAndTell(options: ProvisionOptions, io: Io): Promise<void> {
  const { recordTo } = await loadConfig(options.config, io);
  if (recordTo.kind === 'stdout') {
    io.err(
      'recordTo is stdout: there is no project to set up in SLS. Name a project and a Logstore there first, or create ' +
        `the Logstore ${FUNCTION_LOGSTORE} of the function's own log in the project that FC_LOG_PROJECT in .env names.\n`,
    );
    throw new Refused();
  }
  if (recordTo.logstore === FUNCTION_LOGSTORE) {
    io.err(
      `recordTo.logstore is ${FUNCTION_LOGSTORE}, where Function Compute writes what the function prints: each record ` +
        'would be there twice. Name another Logstore.\n',
    );
    throw new Refused();
  }
  const definitions = definitionsFor(recordTo, options.period);
  if (options.dryRun) {
    io.out(`${JSON.stringify(definitions, null, 2)}\n`);
    if (!options.json) io.err(itemTable(plannedItems(definitions)));
    return;
  }
  const work = provisionInSls(definitions, recordTo, options.update === true, io);
  const result = await withProgress(io, `Asking SLS about project ${recordTo.project}`, work);
  tell(result, definitions, options.json === true, io);
  if (!result.ok) throw new Refused();
}

function provisionInSls(
  definitions: Definitions,
  recordTo: Parameters<typeof definitionsFor>[0],
  update: boolean,
  io: Io,
): Promise<ProvisionResult> {
  const { endpoints, credentials, clock } = localDeps(io);
  const sls = createSlsProject({ recordTo, endpoint: endpoints.sls, credentials });
  return provision(definitions, { update }, { sls, clock });
}

function tell({ ok, items }: ProvisionResult, definitions: Definitions, json: boolean, io: Io): void {
  const { regionId, project } = definitions;
  if (json) {
    io.out(`${JSON.stringify({ ok, regionId, project, items }, null, 2)}\n`);
    return;
  }
  io.out(itemTable(items));
  for (const { kind, name, state, detail } of items) {
    if (detail !== '') (state === 'failed' ? io.err : io.out)(`${kind} ${name}: ${detail}\n`);
  }
}

function itemTable(items: readonly Item[]): string {
  return table(
    ['kind', 'name', 'state'],
    items.map(({ kind, name, state }) => [kind, name, state]),
  );
}

function periodArgument(text: string): number {
  const ms = parseDuration(text);
  if (ms === null || ms < PERIOD_LIMITS_MS.min || ms > PERIOD_LIMITS_MS.max) {
    throw new InvalidArgumentError('Expected a length from 1m to 8h, such as 5m.');
  }
  return ms;
}
