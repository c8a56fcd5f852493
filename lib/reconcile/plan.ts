/** Desired against observed: what to do about one flow log. Pure. */
import type { FlowLogEntry } from '../config/config.ts';
import type { DesiredStatus } from '../schedule/types.ts';
import type { CallError, FlowLog } from './ports.ts';
import type { Target } from './targets.ts';

export type Action = 'activate' | 'deactivate' | 'none';

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

const TRANSIENT: ReadonlySet<string> = new Set(['Modifying', 'Creating', 'Deleting']);

export type Settled = DesiredStatus | 'transient' | 'unknown';

/**
 * What a status means. While a flow log is transient CEN allows nothing but queries.
 * @see https://www.alibabacloud.com/help/en/cen/developer-reference/api-cbn-2017-09-12-activeflowlog
 */
export function readStatus(status: string): Settled {
  if (status === 'Active' || status === 'Inactive') return status;
  return TRANSIENT.has(status) ? 'transient' : 'unknown';
}

/**
 * @param observed what CEN tells now; null when its listing has no such flow log, an error when it could not be read
 */
export function planStep(target: Target, observed: FlowLog | CallError | null, desired: DesiredStatus): Step {
  if (target.conflict !== null) return { kind: 'fail', failure: target.conflict };
  if (observed instanceof Error) return { kind: 'fail', failure: failureOf(observed) };
  if (observed === null) return { kind: 'fail', failure: notFound(target.entry) };
  const mistake = configMistake(target, observed);
  if (mistake !== null) return { kind: 'fail', failure: mistake };

  const status = readStatus(observed.status);
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

/** Why the config cannot be meant for this flow log, which is then left as it is, its tags too. */
export function configMistake({ entry, conflict }: Target, observed: FlowLog): Failure | null {
  return conflict ?? regionMismatch(entry, observed) ?? cenMismatch(entry, observed);
}

function regionMismatch(entry: FlowLogEntry, observed: FlowLog): Failure | null {
  if (isIn(observed, entry.regionId)) return null;
  return {
    code: 'RegionMismatch',
    message: `${entry.flowLogId} lies in ${observed.regionId}, the config says ${entry.regionId}; correct regionId`,
    requestId: null,
  };
}

/** Whether a flow log lies in the region that it was listed for, which CEN is asked for and might not heed. */
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
  const where = entry.cenId === null ? entry.regionId : `${entry.regionId} and ${entry.cenId}`;
  return {
    code: 'FlowLogNotFound',
    message: `CEN lists no flow log ${entry.flowLogId} in ${where}; correct flowLogId, regionId or cenId, or remove the entry`,
    requestId: null,
  };
}

export function unknownStatus(flowLog: FlowLog): Failure {
  return {
    code: 'UnknownStatus',
    message: `CEN tells status "${flowLog.status}" of ${flowLog.flowLogId}, which this version does not know; it is left as it is`,
    requestId: null,
  };
}

export function failureOf(error: CallError): Failure {
  return { code: error.code, message: error.message, requestId: error.requestId };
}
