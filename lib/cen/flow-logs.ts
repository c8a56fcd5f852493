/**
 * The flow logs of one account, by the CEN API (Cbn 2017-09-12).
 * @see https://www.alibabacloud.com/help/en/cen/developer-reference/api-cbn-2017-09-12-describeflowlogs
 */
import type { Budget } from '../reconcile/budget.ts';
import type { FlowLog, FlowLogRef, FlowLogScope, FlowLogs } from '../reconcile/ports.ts';
import { type RpcAnswer, type RpcCall, RpcError } from '../rpc/client.ts';
import type { Gate } from '../rpc/gate.ts';
import { createRetryingCall, type RetryingCall } from '../rpc/retrying-call.ts';
import { classify, classifyTagging } from './errors.ts';

/** For every region: the central host serves them all. */
export const CBN_ENDPOINT = 'https://cbn.aliyuncs.com';
export const CBN_VERSION = '2017-09-12';

/** The documented default. A maximum is not documented, so no larger page is asked for. */
export const PAGE_SIZE = 20;

/** A listing that changed under our hands is read again, so often in all. */
const MAX_LISTINGS = 3;

export interface FlowLogsOptions {
  readonly call: RpcCall;
  readonly gate: Gate;
  readonly budget: Budget;
  /** Told of each request that is sent. */
  readonly onCall?: () => void;
  /** Told of a listing that may lack a flow log. */
  readonly onDoubt?: (warning: string) => void;
  readonly random?: () => number;
  readonly pageSize?: number;
}

/** Operations that leave the same state behind however often they are sent. */
const REPEATABLE: ReadonlySet<string> = new Set(['DescribeFlowlogs', 'TagResources', 'UntagResources']);

export function createFlowLogs(options: FlowLogsOptions): FlowLogs {
  const { pageSize = PAGE_SIZE, onDoubt } = options;
  const send = createRetryingCall({ ...options, classify, repeatable: REPEATABLE });
  // No run takes up an override that could not be set or cleared: that is for the person who wanted it.
  const sendTags = createRetryingCall({ ...options, classify: classifyTagging, repeatable: REPEATABLE });

  async function list(scope: FlowLogScope): Promise<readonly FlowLog[]> {
    const seen = new Map<string, FlowLog>();
    for (let listing = 1; ; listing += 1) {
      const { flowLogs, steady } = await listPages(scope, pageSize, send);
      if (steady) return flowLogs;
      for (const flowLog of flowLogs) seen.set(flowLog.flowLogId, flowLog);
      if (listing < MAX_LISTINGS) continue;
      onDoubt?.(
        `${scope.regionId}: the flow logs listed did not add up to the total that CEN told, ${MAX_LISTINGS} times in a ` +
          'row, so one may have been missed in this run',
      );
      // One that slipped from page to page in this listing was in another.
      return [...seen.values()];
    }
  }

  const toggle = (action: string) => async (ref: FlowLogRef, clientToken: string) => {
    const params = {
      RegionId: ref.regionId,
      FlowLogId: ref.flowLogId,
      ...(ref.cenId === null ? {} : { CenId: ref.cenId }),
      ClientToken: clientToken,
    };
    const { answer, attempts } = await send(action, params, readSuccess);
    return { requestId: answer, attempts };
  };

  return {
    list,
    activate: toggle('ActiveFlowLog'),
    deactivate: toggle('DeactiveFlowLog'),
    async tag(regionId, flowLogIds, key, value) {
      const params = { ...resources(regionId, flowLogIds), 'Tag.1.Key': key, 'Tag.1.Value': value };
      await sendTags('TagResources', params, readSuccess);
    },
    async untag(regionId, flowLogIds, key, once) {
      const params = { ...resources(regionId, flowLogIds), 'TagKey.1': key };
      await sendTags('UntagResources', params, readSuccess, once);
    },
  };
}

