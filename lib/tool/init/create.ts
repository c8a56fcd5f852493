/** A new project, or the config of one that has none. */
import { relative } from 'node:path';
import type { Role } from '../../config/config.ts';
import type { Io } from '../io.ts';
import { REGIONS } from '../lint/lint.ts';
import { type Discovered, discover, hasCredentials, placesIn, tellFailures } from './discover.ts';
import { newConfig, SCHEDULE } from './new-config.ts';
import type { InitOptions } from './options.ts';
import { checkBeforeWriting, type Project, schemaFor, writeIn, writeOthers } from './project.ts';

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
  checkBeforeWriting(text, project.config, io);
  await writeIn(project.config, text, options.force, io);
  await writeOthers(project, options.force, io);
  io.out(whatIsIn(discovered));
  if (project.kind !== 'clone') io.out(nextSteps(project));
  if (discovered !== null) tellFailures(discovered.listings, regionIds !== null, io);
}

export const rolesOf = (accounts: ReadonlyMap<string, string>): ReadonlyMap<string, Role> =>
  new Map(Array.from(accounts, ([name, roleArn]) => [name, { roleArn, externalId: null }]));

function whatIsIn(discovered: Discovered | null): string {
  if (discovered === null)
    return 'There were no credentials, so nothing was listed: the config holds an example.\n';
  const { found } = discovered;
  if (found.length === 0) return 'No flow log was found: the config holds an example.\n';
  const regions = new Set(found.map(({ flowLog }) => flowLog.regionId)).size;
  return `${count(found.length, 'flow log')} of ${count(regions, 'region')}, all on schedule ${SCHEDULE}: make it your hours.\n`;
}

function nextSteps({ folder }: Project): string {
  const there = relative('.', folder);
  return `Next:
  ${there === '' ? '' : `cd ${there} && `}npm install
  npx flow-logs validate && npx flow-logs preview
  npx flow-logs plan
  npx flow-logs deploy
`;
}

export const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`;
