import type { RpcOperation } from '../rpc/rpc-service.ts';
import type { FlowLogSnapshot } from '../types.ts';
import { invalid, required, tagList } from './parameters.ts';
import type { FlowLogProduct } from './product.ts';

const MAX_PAGE_SIZE = 50;
const MAX_TAGS = 20;

/**
 * Lists the account's flow logs. Numbers of the page are strings, as both products send them. A page holds 50 at most,
 * which is documented for VPC alone; what CEN does without RegionId is not documented either.
 */
export const describeFlowLogs =
  (product: FlowLogProduct): RpcOperation =>
  ({ params, accountId, requestId }, world) => {
    if (product.regionRequired) required(params, 'RegionId');
    const pageNumber = integer(params, 'PageNumber', 1, 1, Number.MAX_SAFE_INTEGER);
    const pageSize = integer(params, 'PageSize', 20, 1, MAX_PAGE_SIZE);
    const matching = world.flowLogs
      .list(accountId, world.replicaLagMs())
      .filter(({ service }) => service === product.service)
      .filter(matcher(product, params));
    const first = (pageNumber - 1) * pageSize;
    return {
      FlowLogs: { FlowLog: matching.slice(first, first + pageSize).map(product.item) },
      PageNumber: String(pageNumber),
      PageSize: String(pageSize),
      TotalCount: String(matching.length),
      Success: 'true',
      RequestId: requestId,
    };
  };

function integer(
  params: Readonly<Record<string, string>>,
  name: string,
  fallback: number,
  min: number,
  max: number,
): number {
  const text = params[name];
  if (text === undefined || text === '') return fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw invalid(`${name} is not a whole number from ${min} to ${max}.`);
}

function matcher(
  product: FlowLogProduct,
  params: Readonly<Record<string, string>>,
): (flowLog: FlowLogSnapshot) => boolean {
  const tags = tagList(params, product.tagFilter);
  if (tags.length > MAX_TAGS) throw invalid(`More than ${MAX_TAGS} tags.`);
  const filters = Object.entries({ ...COMMON_FILTERS, ...product.filters }).flatMap(([name, read]) => {
    const wanted = params[name];
    return wanted ? [(flowLog: FlowLogSnapshot) => read(flowLog) === wanted] : [];
  });
  return (flowLog) =>
    filters.every((filter) => filter(flowLog)) &&
    tags.every(([key, value]) => Object.hasOwn(flowLog.tags, key) && hasValue(flowLog.tags[key], value));
}

const COMMON_FILTERS: FlowLogProduct['filters'] = {
  FlowLogId: (flowLog) => flowLog.flowLogId,
  FlowLogName: (flowLog) => flowLog.flowLogName,
  LogStoreName: (flowLog) => flowLog.logStoreName,
  ProjectName: (flowLog) => flowLog.projectName,
  RegionId: (flowLog) => flowLog.regionId,
  Status: (flowLog) => flowLog.status,
};

/** A filter without a value asks for the key alone. */
function hasValue(actual: string | undefined, wanted: string): boolean {
  return wanted === '' || actual === wanted;
}

/** What an item of both products has. */
export function commonItem(flowLog: FlowLogSnapshot): object {
  return {
    CreationTime: flowLog.creationTime,
    Description: flowLog.description,
    FlowLogId: flowLog.flowLogId,
    FlowLogName: flowLog.flowLogName,
    LogStoreName: flowLog.logStoreName,
    ProjectName: flowLog.projectName,
    RegionId: flowLog.regionId,
    Status: flowLog.status,
    Tags: { Tag: Object.entries(flowLog.tags).map(([Key, Value]) => ({ Key, Value })) },
  };
}
