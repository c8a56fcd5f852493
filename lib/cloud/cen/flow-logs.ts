/**
 * The flow logs of one account, by the CEN API (Cbn 2017-09-12).
 * @see https://www.alibabacloud.com/help/en/cen/developer-reference/api-cbn-2017-09-12-describeflowlogs
 */
import type {
  CallLimits,
  FlowLog,
  FlowLogRef,
  FlowLogScope,
  FlowLogs,
  LookingFor,
} from '../../reconcile/ports.ts';
import { type Answer, type Call, type Operation, readObject } from '../call.ts';

/** The documented default. A maximum is not documented, so no larger page is asked for. */
export const PAGE_SIZE = 20;

/** How often a listing is read in all while it changes. */
const MAX_LISTINGS = 3;

export interface FlowLogsOptions {
  /** To CEN. */
  readonly call: Call;
  /** Called with a warning when a listing may lack a flow log. */
  readonly onDoubt?: (warning: string) => void;
  readonly pageSize?: number;
}

export function createFlowLogs(options: FlowLogsOptions): FlowLogs {
  const { call, pageSize = PAGE_SIZE, onDoubt } = options;

  async function list(
    scope: FlowLogScope,
    limits: CallLimits,
    lookingFor: LookingFor = [],
  ): Promise<ReadonlyMap<string, FlowLog>> {
    const found = new Map<string, FlowLog>();
    let nameless = 0;
    for (let listing = 1; ; listing += 1) {
      const listed = await listPages({ scope, pageSize, lookingFor, limits, call });
      nameless = Math.max(nameless, listed.nameless);
      for (const [flowLogId, flowLog] of listed.flowLogs) found.set(flowLogId, flowLog);
      if (!listed.steady && listing < MAX_LISTINGS) continue;
      if (nameless > 0) {
        onDoubt?.(`${scope.regionId}: ${nameless} of the listed flow logs had no ID and were left out`);
      }
      if (listed.steady) return listed.flowLogs;
      onDoubt?.(
        `${scope.regionId}: the flow logs listed did not add up to the total that CEN told, ${MAX_LISTINGS} times in a ` +
          'row, so one may have been missed in this run',
      );
      // One that slipped from page to page in this listing was in another.
      return found;
    }
  }

  const toggle = (name: string) => async (ref: FlowLogRef, clientToken: string, limits: CallLimits) => {
    const query = {
      RegionId: ref.regionId,
      FlowLogId: ref.flowLogId,
      ...(ref.cenId === null ? {} : { CenId: ref.cenId }),
      ClientToken: clientToken,
    };
    const { answer, attempts } = await call({ name, query, read: readSuccess }, { ...limits, attempts: 1 });
    return { requestId: answer, attempts };
  };

  return {
    list,
    activate: toggle('ActiveFlowLog'),
    deactivate: toggle('DeactiveFlowLog'),
    async tag(regionId, flowLogIds, key, value, limits) {
      const query = { ...resources(regionId, flowLogIds), 'Tag.1.Key': key, 'Tag.1.Value': value };
      await call({ name: 'TagResources', query, ...TAGGING }, limits);
    },
    async untag(regionId, flowLogIds, key, limits) {
      const query = { ...resources(regionId, flowLogIds), 'TagKey.1': key };
      await call({ name: 'UntagResources', query, ...TAGGING }, limits);
    },
  };
}

interface Listing {
  readonly scope: FlowLogScope;
  readonly pageSize: number;
  readonly lookingFor: LookingFor;
  readonly limits: CallLimits;
  readonly call: Call;
}

interface Listed {
  readonly flowLogs: ReadonlyMap<string, FlowLog>;
  /** How many had no ID. */
  readonly nameless: number;
  /** Whether the pages add up to what each of them said is the total, or to all that there is. */
  readonly steady: boolean;
}

