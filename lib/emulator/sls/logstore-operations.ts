import { jsonBody, requireThat } from './json-body.ts';
import { slsErrors } from './sls-errors.ts';
import { onLogstore, type SlsOperation } from './sls-operation.ts';

const USUAL = {
  ttl: 30,
  shardCount: 2,
  enable_tracking: false,
  autoSplit: false,
  maxSplitShard: 64,
  appendMeta: false,
  telemetryType: 'None',
  mode: 'standard',
};

/** @see https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-getlogstore */
export const getLogstore = onLogstore(({ project, logstore }, world) => ({
  logstoreName: logstore,
  ...USUAL,
  createTime: 0,
  lastModifyTime: 0,
  ...world.slsResources.of(project).logstores.get(logstore),
}));

/**
 * Unlike SLS's, the new Logstore can be used at once.
 * @see https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-createlogstore
 */
export const createLogstore: SlsOperation = ({ request, project, accountId }, world) => {
  const body = jsonBody(request);
  const { logstoreName: name, ttl, shardCount, autoSplit, maxSplitShard, mode = 'standard' } = body;
  requireThat(
    typeof name === 'string' && /^[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$/.test(name),
    `invalid logstore name: ${String(name)}`,
  );
  requireThat(isWithin(ttl, 1, 3650), 'ttl must be 1 to 3650');
  requireThat(isWithin(shardCount, 1, 100), 'shardCount must be 1 to 100');
  requireThat(!autoSplit || isWithin(maxSplitShard, 1, 256), 'maxSplitShard must be 1 to 256 with autoSplit');
  requireThat(mode === 'standard' || mode === 'query', 'mode must be standard or query');
  if (world.logstores.find(project, name) !== undefined) {
    throw slsErrors.error('LogStoreAlreadyExist', `logstore ${name} already exists`);
  }
  const regionId = world.logstores.projectRegion(project) ?? '';
  world.logstores.add({ project, logstore: name, regionId, accountId });
  const seconds = Math.floor(world.now() / 1000);
  const settings = { ...USUAL, ...body, createTime: seconds, lastModifyTime: seconds };
  world.slsResources.of(project).logstores.set(name, settings);
  return undefined;
};

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}
