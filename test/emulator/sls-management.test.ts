import { createHash, createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../lib/emulator/emulator.ts';
import { type AlibabaSls, alibabaSls, sls } from '../support/alibaba-sls.ts';
import { sendRaw, thrown } from '../support/emulator-clients.ts';

const P = 'ops-audit';
const L = 'flow-log-scheduler';

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.close());

const KEYS = {
  runId: { type: 'text', token: [' '], doc_value: true },
  lagMs: { type: 'long', doc_value: true },
};
const index = (parts: object = {}) => new sls.Index({ keys: KEYS, maxTextLen: 4096, ...parts });
const chart = (title: string) => ({ title, type: 'linepro', search: {}, display: {}, action: {} });
const dashboard = (parts: object = {}) =>
  new sls.Dashboard({ dashboardName: 'board', displayName: 'Board', charts: [chart('a1')], ...parts });
const QUERY = {
  ...{ storeType: 'log', region: 'cn-hangzhou', project: P, store: L, query: '* | select 1' },
  ...{ timeSpanType: 'Relative', start: '-5m', end: 'now' },
};
const CONFIGURATION = {
  ...{ version: '2.0', autoAnnotation: true, noDataFire: true, sendResolved: true, threshold: 1 },
  groupConfiguration: { type: 'no_group' },
  queryList: [QUERY],
  severityConfigurations: [{ severity: 8, evalCondition: { condition: 'cnt > 1' } }],
};
const alert = (parts: object = {}) => ({
  ...{ name: 'no-run', displayName: 'No run', configuration: CONFIGURATION },
  schedule: { type: 'FixedRate', interval: '5m' },
  ...parts,
});

describe.each(['v1', 'v4'])("Alibaba's client with signature %s", (signatureVersion) => {
  test('reads a project', async () => {
    const { body } = await alibabaSls(emulator.port, { signatureVersion }).getProject(P);
    expect(body).toMatchObject({ projectName: P, region: 'cn-hangzhou', status: 'Normal' });
  });

  test('creates and reads a Logstore', async () => {
    const client = alibabaSls(emulator.port, { signatureVersion });
    const wanted = { logstoreName: 'second', ttl: 7, shardCount: 1, autoSplit: true, maxSplitShard: 4 };
    await client.createLogStore(P, new sls.CreateLogStoreRequest({ ...wanted, enableTracking: false }));
    expect((await client.getLogStore(P, 'second')).body).toMatchObject({ ...wanted, mode: 'standard' });
    expect((await client.getLogStore(P, L)).body).toMatchObject({ logstoreName: L, ttl: 30 });
    expect(emulator.sls(P).logstores.second).toMatchObject({ ttl: 7, enable_tracking: false });
    expect(emulator.logs(P, 'second')).toEqual([]);
  });

  test('creates, reads and replaces an index', async () => {
    const client = alibabaSls(emulator.port, { signatureVersion });
    await client.createIndex(P, L, new sls.CreateIndexRequest({ body: index() }));
    expect((await client.getIndex(P, L)).body).toMatchObject({ keys: KEYS, maxTextLen: 4096 });
    const line = new sls.IndexLine({ token: [','], caseSensitive: true });
    await client.updateIndex(P, L, new sls.UpdateIndexRequest({ body: new sls.Index({ line }) }));
    expect(emulator.sls(P).indexes[L]).toMatchObject({ line: { token: [','], caseSensitive: true } });
    expect(emulator.sls(P).indexes[L]).not.toHaveProperty('keys');
  });

  test('creates, reads, lists and replaces a dashboard', async () => {
    const client = alibabaSls(emulator.port, { signatureVersion });
    await client.createDashboard(P, new sls.CreateDashboardRequest({ body: dashboard() }));
    const update = { displayName: 'Other', charts: [chart('a1'), chart('b2')] };
    await client.updateDashboard(P, 'board', new sls.UpdateDashboardRequest(update));
    const { body } = await client.getDashboard(P, 'board');
    expect(body).toMatchObject({ dashboardName: 'board', ...update });
    const listed = await client.listDashboard(P, new sls.ListDashboardRequest({ offset: 0, size: 10 }));
    expect(listed.body?.dashboards).toEqual(['board']);
    expect(listed.body?.dashboardItems).toMatchObject([{ dashboardName: 'board', displayName: 'Other' }]);
  });

  test('creates, reads, lists and replaces an alert', async () => {
    const client = alibabaSls(emulator.port, { signatureVersion });
    await client.createAlert(P, new sls.CreateAlertRequest(alert()));
    const { displayName, configuration, schedule } = alert({ displayName: 'Other' });
    await client.updateAlert(
      P,
      'no-run',
      new sls.UpdateAlertRequest({ displayName, configuration, schedule }),
    );
    expect((await client.getAlert(P, 'no-run')).body).toMatchObject({
      ...{ name: 'no-run', displayName: 'Other', status: 'ENABLED', schedule },
      configuration: CONFIGURATION,
    });
    const listed = await client.listAlerts(P, new sls.ListAlertsRequest({ offset: 0, size: 1 }));
    expect(listed.body).toMatchObject({ total: 1, count: 1, results: [{ name: 'no-run' }] });
    const rest = await client.listAlerts(P, new sls.ListAlertsRequest({ offset: 1 }));
    expect(rest.body).toMatchObject({ total: 1, count: 0, results: [] });
  });
});

