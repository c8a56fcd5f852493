import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { troubleOf } from '../../../lib/cloud/advice.ts';
import { type Operation, readObject } from '../../../lib/cloud/call.ts';
import {
  askProject,
  createSlsProject,
  type SlsProject,
  type SlsProjectOptions,
} from '../../../lib/cloud/sls/project.ts';
import { type EmulatorOptions, startEmulator } from '../../../lib/emulator/emulator.ts';
import { CloudError } from '../../../lib/reconcile/cloud-error.ts';
import { definitionsFor } from '../../../lib/tool/provision/definitions/definitions.ts';
import { type AlibabaSls, alibabaSls, sls } from '../../support/alibaba-sls.ts';
import { DEFAULT_KEY } from '../../support/emulator-clients.ts';

const RECORD_TO = { regionId: 'cn-hangzhou', project: 'ops-audit', logstore: 'flow-log-scheduler' };
const { project: P, logstore: L } = RECORD_TO;
const { logstore, index, dashboard, alerts } = definitionsFor(RECORD_TO, 300_000);
const [alert = { name: '' }] = alerts;

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** A server that notes every request and answers logs with a list, everything else with an empty object. */
async function recorder() {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { connection: _, 'content-length': __, 'transfer-encoding': ___, ...headers } = request.headers;
    const body = Buffer.concat(chunks).toString();
    seen.push({
      method: request.method,
      url: request.url,
      headers,
      body: body === '' ? '' : JSON.parse(body),
    });
    response
      .setHeader('content-type', 'application/json')
      .end(request.url?.includes('type=log') ? '[]' : '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, port: (server.address() as AddressInfo).port };
}

function projectAt(port: number, options: Partial<SlsProjectOptions> = {}): SlsProject {
  return createSlsProject({
    recordTo: RECORD_TO,
    endpoint: new URL(`http://127.0.0.1:${port}`),
    credentials: async () => DEFAULT_KEY,
    ...options,
  });
}

type Ours = (project: SlsProject) => Promise<unknown>;
type Theirs = (client: AlibabaSls) => Promise<unknown>;

const { exclude_keys: _, ...line } = { exclude_keys: null, ...index.line };
const theirIndex = new sls.Index({
  keys: index.keys,
  line: new sls.IndexLine(line),
  maxTextLen: index.max_text_len,
});
const OPERATIONS: readonly (readonly [string, Ours, Theirs])[] = [
  ['GetLogStore', (ours) => ours.logstores.get(L), (theirs) => theirs.getLogStore(P, L)],
  [
    'CreateLogStore',
    (ours) => ours.logstores.create(L, { ...logstore }),
    (theirs) => {
      const { enable_tracking: enableTracking, ...rest } = logstore;
      return theirs.createLogStore(P, new sls.CreateLogStoreRequest({ ...rest, enableTracking }));
    },
  ],
  ['GetIndex', (ours) => ours.indexes.get(L), (theirs) => theirs.getIndex(P, L)],
  [
    'CreateIndex',
    (ours) => ours.indexes.create(L, { ...index }),
    (theirs) => theirs.createIndex(P, L, new sls.CreateIndexRequest({ body: theirIndex })),
  ],
  [
    'UpdateIndex',
    (ours) => ours.indexes.update(L, { ...index }),
    (theirs) => theirs.updateIndex(P, L, new sls.UpdateIndexRequest({ body: theirIndex })),
  ],
  ['GetDashboard', (ours) => ours.dashboards.get('board'), (theirs) => theirs.getDashboard(P, 'board')],
  [
    'CreateDashboard',
    (ours) => ours.dashboards.create(dashboard.dashboardName, { ...dashboard }),
    (theirs) =>
      theirs.createDashboard(
        P,
        new sls.CreateDashboardRequest({ body: new sls.Dashboard({ ...dashboard }) }),
      ),
  ],
  [
    'UpdateDashboard',
    (ours) => ours.dashboards.update(dashboard.dashboardName, { ...dashboard }),
    (theirs) =>
      theirs.updateDashboard(P, dashboard.dashboardName, new sls.UpdateDashboardRequest({ ...dashboard })),
  ],
  ['GetAlert', (ours) => ours.alerts.get('no-run'), (theirs) => theirs.getAlert(P, 'no-run')],
  [
    'CreateAlert',
    (ours) => ours.alerts.create(alert.name, { ...alert }),
    (theirs) => theirs.createAlert(P, new sls.CreateAlertRequest({ ...alert })),
  ],
  [
    'UpdateAlert',
    (ours) => ours.alerts.update(alert.name, { ...alert }),
    (theirs) => theirs.updateAlert(P, alert.name, new sls.UpdateAlertRequest({ ...alert })),
  ],
];

const READING: readonly (readonly [string, Operation<unknown>, Theirs])[] = [
  [
    'GetLogs',
    {
      name: 'GetLogs',
      method: 'GET',
      path: `/logstores/${L}`,
      query: {
        type: 'log',
        from: '1764115200',
        to: '1764201600',
        query: 'kind: run',
        line: '100',
        offset: '0',
      },
      read: ({ json }) => json,
    },
    (theirs) => {
      const asked = { from: 1764115200, to: 1764201600, query: 'kind: run', line: 100, offset: 0 };
      return theirs.getLogs(P, L, new sls.GetLogsRequest(asked));
    },
  ],
  [
    'GetLogStoreMeteringMode',
    {
      name: 'GetLogStoreMeteringMode',
      method: 'GET',
      path: `/logstores/${L}/meteringmode`,
      read: readObject,
    },
    (theirs) => theirs.getLogStoreMeteringMode(P, L),
  ],
];

describe("a request is the one of Alibaba's own client, with its signature", () => {
  it.each(OPERATIONS)('%s', async (_, ours, theirs) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-23T00:00:00Z') });
    onTestFinished(() => void vi.useRealTimers());
    const { seen, port } = await recorder();
    const { 'user-agent': agent, ...headers } = await sent(port, seen, () => ours(projectAt(port)));
    expect(agent).toBe('flow-log-scheduler');
    const { 'user-agent': __, ...wanted } = await sent(port, seen, () => theirs(alibabaSls(port)));
    // The fields of a body come in another order, which its hash and with it the signature depend on.
    const signed = ['x-log-content-sha256', 'authorization'];
    const rest = (all: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => !signed.includes(name)));
    expect(rest(headers)).toEqual(rest(wanted));
    expect(Object.keys(headers).sort()).toEqual(Object.keys(wanted).sort());
    expect(headers.host).toBe('ops-audit.cn-hangzhou.log.aliyuncs.com');
  });

  it.each(READING)('%s, byte for byte', async (_, operation, theirs) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-23T00:00:00Z') });
    onTestFinished(() => void vi.useRealTimers());
    const { seen, port } = await recorder();
    const endpoint = new URL(`http://127.0.0.1:${port}`);
    const ask = askProject({ recordTo: RECORD_TO, endpoint, credentials: async () => DEFAULT_KEY });
    const { 'user-agent': __, ...ours } = await sent(port, seen, () => ask(operation));
    const { 'user-agent': ___, ...wanted } = await sent(port, seen, () => theirs(alibabaSls(port)));
    expect(ours).toEqual(wanted);
  });

  async function sent(_port: number, seen: Seen[], send: () => Promise<unknown>) {
    await send();
    const last = seen.at(-1);
    if (last === undefined) throw new Error('nothing was sent');
    const { headers, ...request } = last;
    return { ...headers, request } as Readonly<Record<string, unknown>>;
  }

  it('sends every field of the definitions', async () => {
    const { seen, port } = await recorder();
    const ours = projectAt(port);
    await ours.logstores.create(L, { ...logstore });
    await ours.indexes.create(L, { ...index });
    await ours.dashboards.create(dashboard.dashboardName, { ...dashboard });
    await ours.alerts.create(alert.name, { ...alert });
    expect(seen.map(({ body }) => body)).toEqual([logstore, index, dashboard, alert]);
  });

  it('sends back what others set on an index, and not what SLS adds to its answer', async () => {
    const { seen, port } = await recorder();
    const theirs = {
      line: { ...index.line, exclude_keys: ['big'] },
      keys: { custom: { type: 'text', token: ['|'], alias: 'c' } },
      ...{ max_text_len: 64, log_reduce: true, log_reduce_white_list: ['a'] },
    };
    const answered = { ...theirs, ttl: 30, lastModifyTime: 1, storage: 'pg' };
    await projectAt(port).indexes.update(L, answered);
    expect(seen[0]?.body).toEqual(theirs);
  });
});

