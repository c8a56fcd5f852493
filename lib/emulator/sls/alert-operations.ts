import type { SlsDefinition } from '../types.ts';
import { isObject, jsonBody, page, requireThat } from './json-body.ts';
import { slsErrors } from './sls-errors.ts';
import type { SlsOperation } from './sls-operation.ts';

/** What the API reference calls required. @see AlertConfiguration and AlertQuery in `@alicloud/sls20201230` */
const CONFIGURATION = [
  'autoAnnotation',
  'groupConfiguration',
  'noDataFire',
  'queryList',
  'sendResolved',
  'severityConfigurations',
  'threshold',
  'version',
];
const QUERY = ['end', 'project', 'query', 'region', 'start', 'store', 'storeType', 'timeSpanType'];

/** @see https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-getalert */
export const getAlert: SlsOperation = ({ project, params }, world) =>
  found(world.slsResources.of(project).alerts, params.alert);

/** @see https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-listalerts */
export const listAlerts: SlsOperation = ({ project, params }, world) => {
  const all = [...world.slsResources.of(project).alerts.values()];
  const results = page(all, params, { usual: 10, most: 200 });
  return { total: all.length, count: results.length, results };
};

/**
 * An alert is a job of SLS, whose error codes it has.
 * @see https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-createalert
 */
export const createAlert: SlsOperation = ({ project, request }, world) => {
  const { alerts } = world.slsResources.of(project);
  const alert = checked(jsonBody(request));
  const { name } = alert;
  requireThat(typeof name === 'string' && /^[\w-]{2,128}$/.test(name), 'name is invalid');
  if (alerts.has(name)) throw slsErrors.error('JobAlreadyExist', `Job ${name} already exists`);
  const seconds = Math.floor(world.now() / 1000);
  alerts.set(name, { ...alert, status: 'ENABLED', createTime: seconds, lastModifiedTime: seconds });
  return undefined;
};

/** @see https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-updatealert */
export const updateAlert: SlsOperation = ({ project, params, request }, world) => {
  const { alerts } = world.slsResources.of(project);
  const alert = checked(jsonBody(request));
  const { status, createTime } = found(alerts, params.alert);
  const name = params.alert ?? '';
  alerts.set(name, { ...alert, name, status, createTime, lastModifiedTime: Math.floor(world.now() / 1000) });
  return undefined;
};

function found(alerts: ReadonlyMap<string, SlsDefinition>, name = ''): SlsDefinition {
  const alert = alerts.get(name);
  if (alert === undefined) throw slsErrors.error('JobNotExist', `Job ${name} does not exist`);
  return alert;
}

function checked(alert: SlsDefinition): SlsDefinition {
  const { displayName, configuration, schedule } = alert;
  requireThat(typeof displayName === 'string' && displayName.length <= 64, 'displayName is invalid');
  requireThat(isObject(schedule) && typeof schedule.type === 'string', 'schedule.type is missing');
  requireThat(isObject(configuration), 'configuration is missing');
  requireFields(configuration, CONFIGURATION, 'configuration');
  const { queryList, severityConfigurations } = configuration;
  requireThat(Array.isArray(queryList) && queryList.length > 0, 'configuration.queryList is empty');
  requireThat(
    Array.isArray(severityConfigurations) && severityConfigurations.length > 0,
    'configuration.severityConfigurations is empty',
  );
  for (const query of queryList) {
    requireThat(isObject(query), 'a query must be an object');
    requireFields(query, QUERY, 'query');
  }
  return alert;
}

function requireFields(object: SlsDefinition, names: readonly string[], what: string): void {
  for (const name of names) requireThat(object[name] !== undefined, `${what}.${name} is missing`);
}