/** Steady when the pages add up to what each of them said is the total. */
async function listPages(
  scope: FlowLogScope,
  pageSize: number,
  send: RetryingCall,
): Promise<{ readonly flowLogs: readonly FlowLog[]; readonly steady: boolean }> {
  const found = new Map<string, FlowLog>();
  const totals = new Set<number>();
  for (let page = 1; ; page += 1) {
    const params = {
      RegionId: scope.regionId,
      ...(scope.cenId === undefined ? {} : { CenId: scope.cenId }),
      ...(scope.flowLogId === undefined ? {} : { FlowLogId: scope.flowLogId }),
      PageNumber: String(page),
      PageSize: String(pageSize),
    };
    const { answer } = await send('DescribeFlowlogs', params, readPage);
    const before = found.size;
    for (const flowLog of answer.flowLogs) found.set(flowLog.flowLogId, flowLog);
    totals.add(answer.total);
    if (found.size === before || found.size >= answer.total) {
      return { flowLogs: [...found.values()], steady: totals.size === 1 && found.size === answer.total };
    }
  }
}

/** RegionId is required for flow logs. */
function resources(regionId: string, flowLogIds: readonly string[]): Readonly<Record<string, string>> {
  return {
    RegionId: regionId,
    ResourceType: 'Flowlog',
    ...Object.fromEntries(flowLogIds.map((flowLogId, index) => [`ResourceId.${index + 1}`, flowLogId])),
  };
}

function readPage(
  action: string,
  answer: RpcAnswer,
): { readonly flowLogs: readonly FlowLog[]; readonly total: number } {
  const { body } = answer;
  const requestId = readSuccess(action, answer);
  // Nothing but digits is a count: an empty one would read as none.
  const total = /^\d+$/.test(word(body.TotalCount)) ? Number(body.TotalCount) : Number.NaN;
  const items = nodeOf(body.FlowLogs)?.FlowLog ?? (total === 0 ? [] : null);
  if (!Array.isArray(items) || !Number.isInteger(total)) throw unreadable(action, requestId);
  return {
    total,
    flowLogs: items.map((item: unknown) => {
      const node = nodeOf(item);
      const tags = readTags(node?.Tags);
      if (typeof node?.FlowLogId !== 'string' || tags === null) throw unreadable(action, requestId);
      return toFlowLog(node, node.FlowLogId, tags);
    }),
  };
}

function toFlowLog(
  node: Readonly<Record<string, unknown>>,
  flowLogId: string,
  tags: FlowLog['tags'],
): FlowLog {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  return {
    flowLogId,
    regionId: text(node.RegionId) ?? '',
    cenId: text(node.CenId),
    status: text(node.Status) ?? '',
    intervalSeconds: Number(word(node.Interval)) || null,
    transitRouterId: text(node.TransitRouterId),
    tags,
  };
}

/**
 * Documented as `{"Tag": [{"Key", "Value"}]}`; a list alone, one tag alone and TagResources' names are read too.
 * @returns null for anything else that is there: a person's override may be in it
 */
function readTags(tags: unknown): Readonly<Record<string, string>> | null {
  const told = nodeOf(tags);
  const list = told !== null && 'Tag' in told ? told.Tag : tags;
  if (list === undefined || list === null || list === '' || isEmpty(list)) return {};
  const pairs = [list].flat().map((item: unknown) => {
    const pair = nodeOf(item);
    const key = pair?.Key ?? pair?.TagKey;
    return typeof key === 'string' ? ([key, word(pair?.Value ?? pair?.TagValue ?? '')] as const) : null;
  });
  return pairs.includes(null) ? null : Object.fromEntries(pairs.filter((pair) => pair !== null));
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && Object.keys(value ?? {}).length === 0;

/** A value that is written in one word; nothing for any other, which might not even let itself be written. */
const word = (value: unknown): string => (typeof value === 'object' ? '' : String(value));

/** `Success` is a string in every answer seen; only a clear "no" is one. */
function readSuccess(action: string, { body, requestId }: RpcAnswer): string | null {
  if (word(body.Success ?? 'true').toLowerCase() === 'true') return requestId;
  const message = `${action}: CEN answered that it did not succeed, without a reason`;
  throw new RpcError(message, { kind: 'no-answer', code: 'NotSuccessful', httpStatus: 200 }, requestId);
}

function unreadable(action: string, requestId: string | null): RpcError {
  const message = `${action}: an answer of another shape than documented`;
  return new RpcError(message, { kind: 'no-answer', code: 'UnreadableAnswer', httpStatus: 200 }, requestId);
}

function nodeOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}