async function failureOf(work: Promise<unknown>): Promise<CloudError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof CloudError) return error;
  throw new Error('expected a CloudError', { cause: error });
}

async function emulatorWith(options: EmulatorOptions) {
  const emulator = await startEmulator(options);
  onTestFinished(() => emulator.close());
  return emulator;
}

describe('an answer that is no success', () => {
  it('is told with code, status and request ID', async () => {
    const { port } = await emulatorWith({});
    expect(await failureOf(projectAt(port).indexes.get(L))).toMatchObject({
      ...{ service: 'SLS', operation: 'GetIndex', code: 'IndexConfigNotExist', httpStatus: 404 },
      problem: "GetIndex: index config doesn't exist",
      requestId: expect.stringMatching(/^[0-9A-F]{32}$/),
    });
  });

  it.each([
    ['a page of a proxy', { status: 502, body: '<html>Bad Gateway</html>' }, 'Http502'],
    ['an empty 500', { status: 500, body: '' }, 'Http500'],
    ['200 that is no JSON', { status: 200, body: '<html>Welcome</html>' }, 'Http200'],
    ['an error without a code', { status: 403, body: '{"message":"no"}' }, 'Http403'],
  ])('is no answer of SLS: %s', async (_, raw, code) => {
    const { port } = await emulatorWith({ fault: () => ({ kind: 'raw', ...raw }) });
    const error = await failureOf(projectAt(port).logstores.get(L));
    expect([error.code, troubleOf(error)]).toEqual([code, 'no-answer']);
  });

  it('is no answer when the connection breaks, or time runs out', async () => {
    const broken = await emulatorWith({ fault: () => ({ kind: 'reset', when: 'before' }) });
    expect(await failureOf(projectAt(broken.port).logstores.get(L))).toMatchObject({
      ...{ effect: 'unknown', operation: 'GetLogStore', httpStatus: null },
    });
    const silent = await emulatorWith({ fault: () => ({ kind: 'hang', when: 'before' }) });
    expect(await failureOf(projectAt(silent.port, { timeoutMs: 100 }).logstores.get(L))).toMatchObject({
      ...{ effect: 'unknown', code: 'RequestTimeout' },
    });
  });
});