describe('what is not there', () => {
  test.each([
    ['a project', 'ProjectNotExist', (client) => client.getProject('nobody')],
    ['a Logstore', 'LogStoreNotExist', (client) => client.getLogStore(P, 'nothing')],
    ['the Logstore of an index', 'LogStoreNotExist', (client) => client.getIndex(P, 'nothing')],
    ['an index', 'IndexConfigNotExist', (client) => client.getIndex(P, L)],
    [
      'an index to replace',
      'IndexConfigNotExist',
      (client) => client.updateIndex(P, L, new sls.UpdateIndexRequest({ body: index() })),
    ],
    ['a dashboard', 'DashboardNotExist', (client) => client.getDashboard(P, 'board')],
    [
      'a dashboard to replace',
      'DashboardNotExist',
      (client) => client.updateDashboard(P, 'board', new sls.UpdateDashboardRequest(dashboard())),
    ],
    ['an alert', 'JobNotExist', (client) => client.getAlert(P, 'no-run')],
    [
      'an alert to replace',
      'JobNotExist',
      (client) => client.updateAlert(P, 'no-run', new sls.UpdateAlertRequest(alert())),
    ],
  ] satisfies readonly Case[])('%s is answered with %s', async (_, code, call) => {
    expect(await thrown(call(alibabaSls(emulator.port)))).toMatchObject({ code, data: { httpCode: 404 } });
  });
});

type Call = (client: AlibabaSls) => Promise<unknown>;
type Case = readonly [string, string, Call];

const createLogstore = (parts: object): Call => {
  const body = new sls.CreateLogStoreRequest({ logstoreName: 'second', ttl: 7, shardCount: 1, ...parts });
  return (client) => client.createLogStore(P, body);
};
const createIndex =
  (body: object): Call =>
  (client) =>
    client.createIndex(P, L, new sls.CreateIndexRequest({ body: new sls.Index(body) }));
const createDashboard =
  (parts: object): Call =>
  (client) =>
    client.createDashboard(P, new sls.CreateDashboardRequest({ body: dashboard(parts) }));
const createAlert =
  (parts: object): Call =>
  (client) =>
    client.createAlert(P, new sls.CreateAlertRequest(alert(parts)));

describe('what is there already', () => {
  test.each([
    ['a Logstore', 'LogStoreAlreadyExist', createLogstore({})],
    ['an index', 'IndexAlreadyExist', createIndex({ keys: KEYS })],
    ['a dashboard', 'ParameterInvalid', createDashboard({})],
    ['an alert', 'JobAlreadyExist', createAlert({})],
  ] satisfies readonly Case[])('%s is refused with %s', async (_, code, call) => {
    const client = alibabaSls(emulator.port);
    await call(client);
    expect(await thrown(call(client))).toMatchObject({ code, data: { httpCode: 400 } });
  });
});

