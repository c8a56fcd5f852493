import { type Command, InvalidArgumentError, Option } from 'commander';
import { createRam } from '../../cloud/ram/ram.ts';
import { createSlsProject } from '../../cloud/sls/project.ts';
import type { Config } from '../../config/config.ts';
import { parseDuration } from '../../config/values.ts';
import { type Caller, identify } from '../caller.ts';
import { loadConfig } from '../config.ts';
import { endpointOf } from '../endpoint.ts';
import { type Io, Refused, UsageError } from '../io.ts';
import { localDeps } from '../local-run.ts';
import { policiesFor } from '../policy/policy.ts';
import { withProgress } from '../progress.ts';
import { PERIOD_LIMITS_MS } from '../provision/definitions/alerts.ts';
import { type Definitions, definitionsFor } from '../provision/definitions/definitions.ts';
import { FUNCTION_LOGSTORE } from '../provision/definitions/logstore.ts';
import { type RoleDefinition, roleDefinition } from '../provision/definitions/role.ts';
import { type Item, type Mode, type ProvisionResult, resultOf } from '../provision/items.ts';
import { plannedItems, provision } from '../provision/provision.ts';
import { plannedRoleItems, provisionRole } from '../provision/provision-role.ts';
import { arnOf, functionRole, type RoleName, readRole, roleArgument } from '../role-arn.ts';
import { table, type Width, widthOf } from '../table.ts';

type Part = 'ram' | 'sls';