describe('secrets', () => {
  it('of failing credentials are masked', async () => {
    const credentials = () => Promise.reject(new Error('GET https://sts.example/?SecurityToken=abc failed'));
    const error = await failureOf(projectAt(1, { credentials }).logstores.get(L));
    expect(error).toMatchObject({ code: 'CredentialsUnavailable', operation: 'GetLogStore' });
    expect(error.problem).toBe(
      'GetLogStore: no credentials; looked for: GET https://sts.example/?*** failed',
    );
    const bare = await failureOf(
      projectAt(1, { credentials: () => Promise.reject('none') }).logstores.get(L),
    );
    expect(bare.problem).toBe('GetLogStore: no credentials; looked for: none');
  });
});

describe('the address', () => {
  const asked = async (recordTo: typeof RECORD_TO, endpoint?: URL) => {
    const request = vi.fn<NonNullable<SlsProjectOptions['send']>>(({ service, operation }) =>
      Promise.reject(new CloudError('no', { service, operation, code: 'E' })),
    );
    await failureOf(projectAt(1, { recordTo, endpoint, send: request }).logstores.get(L));
    const [[{ url, headers } = { url: null, headers: null }] = []] = request.mock.calls;
    return [url?.href, headers?.host, /\/(?<region>[^/]+)\/sls/.exec(headers?.authorization ?? '')?.[1]];
  };

  it('is the public one of the region when no endpoint is given', async () => {
    const host = 'ops-audit.eu-central-1.log.aliyuncs.com';
    expect(await asked({ ...RECORD_TO, regionId: 'eu-central-1' }, undefined)).toEqual([
      `https://${host}/logstores/flow-log-scheduler`,
      host,
      'eu-central-1',
    ]);
  });

  it('keeps the project with any endpoint', async () => {
    const host = 'ops-audit.cn-hangzhou-intranet.log.aliyuncs.com';
    const intranet = new URL('https://cn-hangzhou-intranet.log.aliyuncs.com');
    expect(await asked(RECORD_TO, intranet)).toEqual([
      `https://${host}/logstores/flow-log-scheduler`,
      host,
      'cn-hangzhou',
    ]);
  });
});
