/** The flow logs of one account, by the API of CEN or VPC: what differs is in `products.ts`. */
import type {
  CallLimits,
  FlowLog,
  FlowLogRef,
  FlowLogScope,
  FlowLogs,
  LookingFor,
} from '../../reconcile/ports.ts';
import { type Answer, type Call, type Operation, readObject } from '../call.ts';
import type { FlowLogProduct } from './products.ts';

/** How often a listing is read in all while it changes. */
const MAX_LISTINGS = 3;

export interface FlowLogsOptions {
  readonly product: FlowLogProduct;
  /** To the product's API. */
  readonly call: Call;
  /** Called with a warning when a listing may lack a flow log. */
  readonly onDoubt?: (warning: string) => void;
  readonly pageSize?: number;
}

export function createFlowLogs(options: FlowLogsOptions): FlowLogs {
  const { product, call, pageSize = product.pageSize, onDoubt } = options;
  const { resourceType, operations } = product;

  async function list(
    scope: FlowLogScope,
    limits: CallLimits,
    lookingFor: LookingFor = [],
  ): Promise<ReadonlyMap<string, FlowLog>> {
    const found = new Map<string, FlowLog>();
    let nameless = 0;
    for (let listing = 1; ; listing += 1) {
      const listed = await listPages({ product, scope, pageSize, lookingFor, limits, call });
      nameless = Math.max(nameless, listed.nameless);
      for (const [flowLogId, flowLog] of listed.flowLogs) found.set(flowLogId, flowLog);
      if (!listed.steady && listing < MAX_LISTINGS) continue;
      if (nameless > 0) {
        onDoubt?.(`${scope.regionId}: ${nameless} of the listed flow logs had no ID and were left out`);
      }
      if (listed.steady) return listed.flowLogs;
      onDoubt?.(
        `${scope.regionId}: the flow logs listed did not add up to the total that ${product.api.name} told, ${MAX_LISTINGS} times in a ` +
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
      ...given(product.about(ref)),
      ...(product.hasClientToken ? { ClientToken: clientToken } : {}),
    };
    const { answer, attempts } = await call({ name, query, read: readSuccess }, { ...limits, attempts: 1 });
    return { requestId: answer, attempts };
  };

  return {
    list,
    activate: toggle('ActiveFlowLog'),
    deactivate: toggle('DeactiveFlowLog'),
    async tag(regionId, flowLogIds, key, value, limits) {
      const query = {
        ...resources(resourceType, regionId, flowLogIds),
        'Tag.1.Key': key,
        'Tag.1.Value': value,
      };
      await call({ name: 'TagResources', query, ...TAGGING }, limits);
    },
    async untag(regionId, flowLogIds, key, limits) {
      const query = { ...resources(resourceType, regionId, flowLogIds), 'TagKey.1': key };
      await call({ name: operations.untag, query, ...TAGGING }, limits);
    },
  };
}

interface Listing {
  readonly product: FlowLogProduct;
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

async function listPages({ product, scope, pageSize, lookingFor, limits, call }: Listing): Promise<Listed> {
  const flowLogs = new Map<string, FlowLog>();
  const totals = new Set<number>();
  let nameless = 0;
  const isMissingOne = () => lookingFor === 'all' || lookingFor.some((flowLogId) => !flowLogs.has(flowLogId));
  for (let page = 1; ; page += 1) {
    const query = {
      RegionId: scope.regionId,
      ...given({ ...product.narrowing(scope), FlowLogId: scope.flowLogId }),
      PageNumber: String(page),
      PageSize: String(pageSize),
    };
    const { answer, sentAt } = await call(
      { name: product.operations.list, query, read: pageReader(product), isRepeatable: true },
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
function resources(
  resourceType: string,
  regionId: string,
  flowLogIds: readonly string[],
): Readonly<Record<string, string>> {
  return {
    RegionId: regionId,
    ResourceType: resourceType,
    ...Object.fromEntries(flowLogIds.map((flowLogId, index) => [`ResourceId.${index + 1}`, flowLogId])),
  };
}

/** Only the parameters that have a value. */
function given(
  params: Readonly<Record<string, string | null | undefined>>,
): Readonly<Record<string, string>> {
  const pairs = Object.entries(params).flatMap(([name, value]) => (value ? [[name, value] as const] : []));
  return Object.fromEntries(pairs);
}

interface Page {
  readonly flowLogs: readonly ListedFlowLog[];
  readonly nameless: number;
  readonly total: number;
}

const pageReader =
  (product: FlowLogProduct) =>
  (answer: Answer): Page => {
    const body = readObject(answer);
    readSuccess(answer);
    // Nothing but digits is a count: an empty one would read as none.
    const total = /^\d+$/.test(word(body.TotalCount)) ? Number(body.TotalCount) : Number.NaN;
    const items = nodeOf(body.FlowLogs)?.FlowLog ?? (total === 0 ? [] : null);
    if (!Array.isArray(items) || !Number.isInteger(total)) throw answer.unreadable(ANOTHER_SHAPE);
    const flowLogs = items.map((item) => readFlowLog(product, item)).filter((flowLog) => flowLog !== null);
    // One odd item is left out; nothing but odd ones is no listing.
    if (items.length > 0 && flowLogs.length === 0) throw answer.unreadable(ANOTHER_SHAPE);
    return { total, flowLogs, nameless: items.length - flowLogs.length };
  };

const ANOTHER_SHAPE = 'an answer of another shape than documented';

type ListedFlowLog = Omit<FlowLog, 'readAt'>;

/** Null for one without an ID. */
function readFlowLog(product: FlowLogProduct, item: unknown): ListedFlowLog | null {
  const node = nodeOf(item);
  if (typeof node?.FlowLogId !== 'string') return null;
  const text = (field: string | null) => {
    const value = field === null ? null : node[field];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const { fields, interval, transient } = product;
  const [project, logstore] = [text('ProjectName'), text('LogStoreName')];
  const status = text('Status') ?? '';
  return {
    flowLogId: node.FlowLogId,
    name: text('FlowLogName') ?? '',
    regionId: text('RegionId') ?? '',
    cenId: text(fields.cenId),
    status,
    isTransient: transient.has(status),
    intervalSeconds: Number(word(node[interval.field])) * interval.seconds || null,
    transitRouterId: text(fields.transitRouterId),
    resourceId: text(fields.resourceId),
    logstore: project === null || logstore === null ? null : { project, logstore },
    tags: readTags(node.Tags),
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
  throw answer.unreadable('it is answered that it did not succeed, without a reason', 'NotSuccessful');
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
