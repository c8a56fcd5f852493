/** Every flow log of the config, what its selectors select, and how many that makes. */

import { PRODUCTS } from '../../../cloud/flow-logs/products.ts';
import type { Config, FlowLogEntry, Selector } from '../../../config/config.ts';
import { CloudError } from '../../../reconcile/cloud-error.ts';
import { describeOverride, OVERRIDE_TAG, readOverrideTag } from '../../../reconcile/override.ts';
import { productOf, readStatus, todoFor } from '../../../reconcile/plan.ts';
import type { FlowLog } from '../../../reconcile/ports.ts';
import {
  keyOfListing,
  type Listing,
  listingKey,
  resolveTargets,
  type Target,
} from '../../../reconcile/targets.ts';
import { formatDuration } from '../../../text.ts';
import { lengthOf } from '../../lint/lint.ts';
import { about, fail, type Line, many, ok, skip, warn } from '../line.ts';
import type { Observations } from '../observations.ts';
import { placeOf } from './account.ts';

const HOUR_MS = 3_600_000;
/** Where a run still has room for what selectors may find next. */
const ROOMY = 0.8;

export function checkFlowLogs(seen: Observations): readonly Line[] {
  const { config } = seen.config;
  if (config === null) return [];
  const listings = listingsOf(seen);
  const { targets } = resolveTargets(config.flowLogs, config.selectors, listings);
  const selectedAt = new Set(config.selectors.map(({ position }) => position));
  const lines = targets.flatMap((target): readonly Line[] => {
    const line = checkTarget(target, listings, seen.at);
    // What is selected and as it should be is counted at its selector.
    return selectedAt.has(target.entry.position) && line.status === 'ok' ? [] : [line];
  });
  return [
    ...lines,
    ...config.selectors.map((selector) => checkSelector(selector, targets, listings)),
    checkLimit(config, targets, listings),
  ];
}

function listingsOf({ accounts }: Observations): readonly Listing[] {
  return accounts.flatMap(({ account, listings }) =>
    listings.map(({ service, regionId, vpcId, flowLogs }) => ({
      account,
      service,
      scope: { regionId, ...(vpcId === null ? {} : { vpcId }) },
      flowLogs: flowLogs.ok ? flowLogs.value : flowLogs.trouble,
    })),
  );
}

/** Null when that place was not listed, or could not be. */
function listed(
  entry: FlowLogEntry | Selector,
  listings: readonly Listing[],
): ReadonlyMap<string, FlowLog> | null {
  const found = listings.find((each) => keyOfListing(each) === listingKey(entry));
  return found === undefined || found.flowLogs instanceof CloudError ? null : found.flowLogs;
}

function checkTarget(target: Target, listings: readonly Listing[], at: number): Line {
  const { entry } = target;
  const subject = about('flow-log', entry.flowLogId);
  const place = placeOf(entry.regionId, entry.account);
  const found = listed(entry, listings);
  if (found === null)
    return skip(
      subject,
      `${place} could not be listed`,
      `see its account and ${PRODUCTS[entry.service].operations.list} first`,
    );
  const flowLog = found.get(entry.flowLogId) ?? null;
  // What the schedule wants does not matter: only what keeps a run from doing anything about it.
  const todo = todoFor(target, flowLog, 'Active');
  if (todo.kind === 'fail')
    return fail(subject, todo.failure.message, `see flowLogs[${entry.position}] of the config`);
  if (flowLog === null)
    return fail(subject, `not in ${place}`, `see flowLogs[${entry.position}] of the config`);

  const { status, intervalSeconds, cenId, resourceId } = flowLog;
  const interval = intervalSeconds === null ? 'interval not known' : `every ${intervalSeconds} s`;
  const tag = readOverrideTag(flowLog, at);
  const facts = [place, status, interval, cenId ?? resourceId ?? `${productOf(entry)} not known`];
  if (tag.kind === 'in-force') facts.push(describeOverride(tag.override, entry.schedule.zone));
  if (tag.kind === 'unreadable') facts.push(`tag ${OVERRIDE_TAG} cannot be read: ${tag.value}`);
  if (tag.kind === 'expired') facts.push('its override has ended');
  const doubts = [
    readStatus(flowLog) === 'transient'
      ? 'it is not touched while it is changing: look again in a minute'
      : null,
    doubtAboutTag(tag.kind, entry),
    doubtAboutInterval(intervalSeconds, entry),
  ].filter((doubt) => doubt !== null);
  return doubts.length === 0
    ? ok(subject, facts.join(', '))
    : warn(subject, facts.join(', '), doubts.join('; '));
}

function doubtAboutTag(
  kind: ReturnType<typeof readOverrideTag>['kind'],
  { flowLogId, service }: FlowLogEntry,
): string | null {
  switch (kind) {
    case 'none':
    case 'in-force':
      return null;
    case 'unreadable':
      return `an override that cannot be read is ignored: \`npx flow-logs override clear --flow-log ${flowLogId}\`, or set it again`;
    case 'expired':
      return `the next run removes the tag; if it stays, no run comes or ${service}:${PRODUCTS[service].operations.untag} is not granted`;
  }
}

/** Traffic is gathered over the interval into an entry: short windows want a short one, long ones pay for it. */
function doubtAboutInterval(seconds: number | null, { service, schedule }: FlowLogEntry): string | null {
  const shortest = Math.min(...schedule.windows.map(lengthOf));
  if (seconds === 60 && shortest >= HOUR_MS) {
    return 'an interval of 60 s writes up to ten times the entries of 600 s: set it to 600 unless that detail is wanted';
  }
  if (seconds === 60 || seconds === null) return null;
  const known = service === 'cen' ? [600] : [300, 600];
  if (!known.includes(seconds))
    return `an interval other than 60 and ${known.join(' and ')} is not documented: look at it in the console`;
  if (shortest >= 2 * seconds * 1000) return null;
  return `windows of ${formatDuration(shortest)} may hold less than one whole interval: set it to 60, or make them longer`;
}

function checkSelector(selector: Selector, targets: readonly Target[], listings: readonly Listing[]): Line {
  const { position, regionId, account, schedule } = selector;
  const subject = about('selector', `flowLogs[${position}]`);
  const place = placeOf(regionId, account);
  if (listed(selector, listings) === null) {
    const { list } = PRODUCTS[selector.service].operations;
    return skip(subject, `${place} could not be listed`, `see its account and ${list} first`);
  }
  const count = targets.filter(({ entry }) => entry.position === position).length;
  const found = `selects ${many(count, 'flow log')} of ${place} for ${schedule.name}`;
  if (count > 0) return ok(subject, found);
  return warn(subject, found, `check its tags and IDs, or remove it`);
}

function checkLimit(
  { limits, flowLogs, selectors }: Config,
  targets: readonly Target[],
  listings: readonly Listing[],
): Line {
  const subject = about('limits', 'maxFlowLogs');
  const { maxFlowLogs } = limits;
  const isPartial = [...flowLogs, ...selectors].some((entry) => listed(entry, listings) === null);
  const found = `${isPartial ? 'at least ' : ''}${targets.length} of ${maxFlowLogs}`;
  if (targets.length > maxFlowLogs) {
    return fail(subject, found, 'narrow the selectors or raise the limit: such a run touches nothing');
  }
  if (targets.length > ROOMY * maxFlowLogs) {
    return warn(subject, found, 'raise it before it is reached: a run over it touches nothing');
  }
  return ok(subject, found);
}
