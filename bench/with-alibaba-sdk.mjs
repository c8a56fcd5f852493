/**
 * The converged run as one would write it with Alibaba Cloud's own clients, from node_modules: the config by `yaml`,
 * the schedule by `luxon`, DescribeFlowlogs by `@alicloud/openapi-core` (which `@alicloud/cbn20170912` builds on; that
 * package is not on the registry), the record by `@alicloud/log`. It only does what this config needs: daily windows
 * within one day or over midnight, no exceptions, no calendars, no retries, no changes.
 */
import { readFileSync, writeSync } from 'node:fs';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import LogClient from '@alicloud/log';
import openApi, { $OpenApiUtil } from '@alicloud/openapi-core';
import * as $dara from '@darabonba/typescript';
import { DateTime } from 'luxon';
import { parse } from 'yaml';

const config = parse(readFileSync(`${process.argv[2]}/flow-logs.yaml`, 'utf8'));
const credentials = JSON.parse(process.env.BENCH_CREDENTIALS);
const endpoint = new URL(process.env.CBN_ENDPOINT);

const Client = openApi.default ?? openApi;
const cen = new Client(
  new $OpenApiUtil.Config({ ...credentials, endpoint: endpoint.host, protocol: 'http' }),
);

async function describeFlowLogs(regionId) {
  const found = [];
  for (let page = 1; ; page += 1) {
    const { body } = await cen.callApi(
      new $OpenApiUtil.Params({
        action: 'DescribeFlowlogs',
        version: '2017-09-12',
        protocol: 'HTTP',
        pathname: '/',
        method: 'POST',
        authType: 'AK',
        style: 'RPC',
        reqBodyType: 'formData',
        bodyType: 'json',
      }),
      new $OpenApiUtil.OpenApiRequest({
        query: { RegionId: regionId, PageNumber: String(page), PageSize: '20' },
      }),
      new $dara.RuntimeOptions({ connectTimeout: 10_000, readTimeout: 10_000 }),
    );
    found.push(...body.FlowLogs.FlowLog);
    if (found.length >= Number(body.TotalCount) || body.FlowLogs.FlowLog.length === 0) return found;
  }
}

function wanted({ timezone = config.timezone, windows }) {
  const now = DateTime.now().setZone(timezone);
  const isOpen = windows.some(({ from, to }) => {
    const [start, end, time] = [from, to, now.toFormat('HH:mm')];
    return start < end ? start <= time && time < end : start <= time || time < end;
  });
  return isOpen ? 'Active' : 'Inactive';
}

const regionIds = [...new Set(config.flowLogs.map(({ regionId }) => regionId))];
const listed = (await Promise.all(regionIds.map(describeFlowLogs))).flat();
const statuses = new Map(listed.map(({ FlowLogId, Status }) => [FlowLogId, Status]));
const unchanged = config.flowLogs.filter(
  ({ flowLogId, schedule }) => statuses.get(flowLogId) === wanted(config.schedules[schedule]),
).length;

/** Connects to the emulator, whatever project the host names. */
class Loopback extends Agent {
  createConnection() {
    return connect(Number(endpoint.port), endpoint.hostname);
  }
}
const { regionId, project, logstore } = config.recordTo;
const sls = new LogClient({ ...credentials, endpoint: `http://${regionId}.log.aliyuncs.com` });
const record = {
  kind: 'run',
  at: new Date().toISOString(),
  total: String(config.flowLogs.length),
  unchanged: String(unchanged),
};
process.stdout.write(`${JSON.stringify(record)}\n`);
await sls.postLogStoreLogs(
  project,
  logstore,
  {
    logs: [{ timestamp: Math.floor(Date.now() / 1000), content: record }],
    topic: 'flow-log-scheduler',
    source: 'bench',
  },
  { agent: new Loopback() },
);

const summary = { total: config.flowLogs.length, unchanged };
writeSync(3, JSON.stringify({ usage: process.resourceUsage(), summary, warnings: 0 }));
process.exit(0);