interface ProvisionOptions {
  readonly config?: string;
  readonly only?: Part;
  readonly account?: string;
  readonly functionRole?: RoleName;
  readonly period: number;
  readonly update?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

export function provisionCommand(program: Command, io: Io): void {
  program
    .command('provision')
    .description(
      "Create what is missing: the function's RAM role with its trust and its permissions; in SLS the Logstore, index, " +
        "dashboard and alerts for the records, and the Logstore of the function's own log. Leaves what is there.",
    )
    .option('--config <file>', 'config file')
    .addOption(new Option('--only <part>', 'only the RAM role, or only SLS').choices(['ram', 'sls']))
    .option(
      '--account <name>',
      'the RAM role of this account of the config instead, with credentials of that account',
    )
    .option(
      '--function-role <role>',
      "the function's role, as in s.yaml: its name, or with --account its ARN (default: the role of s.yaml, else ROLE_ARN, else flow-log-scheduler)",
      roleArgument,
    )
    .addOption(
      new Option(
        '--period <duration>',
        'how often the timer calls the function; the alerts watch three of them',
      )
        .argParser(periodArgument)
        .default(300_000, '5m'),
    )
    .option(
      '--update',
      'bring what differs in line: policies get a new version; in SLS what was added by hand stays',
    )
    .option('--dry-run', 'print the definitions as JSON and call nothing')
    .option('--json', 'print JSON')
    .action((options: ProvisionOptions) => provisionAndTell(options, io));
}

async function provisionAndTell(options: ProvisionOptions, io: Io): Promise<void> {
  const parts = partsOf(options);
  const role = await functionRole(options.functionRole, io);
  const ramEndpoint = endpointOf('RAM_ENDPOINT', io);
  const config = await loadConfig(options.config, io);
  const definitions = parts.includes('sls') ? slsDefinitions(config, options.period, io) : null;
  const account = options.account ?? null;
  if (options.dryRun) {
    const definition = parts.includes('ram') ? roleFor(account, role, config, io) : null;
    io.out(`${JSON.stringify({ ...(definition && { role: definition }), ...definitions }, null, 2)}\n`);
    if (options.json) return;
    const planned = definitions === null ? [] : plannedItems(definitions);
    io.err(
      itemTable([...(definition === null ? [] : plannedRoleItems(definition)), ...planned], widthOf(io)),
    );
    return;
  }

  const mode: Mode = options.update === true ? 'update' : 'create';
  const { endpoints, credentials, clock } = localDeps(io);
  const results: ProvisionResult[] = [];
  if (parts.includes('ram')) {
    const caller = await identify(io, credentials, endpoints.sts);
    const definition = roleOfCaller(account, role, caller, config, io);
    const ram = createRam({ endpoint: ramEndpoint, credentials: async () => caller.credentials, clock });
    const work = provisionRole(definition, mode, ram);
    results.push(await withProgress(io, `Asking RAM about role ${definition.roleName}`, work));
  }
  if (definitions !== null) {
    const work = provisionInSls(definitions, mode, io);
    results.push(await withProgress(io, `Asking SLS about project ${definitions.project}`, work));
  }
  const result = resultOf(results.flatMap(({ items }) => items));
  show(result, definitions, options.json === true, io);
  if (!result.ok) throw new Refused();
}

function provisionInSls(definitions: Definitions, mode: Mode, io: Io): Promise<ProvisionResult> {
  const { endpoints, credentials, clock } = localDeps(io);
  const { regionId, project, logstore } = definitions;
  const recordTo = { regionId, project, logstore: logstore.logstoreName };
  const sls = createSlsProject({ recordTo, endpoint: endpoints.sls, credentials });
  return provision(definitions, mode, { sls, clock });
}

/** @throws {UsageError} for options that contradict each other */
function partsOf({ only, account }: ProvisionOptions): readonly Part[] {
  if (account !== undefined && only === 'sls') {
    throw new UsageError('--account is about a RAM role: SLS is only used in the account of the function');
  }
  return account !== undefined ? ['ram'] : only === undefined ? ['ram', 'sls'] : [only];
}

/** @throws {Refused} when there is nothing in SLS to set up, or it would be set up twice */
function slsDefinitions({ recordTo }: Config, periodMs: number, io: Io): Definitions {
  if (recordTo.kind === 'stdout') {
    io.err(
      'recordTo is stdout: there is no project to set up in SLS. Name a project and a Logstore there first, or create ' +
        `the Logstore ${FUNCTION_LOGSTORE} of the function's own log in the project that FC_LOG_PROJECT in .env names. ` +
        '`--only ram` makes the role alone.\n',
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
  return definitionsFor(recordTo, periodMs);
}

/**
 * The role to make, in the account of these credentials.
 * @throws {Refused} when it belongs to another account
 */
function roleOfCaller(
  account: string | null,
  role: RoleName,
  { accountId, arn }: Caller,
  config: Config,
  io: Io,
): RoleDefinition {
  const definition = roleFor(account, account === null ? { ...role, accountId } : role, config, io);
  const owner = account === null ? role.accountId : ownerOf(account, config);
  if (owner === null || owner === accountId) return definition;
  const whose = account === null ? "the function's role" : `accounts.${account}.roleArn`;
  io.err(
    `${whose} belongs to account ${owner}, but these credentials are of account ${accountId} (${arn}): use credentials ` +
      `of ${owner}${account === null ? ', or name another role with --function-role' : ''}. Nothing was done.\n`,
  );
  throw new Refused();
}

const ownerOf = (account: string, config: Config): string | null =>
  readRole(config.accounts.get(account)?.roleArn ?? '')?.accountId ?? null;

/**
 * A role with what the config needs it for.
 * @param account name in the config; null is the account of the function
 * @param role the function's, which the role of another account has to trust
 * @throws {Refused} when the config has no account of that name
 */
function roleFor(account: string | null, role: RoleName, config: Config, io: Io): RoleDefinition {
  const arn = role.accountId === null ? null : arnOf(role.accountId, role.roleName);
  // Credentials of another account do not say in which account the function is.
  if (account !== null && arn === null) {
    throw new UsageError(
      `the role of account ${account} has to trust the function's role: name that by its ARN, ` +
        '--function-role acs:ram::1234567890123456:role/flow-log-scheduler',
    );
  }
  const found = policiesFor(config, arn).find((each) => each.account === account);
  if (found === undefined) {
    const names = [...config.accounts.keys()];
    const known = names.length === 0 ? 'it has no accounts' : `it has ${names.join(', ')}`;
    io.err(`accounts: the config has no account "${account}"; ${known}\n`);
    throw new Refused();
  }
  return roleDefinition(
    account === null ? role.roleName : (readRole(found.role ?? '')?.roleName ?? ''),
    found,
  );
}

function show({ ok, items }: ProvisionResult, definitions: Definitions | null, json: boolean, io: Io): void {
  if (json) {
    const place =
      definitions === null ? {} : { regionId: definitions.regionId, project: definitions.project };
    io.out(`${JSON.stringify({ ok, ...place, items }, null, 2)}\n`);
    return;
  }
  io.out(itemTable(items, widthOf(io)));
  for (const { kind, name, state, detail } of items) {
    if (detail !== '') (state === 'failed' ? io.err : io.out)(`${kind} ${name}: ${detail}\n`);
  }
  const isHalf = !ok && items.some(({ state }) => state === 'created' || state === 'updated');
  if (isHalf)
    io.err('not everything was done: what the table says was created or updated stays; run this again\n');
}

function itemTable(items: readonly Item[], width: Width): string {
  return table(
    ['WHAT', 'NAME', 'STATE'],
    items.map(({ kind, name, state }) => [kind, name, state]),
    width,
  );
}

function periodArgument(text: string): number {
  const ms = parseDuration(text);
  if (ms === null || ms < PERIOD_LIMITS_MS.min || ms > PERIOD_LIMITS_MS.max) {
    throw new InvalidArgumentError('Expected a length from 1m to 8h, such as 5m.');
  }
  return ms;
}
