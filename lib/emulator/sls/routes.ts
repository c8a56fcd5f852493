import { createAlert, getAlert, listAlerts, updateAlert } from './alert-operations.ts';
import { createDashboard, getDashboard, listDashboards, updateDashboard } from './dashboard-operations.ts';
import { getLogs } from './get-logs.ts';
import { getProject } from './get-project.ts';
import { createIndex, getIndex, updateIndex } from './index-operations.ts';
import { createLogstore, getLogstore } from './logstore-operations.ts';
import { getMeteringMode, updateMeteringMode } from './metering-mode.ts';
import { putLogs } from './put-logs.ts';
import { onLogstore, type SlsOperation } from './sls-operation.ts';

export interface Route {
  readonly action: string;
  readonly method: string;
  /** Groups name parameters. */
  readonly path: RegExp;
  /** The query's `type`, where a path serves two operations. */
  readonly type?: string;
  readonly operation: SlsOperation;
}

const LOGSTORES = /^\/logstores$/;
const LOGSTORE = /^\/logstores\/(?<logstore>[^/]+)$/;
const INDEX = /^\/logstores\/(?<logstore>[^/]+)\/index$/;
const METERING = /^\/logstores\/(?<logstore>[^/]+)\/meteringmode$/;
const SHARDS = /^\/logstores\/(?<logstore>[^/]+)\/shards\/(?:lb|route)$/;
const DASHBOARDS = /^\/dashboards$/;
const DASHBOARD = /^\/dashboards\/(?<dashboard>[^/]+)$/;
const ALERTS = /^\/alerts$/;
const ALERT = /^\/alerts\/(?<alert>[^/]+)$/;

/** @see the operations of `@alicloud/sls20201230` for methods and paths */
export const ROUTES: readonly Route[] = [
  { action: 'PutLogs', method: 'POST', path: SHARDS, operation: onLogstore(putLogs) },
  { action: 'GetProject', method: 'GET', path: /^\/$/, operation: getProject },
  { action: 'GetLogs', method: 'GET', path: LOGSTORE, type: 'log', operation: onLogstore(getLogs) },
  { action: 'GetLogStore', method: 'GET', path: LOGSTORE, operation: getLogstore },
  { action: 'CreateLogStore', method: 'POST', path: LOGSTORES, operation: createLogstore },
  { action: 'GetLogStoreMeteringMode', method: 'GET', path: METERING, operation: getMeteringMode },
  { action: 'UpdateLogStoreMeteringMode', method: 'PUT', path: METERING, operation: updateMeteringMode },
  { action: 'GetIndex', method: 'GET', path: INDEX, operation: getIndex },
  { action: 'CreateIndex', method: 'POST', path: INDEX, operation: createIndex },
  { action: 'UpdateIndex', method: 'PUT', path: INDEX, operation: updateIndex },
  { action: 'ListDashboard', method: 'GET', path: DASHBOARDS, operation: listDashboards },
  { action: 'GetDashboard', method: 'GET', path: DASHBOARD, operation: getDashboard },
  { action: 'CreateDashboard', method: 'POST', path: DASHBOARDS, operation: createDashboard },
  { action: 'UpdateDashboard', method: 'PUT', path: DASHBOARD, operation: updateDashboard },
  { action: 'ListAlerts', method: 'GET', path: ALERTS, operation: listAlerts },
  { action: 'GetAlert', method: 'GET', path: ALERT, operation: getAlert },
  { action: 'CreateAlert', method: 'POST', path: ALERTS, operation: createAlert },
  { action: 'UpdateAlert', method: 'PUT', path: ALERT, operation: updateAlert },
];
