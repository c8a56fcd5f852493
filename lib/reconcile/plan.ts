/** Desired against observed: what to do about one flow log. Pure. */
import type { FlowLogEntry } from '../config/config.ts';
import type { DesiredStatus } from '../schedule/types.ts';
import { CloudError } from './cloud-error.ts';
import { type Decide, type Desire, desire, readOverrideTag } from './desire.ts';
import type { FlowLog } from './ports.ts';
import type { Target } from './targets.ts';

/** Why a flow log could not be brought to its desired status, for people. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly requestId: string | null;
}

export type Step =
  | { readonly kind: 'none'; readonly outcome: 'unchanged' | 'waiting' }
  | { readonly kind: 'change'; readonly action: 'activate' | 'deactivate' }
  | { readonly kind: 'fail'; readonly failure: Failure };

export type Settled = DesiredStatus | 'transient' | 'unknown';

/** What a status means. */
export function readStatus({ status, isTransient }: Pick<FlowLog, 'status' | 'isTransient'>): Settled {
  if (status === 'Active' || status === 'Inactive') return status;
  return isTransient ? 'transient' : 'unknown';
}

/** What a flow log should be at an instant, and what to do about it. */
export interface Plan {
  readonly wanted: Desire;
  readonly step: Step;
}

/**
 * The one place that decides about a flow log, before every sending anew.
 * @param observed its last reading; null when the listing had no such flow log, an error when there is no listing
 * @param at milliseconds since the epoch
 */
export function planFor(
  target: Target,
  observed: FlowLog | CloudError | null,
  at: number,
  decide: Decide,
): Plan {
  const reading = isMeant(target, observed) ? readOverrideTag(observed, at) : null;
  const override = reading?.kind === 'in-force' ? reading.override : null;
  const wanted = desire(target.entry.schedule, at, override, decide);
  return { wanted, step: planStep(target, observed, wanted.status) };
}

/** Whether this is a flow log that the config can mean; tags of others are left alone. */
export function isMeant(target: Target, observed: FlowLog | CloudError | null): observed is FlowLog {
  return observed !== null && !(observed instanceof CloudError) && configMistake(target, observed) === null;
}

/** @param observed null when the listing had no such flow log, an error when there is no listing */
export function planStep(
  target: Target,
  observed: FlowLog | CloudError | null,
  desired: DesiredStatus,
): Step {
  if (target.conflict !== null) return { kind: 'fail', failure: target.conflict };
  if (observed instanceof CloudError) return { kind: 'fail', failure: failureOf(observed) };
  if (observed === null) return { kind: 'fail', failure: notFound(target.entry) };
  const mistake = configMistake(target, observed);
  if (mistake !== null) return { kind: 'fail', failure: mistake };

  const status = readStatus(observed);
  switch (status) {
    case 'transient':
      return { kind: 'none', outcome: 'waiting' };
    case 'unknown':
      return { kind: 'fail', failure: unknownStatus(observed) };
    case 'Active':
    case 'Inactive':
      if (status === desired) return { kind: 'none', outcome: 'unchanged' };
      return { kind: 'change', action: desired === 'Active' ? 'activate' : 'deactivate' };
  }
}

/** Why this flow log does not match its config entry, or cannot be read; it is then left alone, its tags too. */
export function configMistake({ entry, conflict }: Target, observed: FlowLog): Failure | null {
  return (
    conflict ??
    regionMismatch(entry, observed) ??
    cenMismatch(entry, observed) ??
    unreadableTags(entry, observed)
  );
}

function unreadableTags(entry: FlowLogEntry, { flowLogId, tags }: FlowLog): Failure | null {
  if (tags !== null) return null;
  return {
    code: 'UnreadableTags',
    message:
      `${productOf(entry)} listed the tags of ${flowLogId} in a shape that this version does not know. They may hold an ` +
      `override, so the flow log is left as it is; look at its tags in the ${productOf(entry)} console`,
    requestId: null,
  };
}

function regionMismatch(entry: FlowLogEntry, observed: FlowLog): Failure | null {
  if (isIn(observed, entry.regionId)) return null;
  return {
    code: 'RegionMismatch',
    message: `${entry.flowLogId} lies in ${observed.regionId}, the config says ${entry.regionId}; correct regionId`,
    requestId: null,
  };
}

/** Whether a flow log lies in the region that it was listed for, which is asked for and might not be heeded. */
export const isIn = ({ regionId }: FlowLog, asked: string): boolean => regionId === '' || regionId === asked;

function cenMismatch(entry: FlowLogEntry, observed: FlowLog): Failure | null {
  if (entry.cenId === null || observed.cenId === null || entry.cenId === observed.cenId) return null;
  return {
    code: 'CenMismatch',
    message:
      `${entry.flowLogId} belongs to ${observed.cenId}, the config says ${entry.cenId}; ` +
      'correct cenId, or leave it out',
    requestId: null,
  };
}

function notFound(entry: FlowLogEntry): Failure {
  const network = entry.cenId ?? entry.vpcId;
  const where = network === null ? entry.regionId : `${entry.regionId} and ${network}`;
  const key = entry.service === 'cen' ? 'cenId' : 'vpcId';
  return {
    code: 'FlowLogNotFound',
    message: `${productOf(entry)} lists no flow log ${entry.flowLogId} in ${where}; correct flowLogId, regionId or ${key}, or remove the entry`,
    requestId: null,
  };
}

/** @param listed accounts (null is the function's own) and regions whose listing has the flow log */
export function foundElsewhere(
  { flowLogId, regionId, account, ...entry }: FlowLogEntry,
  listed: readonly { readonly account: string | null; readonly regionId: string }[],
): Failure {
  const places = listed.map((place) =>
    place.account === account ? place.regionId : `${place.regionId} of ${accountName(place.account)}`,
  );
  return {
    code: 'FlowLogNotFound',
    message: `${productOf(entry)} lists no flow log ${flowLogId} in ${regionId}; it is in ${places.join(' and ')}: correct the entry`,
    requestId: null,
  };
}

const accountName = (account: string | null): string =>
  account === null ? "the function's own account" : `account ${account}`;

export function unknownStatus(flowLog: FlowLog): Failure {
  return {
    code: 'UnknownStatus',
    message: `${flowLog.flowLogId} has the status "${flowLog.status}", which this version does not know; it is left as it is`,
    requestId: null,
  };
}

export function failureOf(error: CloudError): Failure {
  return { code: error.code, message: error.message, requestId: error.requestId };
}

/** `CEN` or `VPC`. */
export const productOf = ({ service }: Pick<FlowLogEntry, 'service'>): string => service.toUpperCase();

export const cenOf = (entry: FlowLogEntry, seen: FlowLog | null): string | null =>
  entry.cenId ?? seen?.cenId ?? null;
