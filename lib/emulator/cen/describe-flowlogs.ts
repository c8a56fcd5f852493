import type { RpcOperation } from '../rpc/rpc-service.ts';
import type { FlowLogSnapshot } from '../types.ts';
import { invalid, tagList } from './parameters.ts';

const MAX_PAGE_SIZE = 50;
const MAX_TAGS = 20;

const FILTERS: Readonly<Record<string, (flowLog: FlowLogSnapshot) => string>> = {
  CenId: (flowLog) => flowLog.cenId,
  FlowLogId: (flowLog) => flowLog.flowLogId,
  RegionId: (flowLog) => flowLog.regionId,
  Status: (flowLog) => flowLog.status,
  TransitRouterId: (flowLog) => flowLog.transitRouterId,
  TransitRouterAttachmentId: (flowLog) => flowLog.transitRouterAttachmentId,
  ProjectName: (flowLog) => flowLog.projectName,
  LogStoreName: (flowLog) => flowLog.logStoreName,
  FlowLogName: (flowLog) => flowLog.flowLogName,
  Interval: (flowLog) => String(flowLog.intervalSeconds),
};

/**
 * Lists the account's flow logs. Numbers of the page are strings, as CEN sends them. Without RegionId it lists
 * all regions, and a page holds 50 at most; what CEN does in these two cases is not documented.
 */
export const describeFlowlogs: RpcOperation = ({ params, accountId, requestId }, world) => {
  const pageNumber = integer(params, 'PageNumber', 1, 1, Number.MAX_SAFE_INTEGER);
  const pageSize = integer(params, 'PageSize', 20, 1, MAX_PAGE_SIZE);
  const matching = world.flowLogs.list(accountId, world.replicaLagMs()).filter(matcher(params));
  const first = (pageNumber - 1) * pageSize;
  return {
    FlowLogs: { FlowLog: matching.slice(first, first + pageSize).map(toFlowLog) },
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

function matcher(params: Readonly<Record<string, string>>): (flowLog: FlowLogSnapshot) => boolean {
  const tags = tagList(params);
  if (tags.length > MAX_TAGS) throw invalid(`More than ${MAX_TAGS} tags.`);
  const filters = Object.entries(FILTERS).flatMap(([name, read]) => {
    const wanted = params[name];
    return wanted ? [(flowLog: FlowLogSnapshot) => read(flowLog) === wanted] : [];
  });
  return (flowLog) =>
    filters.every((filter) => filter(flowLog)) &&
    tags.every(([key, value]) => Object.hasOwn(flowLog.tags, key) && hasValue(flowLog.tags[key], value));
}

/** A filter without a value asks for the key alone. */
function hasValue(actual: string | undefined, wanted: string): boolean {
  return wanted === '' || actual === wanted;
}

function toFlowLog(flowLog: FlowLogSnapshot): object {
  return {
    CenId: flowLog.cenId,
    CreationTime: flowLog.creationTime,
    Description: flowLog.description,
    FlowLogId: flowLog.flowLogId,
    FlowLogName: flowLog.flowLogName,
    FlowLogVersion: '3',
    Interval: flowLog.intervalSeconds,
    LogStoreName: flowLog.logStoreName,
    ProjectName: flowLog.projectName,
    RegionId: flowLog.regionId,
    Status: flowLog.status,
    Tags: { Tag: Object.entries(flowLog.tags).map(([Key, Value]) => ({ Key, Value })) },
    TransitRouterAttachmentId: flowLog.transitRouterAttachmentId,
    TransitRouterId: flowLog.transitRouterId,
  };
}