async function listPages({ scope, pageSize, lookingFor, limits, call }: Listing): Promise<Listed> {
  const flowLogs = new Map<string, FlowLog>();
  const totals = new Set<number>();
  let nameless = 0;
  const isMissingOne = () => lookingFor === 'all' || lookingFor.some((flowLogId) => !flowLogs.has(flowLogId));
  for (let page = 1; ; page += 1) {
    const query = {
      RegionId: scope.regionId,
      ...(scope.cenId === undefined ? {} : { CenId: scope.cenId }),
      ...(scope.flowLogId === undefined ? {} : { FlowLogId: scope.flowLogId }),
      PageNumber: String(page),
      PageSize: String(pageSize),
    };
    const { answer, sentAt } = await call(
      { name: 'DescribeFlowlogs', query, read: readPage, isRepeatable: true },
      limits,
    );
    const before = flowLogs.size;
    for (const flowLog of answer.flowLogs) flowLogs.set(flowLog.flowLogId, { ...flowLog, readAt: sentAt });
    nameless += answer.nameless;
    totals.add(answer.total);
    const found = flowLogs.size + nameless;
    const isFull = answer.flowLogs.length + answer.nameless >= pageSize;
    if (flowLogs.size > before && (found < answer.total || (isFull && isMissingOne()))) continue;
    const isComplete = found === answer.total || (found > answer.total && !isFull);
    return { flowLogs, nameless, steady: totals.size === 1 && isComplete };
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

function readPage(answer: Answer): {
  readonly flowLogs: readonly ListedFlowLog[];
  readonly nameless: number;
  readonly total: number;
} {
  const body = readObject(answer);
  readSuccess(answer);
  // Nothing but digits is a count: an empty one would read as none.
  const total = /^\d+$/.test(word(body.TotalCount)) ? Number(body.TotalCount) : Number.NaN;
  const items = nodeOf(body.FlowLogs)?.FlowLog ?? (total === 0 ? [] : null);
  if (!Array.isArray(items) || !Number.isInteger(total)) throw answer.unreadable(ANOTHER_SHAPE);
  const flowLogs = items.map(readFlowLog).filter((flowLog) => flowLog !== null);
  // One odd item is left out; nothing but odd ones is no listing.
  if (items.length > 0 && flowLogs.length === 0) throw answer.unreadable(ANOTHER_SHAPE);
  return { total, flowLogs, nameless: items.length - flowLogs.length };
}

const TRANSIENT: ReadonlySet<string> = new Set(['Modifying', 'Creating', 'Deleting']);
const ANOTHER_SHAPE = 'an answer of another shape than documented';

type ListedFlowLog = Omit<FlowLog, 'readAt'>;

/** Null for one without an ID. */
function readFlowLog(item: unknown): ListedFlowLog | null {
  const node = nodeOf(item);
  return typeof node?.FlowLogId === 'string' ? toFlowLog(node, node.FlowLogId, readTags(node.Tags)) : null;
}

function toFlowLog(
  node: Readonly<Record<string, unknown>>,
  flowLogId: string,
  tags: FlowLog['tags'],
): ListedFlowLog {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  const [project, logstore] = [text(node.ProjectName), text(node.LogStoreName)];
  return {
    flowLogId,
    name: text(node.FlowLogName) ?? '',
    regionId: text(node.RegionId) ?? '',
    cenId: text(node.CenId),
    status: text(node.Status) ?? '',
    isTransient: TRANSIENT.has(text(node.Status) ?? ''),
    resourceId: null,
    intervalSeconds: Number(word(node.Interval)) || null,
    transitRouterId: text(node.TransitRouterId),
    logstore: project === null || logstore === null ? null : { project, logstore },
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

/** `Success` is a string in every documented answer; only a clear "no" is one. @returns the request's ID */
function readSuccess(answer: Answer): string | null {
  if (word(readObject(answer).Success ?? 'true').toLowerCase() === 'true') return answer.requestId;
  throw answer.unreadable('CEN answered that it did not succeed, without a reason', 'NotSuccessful');
}

/** No run takes up an override that could not be set or cleared: that is for the person who wanted it. */
const TAGGING: Omit<Operation<string | null>, 'name'> = {
  read: readSuccess,
  isRepeatable: true,
  later: 'try again',
};

function nodeOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}
