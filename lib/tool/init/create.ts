/** A new project, or the config of one that has none. */
import { relative } from 'node:path';
import type { Role } from '../../config/config.ts';
import { FUNCTION_COMPUTE_REGIONS } from '../deploy/regions.ts';
import type { Io } from '../io.ts';
import { REGIONS } from '../lint/lint.ts';
import { type Discovered, discover, hasCredentials, placesIn, tellFailures } from './discover.ts';
import { newConfig, SCHEDULE } from './new-config.ts';
import type { InitOptions } from './options.ts';
import { checkBeforeWriting, type Project, schemaFor, shown, writeIn, writeOthers } from './project.ts';

/** @throws {Refused} when it cannot be made, or not all that was asked for could be listed */
export async function create(project: Project, options: InitOptions, io: Io): Promise<void> {
  const { regionIds, accounts } = options;
  const regions = regionIds ?? REGIONS.split(' ');
  const places = placesIn([null, ...accounts.keys()], options.services, regions);
  const discovered = (await hasCredentials(io)) ? await discover(places, rolesOf(accounts), io) : null;
  const text = newConfig({
    machineZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    schema: schemaFor(project),
    project: options.project,
    regionIds: regionIds ?? [],
    accounts,
    found: discovered?.found ?? [],
    whyNone:
      discovered === null ? 'there were no credentials to list flow logs with' : 'no flow log was found',
  });
  const { recordTo } = checkBeforeWriting(text, project.config, io);
  await writeIn(project.config, text, options.force, io);
  await writeOthers(project, options.force, io);
  if (discovered === null) {
    io.err(
      `no credentials, so no flow logs were listed: the one in ${shown(project.config)} is an example. Set ` +
        'ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, and run npx flow-logs init again\n',
    );
  } else io.out(whatIsIn(discovered));
  const regionId = recordTo.kind === 'stdout' ? null : recordTo.regionId;
  if (project.kind !== 'clone') io.out(nextSteps(project, discovered, regionId));
  if (discovered !== null) tellFailures(discovered.listings, regionIds !== null, io);
}

export const rolesOf = (accounts: ReadonlyMap<string, string>): ReadonlyMap<string, Role> =>
  new Map(Array.from(accounts, ([name, roleArn]) => [name, { roleArn, externalId: null }]));

function whatIsIn({ found }: Discovered): string {
  if (found.length === 0) return 'No flow log was found: the config holds an example.\n';
  const regions = new Set(found.map(({ flowLog }) => flowLog.regionId)).size;
  return `${count(found.length, 'flow log')} of ${count(regions, 'region')}, all on schedule ${SCHEDULE}: make it your hours.\n`;
}

/** @param regionId of the records; null without one */
function nextSteps({ folder }: Project, discovered: Discovered | null, regionId: string | null): string {
  const there = relative('.', folder);
  const install = `${there === '' ? '' : `cd ${there} && `}npm install`;
  const steps = [install, ...(hasFlowLogs(discovered) ? deploySteps(regionId) : listSteps(discovered))];
  return `Next:\n${steps.map((step) => `  ${step}\n`).join('')}`;
}

const hasFlowLogs = (discovered: Discovered | null): boolean => (discovered?.found.length ?? 0) > 0;

const listSteps = (discovered: Discovered | null): readonly string[] => [
  discovered === null
    ? 'set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET'
    : 'create flow logs, or use credentials of the account that has them',
  'npx flow-logs init',
];

const deploySteps = (regionId: string | null): readonly string[] => [
  'npx flow-logs validate && npx flow-logs preview',
  'npx flow-logs plan',
  ...(regionId === null || FUNCTION_COMPUTE_REGIONS.includes(regionId)
    ? []
    : [
        `set REGION and FC_LOG_PROJECT in .env: a region for the function, since Function Compute is not available in ` +
          `${regionId}, and an SLS project there`,
      ]),
  'npx flow-logs deploy',
];

export const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`;
