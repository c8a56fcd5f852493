/** Adds to a config the flow logs that are in none of its entries, and changes nothing else of it. */
import { writeFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import type { Config } from '../../config/config.ts';
import { formatIssue } from '../../config/issues.ts';
import { readConfigText } from '../../config/text.ts';
import { objectAt } from '../../json.ts';
import { CloudError } from '../../reconcile/cloud-error.ts';
import {
  keyOfListing,
  listingKey,
  listingScopes,
  notInConfig,
  resolveTargets,
} from '../../reconcile/targets.ts';
import { type Io, Refused, UsageError } from '../io.ts';
import { REGIONS } from '../lint/lint.ts';
import { parseConfig } from '../lint/parse.ts';
import { append } from './append.ts';
import { count, rolesOf } from './create.ts';
import { type Discovered, discover, hasCredentials, type Place, placesIn, tellFailures } from './discover.ts';
import { inOrder, toItem, usualProject } from './found.ts';
import { DEFAULT_REGION, EXAMPLE_ID, EXAMPLE_PROJECT, isExampleId } from './new-config.ts';
import type { InitOptions } from './options.ts';
import { checkBeforeWriting, type Project, shown, writeOthers } from './project.ts';

/** @throws {Refused} when nothing can be added, or not all that was asked for could be listed */
export async function add(project: Project, options: InitOptions, io: Io): Promise<void> {
  const file = shown(project.config);
  const { text, config } = readValid(project.config, io);
  const added = newAccounts(options.accounts, config);
  if (!(await hasCredentials(io))) {
    io.err(
      `no credentials to list flow logs with, so nothing was added to ${file}; set ALIBABA_CLOUD_ACCESS_KEY_ID and ` +
        'ALIBABA_CLOUD_ACCESS_KEY_SECRET\n',
    );
    throw new Refused();
  }
  const places = placesOf(config, options, added);
  const discovered = await discover(places, new Map([...config.accounts, ...rolesOf(added)]), io);
  const { targets } = resolveTargets(config.flowLogs, config.selectors, discovered.listings);
  const missing = inOrder(notInConfig(targets, discovered.listings));
  const schedule = usualSchedule(config);
  const items = missing.map((each) => toItem(each, schedule));
  const roles = Array.from(added, ([key, roleArn]) => ({ key, value: { roleArn }, comment: null }));

  const withAccounts = append(text, 'accounts', roles);
  const extended = withAccounts === null ? null : append(withAccounts, 'flowLogs', items);
  if (extended === null) {
    io.err(
      `${file} is written so that nothing can be added without changing what is there. Add this by hand:\n`,
    );
    if (roles.length > 0) io.out(`${append('accounts:', 'accounts', roles)}\n`);
    if (items.length > 0) io.out(`${append('flowLogs:', 'flowLogs', items)}\n`);
    throw new Refused();
  }
  if (extended !== text) {
    checkBeforeWriting(extended, project.config, io);
    await writeFile(project.config, extended);
  }
  if (added.size > 0) io.out(`${file}: added ${count(added.size, 'account')}\n`);
  io.out(`${file}: ${whatWasAdded(items, discovered.found.length, schedule)}\n`);
  for (const id of notFound(config, discovered)) {
    const which = isExampleId(id) ? 'is an example' : 'was not found where its entry says';
    io.err(`warning: ${id} is in ${file}, but ${which}; correct the entry, or remove it\n`);
  }
  const usual = usualProject(discovered.found)?.project;
  if (usual !== undefined && usual !== EXAMPLE_PROJECT && isRecordedInExample(config)) {
    io.err(
      `warning: recordTo.project in ${file} is ${EXAMPLE_PROJECT}, as in the example; most of the flow logs deliver to ` +
        `${usual}: name that, or another SLS project of yours\n`,
    );
  }
  await writeOthers(project, false, io);
  tellFailures(discovered.listings, options.regionIds !== null, io);
}

const isRecordedInExample = ({ recordTo }: Config): boolean =>
  recordTo.kind === 'sls' && recordTo.project === EXAMPLE_PROJECT;

function readValid(path: string, io: Io): { readonly text: string; readonly config: Config } {
  const read = readConfigText(path);
  const parsed = read.ok ? parseConfig(read.text) : { ok: false as const, issues: [read.issue] };
  if (read.ok && parsed.ok) return { text: read.text, config: parsed.config };
  const found = parsed.ok ? [] : parsed.issues;
  const isEmpty = found.length === 1 && found[0]?.path === 'flowLogs';
  const empty = read.ok && isEmpty ? withoutEntries(read.text) : null;
  if (read.ok && empty !== null) return { text: read.text, config: empty };
  const issues = found.map((issue) => `  ${formatIssue(issue)}\n`).join('');
  io.err(`${shown(path)} is not valid, so nothing was added:\n${issues}`);
  throw new Refused();
}

/** A config that would be valid with a flow log, and has none yet; null for any other. */
function withoutEntries(text: string): Config | null {
  const document: unknown = parseDocument(text, { logLevel: 'silent' }).toJS();
  const { flowLogs, schedules } = objectAt(document);
  const isEmpty = flowLogs === null || (Array.isArray(flowLogs) && flowLogs.length === 0);
  const [schedule] = Object.keys(objectAt(schedules));
  if (!isEmpty || schedule === undefined) return null;
  const value = { flowLogId: EXAMPLE_ID, regionId: DEFAULT_REGION, schedule };
  const filled = append(text, 'flowLogs', [{ key: null, value, comment: null }]);
  const parsed = filled === null ? null : parseConfig(filled);
  return parsed?.ok ? { ...parsed.config, flowLogs: [] } : null;
}

/** @throws {UsageError} for a name that the config gives to another role */
function newAccounts(named: ReadonlyMap<string, string>, { accounts }: Config): ReadonlyMap<string, string> {
  for (const [name, roleArn] of named) {
    const known = accounts.get(name);
    if (known !== undefined && known.roleArn !== roleArn) {
      throw new UsageError(`the config has another role as account ${name}: ${known.roleArn}`);
    }
  }
  return new Map([...named].filter(([name]) => !accounts.has(name)));
}

/**
 * The accounts and regions of the entries; with regions of the command line, those in every account, and where there is
 * the example alone, every region.
 */
function placesOf(
  config: Config,
  { regionIds, services }: InitOptions,
  added: ReadonlyMap<string, string>,
): readonly Place[] {
  const entries = [...config.flowLogs, ...config.selectors];
  const isExample = entries.every((entry) => 'flowLogId' in entry && isExampleId(entry.flowLogId));
  const regions = regionIds ?? (isExample ? REGIONS.split(' ') : null);
  if (regions !== null) {
    return placesIn([null, ...config.accounts.keys(), ...added.keys()], services, regions);
  }
  const own = listingScopes(entries).map(({ account, service, scope: { regionId, vpcId = null } }) => ({
    ...{ account, service, regionId, vpcId },
  }));
  const places = [
    ...own,
    ...own.flatMap(({ account, regionId }) => placesIn([account], services, [regionId])),
    ...placesIn([...added.keys()], services, new Set(entries.map(({ regionId }) => regionId))),
  ];
  return [...new Map(places.map((place) => [JSON.stringify(Object.values(place)), place])).values()];
}

/** IDs of entries whose account and region were listed without them. */
function notFound({ flowLogs }: Config, { listings }: Discovered): readonly string[] {
  const listed = new Map(listings.map((listing) => [keyOfListing(listing), listing.flowLogs]));
  return flowLogs.flatMap((entry) => {
    const there = listed.get(listingKey(entry));
    return there === undefined || there instanceof CloudError || there.has(entry.flowLogId)
      ? []
      : entry.flowLogId;
  });
}

/** The one that most entries are on; without entries the first. */
function usualSchedule({ schedules, flowLogs, selectors }: Config): string {
  const counts = new Map<string, number>();
  for (const { schedule } of [...flowLogs, ...selectors]) {
    counts.set(schedule.name, (counts.get(schedule.name) ?? 0) + 1);
  }
  const [first = ''] = schedules.keys();
  const [[name] = [first]] = [...counts].sort(([, a], [, b]) => b - a);
  return name;
}

function whatWasAdded(items: readonly ReturnType<typeof toItem>[], found: number, schedule: string): string {
  if (found === 0)
    return 'nothing to add: no flow log was found; --region lists others than those of the config';
  if (items.length === 0) return `nothing to add: of ${count(found, 'flow log')} found each is in an entry`;
  const added = items.map(({ value, comment }) => `\n  ${value.flowLogId}  ${comment}`).join('');
  return `added ${count(items.length, 'flow log')} on schedule ${schedule}; put each on the one that is right for it${added}`;
}
