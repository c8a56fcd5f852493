/** The flow logs that are there, by account, service and region. Changes nothing. */
import type { FlowLogService, Role } from '../../config/config.ts';
import { connectAccounts } from '../../function/run.ts';
import { createBudget } from '../../reconcile/budget.ts';
import { CloudError } from '../../reconcile/cloud-error.ts';
import { caught } from '../../reconcile/reading.ts';
import type { Unlisted } from '../../reconcile/report.ts';
import type { Listing } from '../../reconcile/targets.ts';
import { printable } from '../../text.ts';
import { type Io, Refused } from '../io.ts';
import { localDeps } from '../local-run.ts';
import { withProgress } from '../progress.ts';

/** What one listing covers. */
export interface Place {
  /** Name in `accounts`; null for the account of the credentials. */
  readonly account: string | null;
  readonly service: FlowLogService;
  readonly regionId: string;
  /** The VPC that it is narrowed to. */
  readonly vpcId: string | null;
}

/** Each region of each account and service, whole. */
export const placesIn = (
  accounts: readonly (string | null)[],
  services: readonly FlowLogService[],
  regions: Iterable<string>,
): readonly Place[] =>
  Array.from(regions).flatMap((regionId) =>
    accounts.flatMap((account) => services.map((service) => ({ account, service, regionId, vpcId: null }))),
  );

export interface Discovered {
  readonly found: readonly Unlisted[];
  readonly listings: readonly Listing[];
}

/** For all places. */
const LISTING_MS = 120_000;

const LIMITS = {
  concurrency: 8,
  settleTimeoutMs: 0,
  maxFlowLogs: Number.POSITIVE_INFINITY,
  maxOverrideMs: 0,
};

export async function hasCredentials(io: Io): Promise<boolean> {
  const look = localDeps(io).credentials();
  return withProgress(io, 'Looking for credentials', look).then(
    () => true,
    () => false,
  );
}

/** @throws {Refused} when nothing at all could be listed */
export async function discover(
  places: readonly Place[],
  accounts: ReadonlyMap<string, Role>,
  io: Io,
): Promise<Discovered> {
  const { listings, doubts } = await withProgress(io, 'Listing flow logs', listAll(places, accounts, io));
  for (const doubt of doubts) io.err(`warning: ${printable(doubt)}\n`);
  if (listings.every(({ flowLogs }) => flowLogs instanceof CloudError)) {
    io.err(`no flow logs could be listed, so nothing was written:\n${failuresOf(listings)}`);
    throw new Refused();
  }
  const found = listings.flatMap(({ account, flowLogs }) =>
    flowLogs instanceof CloudError ? [] : Array.from(flowLogs.values(), (flowLog) => ({ account, flowLog })),
  );
  return { found, listings };
}

/** One listing for each place; one that failed holds its error. */
export async function listAll(places: readonly Place[], accounts: ReadonlyMap<string, Role>, io: Io) {
  const deps = localDeps(io);
  const time = createBudget(deps.clock, deps.clock.monotonic() + LISTING_MS);
  const cloud = connectAccounts({ accounts, limits: LIMITS }, time, deps);
  const listings = await Promise.all(
    places.map(async ({ account, service, regionId, vpcId }) => {
      const scope = { regionId, ...(vpcId === null ? {} : { vpcId }) };
      const listing = { account, service, scope };
      return { ...listing, flowLogs: await caught(cloud.flowLogs(listing).list(scope, { time }, 'all')) };
    }),
  );
  return { listings, doubts: cloud.doubts };
}

/**
 * Says what could not be listed.
 * @param regionsWereNamed whether somebody asked for these regions; of all regions some may not have the service
 * @throws {Refused} when something that was asked for is missing
 */
export function tellFailures(listings: readonly Listing[], regionsWereNamed: boolean, io: Io): void {
  const failures = failuresOf(listings);
  if (failures === '') return;
  io.err(`not listed, and so not in the config:\n${failures}`);
  const isLost = (account: string | null) =>
    listings.every((each) => each.account !== account || each.flowLogs instanceof CloudError);
  if (regionsWereNamed || listings.some(({ account }) => isLost(account))) throw new Refused();
}

/** What failed alike on one line. */
function failuresOf(listings: readonly Listing[]): string {
  const places = new Map<string, string[]>();
  for (const { account, scope, flowLogs } of listings) {
    if (!(flowLogs instanceof CloudError)) continue;
    const text = printable(`${flowLogs.code}: ${flowLogs.message}`);
    const place = account === null ? scope.regionId : `${scope.regionId} of account ${account}`;
    places.set(text, [...(places.get(text) ?? []), place]);
  }
  return Array.from(places, ([text, where]) => `  ${where.join(', ')}: ${text}\n`).join('');
}