describe('what SLS does not take', () => {
  test.each([
    ['a Logstore with capitals', 'ParameterInvalid', createLogstore({ logstoreName: 'Second' })],
    ['a Logstore without a time to live', 'ParameterInvalid', createLogstore({ ttl: 0 })],
    ['a Logstore without shards', 'ParameterInvalid', createLogstore({ shardCount: 0 })],
    ['a Logstore that splits without end', 'ParameterInvalid', createLogstore({ autoSplit: true })],
    ['a Logstore of another mode', 'ParameterInvalid', createLogstore({ mode: 'fast' })],
    ['an index of nothing', 'IndexInfoInvalid', createIndex({ maxTextLen: 4096 })],
    ['an unknown type', 'IndexInfoInvalid', createIndex({ keys: { a: { type: 'int' } } })],
    ['text without tokens', 'IndexInfoInvalid', createIndex({ keys: { a: { type: 'text' } } })],
    ['a reserved field', 'IndexInfoInvalid', createIndex({ keys: { __time__: { type: 'long' } } })],
    ['a line without tokens', 'IndexInfoInvalid', createIndex({ line: new sls.IndexLine({}) })],
    ['too long a text', 'IndexInfoInvalid', createIndex({ keys: KEYS, maxTextLen: 20_000 })],
    ['a dashboard with capitals', 'ParameterInvalid', createDashboard({ dashboardName: 'Board' })],
    ['a dashboard without a name to show', 'ParameterInvalid', createDashboard({ displayName: null })],
    ['a chart with capitals', 'ParameterInvalid', createDashboard({ charts: [chart('Chart')] })],
    ['two charts of one title', 'ParameterInvalid', createDashboard({ charts: [chart('a1'), chart('a1')] })],
    ['a chart of no type', 'ParameterInvalid', createDashboard({ charts: [{ ...chart('a1'), type: '' }] })],
    [
      'a chart without a search',
      'ParameterInvalid',
      createDashboard({ charts: [{ title: 'a1', type: 'x' }] }),
    ],
    ['an alert of a strange name', 'ParameterInvalid', createAlert({ name: 'no run' })],
    ['an alert with a long name to show', 'ParameterInvalid', createAlert({ displayName: 'x'.repeat(65) })],
    ['an alert without a schedule', 'ParameterInvalid', createAlert({ schedule: {} })],
    [
      'an alert without a threshold',
      'ParameterInvalid',
      createAlert({ configuration: { ...CONFIGURATION, threshold: null } }),
    ],
    [
      'an alert without a query',
      'ParameterInvalid',
      createAlert({ configuration: { ...CONFIGURATION, queryList: [] } }),
    ],
    [
      'an alert without a severity',
      'ParameterInvalid',
      createAlert({ configuration: { ...CONFIGURATION, severityConfigurations: [] } }),
    ],
    [
      'a query without a Logstore',
      'ParameterInvalid',
      createAlert({ configuration: { ...CONFIGURATION, queryList: [{ ...QUERY, store: null }] } }),
    ],
    [
      'a page of too many',
      'ParameterInvalid',
      (client) => client.listAlerts(P, new sls.ListAlertsRequest({ size: 201 })),
    ],
  ] satisfies readonly Case[])('%s', async (_, code, call) => {
    expect(await thrown(call(alibabaSls(emulator.port)))).toMatchObject({ code, data: { httpCode: 400 } });
    const { logstores, indexes, dashboards, alerts } = emulator.sls(P);
    expect([logstores, indexes, dashboards, alerts]).toEqual([{}, {}, {}, {}]);
  });

  test.each([
    ['a list', 'PostBodyInvalid', 400, '[]', 'application/json'],
    ['cut-off JSON', 'PostBodyInvalid', 400, '{"a":', 'application/json'],
    ['another content type', 'InvalidContentType', 415, '{}', 'text/plain'],
  ])('a body that is %s', async (_, errorCode, status, body, contentType) => {
    const answer = await sendSigned(body, contentType);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ errorCode });
  });
});

test('a wrong secret is refused and nothing is made', async () => {
  const client = alibabaSls(emulator.port, {
    key: { accessKeyId: 'emulator-access-key-id', accessKeySecret: 'wrong' },
  });
  expect(await thrown(createIndex({ keys: KEYS })(client))).toMatchObject({ code: 'SignatureNotMatch' });
  expect(emulator.sls(P).indexes).toEqual({});
});

test("another account's Logstore is out of reach", async () => {
  await emulator.close();
  emulator = await startEmulator({
    accounts: [
      {
        accountId: '1',
        accessKeys: [
          { accessKeyId: 'emulator-access-key-id', accessKeySecret: 'emulator-access-key-secret' },
        ],
      },
      { accountId: '2', accessKeys: [] },
    ],
    logstores: [{ project: P, logstore: L, regionId: 'cn-hangzhou', accountId: '2' }],
  });
  expect(await thrown(alibabaSls(emulator.port).getLogStore(P, L))).toMatchObject({ code: 'Unauthorized' });
});

test('the log of requests names the operations and what they are about', async () => {
  const client = alibabaSls(emulator.port);
  await client.getLogStore(P, L);
  await thrown(client.getDashboard(P, 'board'));
  expect(emulator.requests.map(({ service, action, params }) => [service, action, params])).toEqual([
    ['Sls', 'GetLogStore', { project: P, logstore: L }],
    ['Sls', 'GetDashboard', { project: P, dashboard: 'board' }],
  ]);
});

/** CreateDashboard with this body, signed with V1 by hand. */
function sendSigned(body: string, contentType: string) {
  const md5 = createHash('md5').update(body).digest('hex').toUpperCase();
  const date = new Date().toUTCString();
  const own = { 'x-log-apiversion': '0.6.0', 'x-log-signaturemethod': 'hmac-sha1' };
  const lines = Object.entries(own).map(([name, value]) => `${name}:${value}\n`);
  const text = `POST\n${md5}\n${contentType}\n${date}\n${lines.join('')}/dashboards`;
  const signature = createHmac('sha1', 'emulator-access-key-secret').update(text).digest('base64');
  const headers = {
    ...own,
    ...{ host: `${P}.cn-hangzhou.log.aliyuncs.com`, date },
    ...{ 'content-md5': md5, 'content-type': contentType },
    authorization: `LOG emulator-access-key-id:${signature}`,
  };
  return sendRaw(emulator, { method: 'POST', path: '/dashboards', headers, body });
}
