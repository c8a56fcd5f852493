import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Credentials } from '../../../lib/cloud/credentials/types.ts';
import { type LogstoreOptions, createLogstore as open } from '../../../lib/cloud/sls/put-logs.ts';
import { authorizationV4 } from '../../../lib/cloud/sls/sls4.ts';
import { createBudget } from '../../../lib/reconcile/budget.ts';
import type { LogRecord } from '../../../lib/reconcile/ports.ts';
import { loopbackServer } from '../http/loopback-server.ts';
import { captures, capturesV4, credentialsOf, exampleCredentials, instantOf } from './captures.ts';
import { simulatedClock } from './simulated-clock.ts';
import { decodeLogGroup } from './sls-proto.ts';

const AT = Date.UTC(2026, 10, 23, 0, 0, 3, 120);
const recordTo = { regionId: 'cn-hangzhou', project: 'ops-audit', logstore: 'flow-log-scheduler' };

/** With all the time that there is. */
function createLogstore(options: LogstoreOptions) {
  const time = createBudget(options.clock, Number.POSITIVE_INFINITY);
  const logstore = open(options);
  return { put: (records: readonly LogRecord[], at: number) => logstore.put(records, at, time) };
}

function optionsFor(endpoint: URL, more: Partial<LogstoreOptions> = {}): LogstoreOptions {
  return {
    recordTo,
    endpoint,
    credentials: async () => exampleCredentials,
    source: 'fc',
    topic: 'flow-log-scheduler',
    clock: simulatedClock(AT),
    ...more,
  };
}

describe('put', () => {
  it.each(capturesV4.filter(({ name }) => name === 'one'))(
    "sends the request of Alibaba Cloud's own client, byte for byte: sts $sts",
    async (capture) => {
      const server = await loopbackServer((response) => void response.end());
      const log = captures.find(({ name, input }) => name === capture.name && input !== undefined)?.input
        ?.logs[0];
      const logstore = createLogstore(
        optionsFor(server.url, {
          credentials: async () => credentialsOf(capture),
          clock: simulatedClock(instantOf(capture)),
        }),
      );
      await logstore.put([log?.content ?? {}], (log?.timestamp ?? 0) * 1000);

      const [sent] = server.received;
      expect(sent).toMatchObject({ method: 'POST', path: capture.url });
      expect(sent?.body.toString('base64')).toBe(capture.body_base64);
      const { 'user-agent': _, 'content-length': length, ...headers } = sent?.headers ?? {};
      const { 'user-agent': __, 'transfer-encoding': ___, ...expected } = capture.headers;
      expect(headers).toEqual(expected);
      expect(length).toBe(String(sent?.body.byteLength));
    },
  );

  it('sends what protobufjs reads as the records, at their instant, in order', async () => {
    const server = await loopbackServer((response) => void response.end());
    const records = [
      { kind: 'run', runId: 'r-1', reason: '工作日 08:00', name: '𠮷', empty: '' },
      { kind: 'flow-log', runId: 'r-1', flowLogId: 'flowlog-m5evbtbptexample1' },
    ];
    await createLogstore(optionsFor(server.url)).put(records, AT);
    const raw = inflateSync(server.received[0]?.body ?? Buffer.alloc(0));
    expect(server.received[0]?.headers['x-log-bodyrawsize']).toBe(String(raw.byteLength));
    const decoded = decodeLogGroup(raw);
    expect(decoded).toMatchObject({ Topic: 'flow-log-scheduler', Source: 'fc' });
    expect(decoded.LogTags).toBeUndefined();
    expect(decoded.Logs?.map(({ Time, TimeNs }) => [Time, TimeNs])).toEqual([
      [1795392003, undefined],
      [1795392003, undefined],
    ]);
    expect(
      decoded.Logs?.map((log) =>
        Object.fromEntries((log.Contents ?? []).map(({ Key, Value }) => [Key, Value])),
      ),
    ).toEqual(records);
  });

  it('signs what it sends', async () => {
    const server = await loopbackServer((response) => void response.end());
    await createLogstore(optionsFor(server.url)).put([{ a: 'b' }], AT);
    const { headers = {} } = server.received[0] ?? {};
    const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    expect(headers['x-log-date']).toBe('20261123T000003Z');
    expect(headers.authorization).toBe(
      authorizationV4(
        {
          method: 'POST',
          path: '/logstores/flow-log-scheduler/shards/lb',
          headers: texts,
          regionId: 'cn-hangzhou',
        },
        '20261123T000003Z',
        String(headers['x-log-content-sha256']),
        exampleCredentials,
      ),
    );
  });

  it('sends nothing when there is nothing to record', async () => {
    const server = await loopbackServer((response) => void response.end());
    await createLogstore(optionsFor(server.url)).put([], AT);
    expect(server.received).toEqual([]);
  });

  it('sends many records in batches, in order, none lost', async () => {
    const server = await loopbackServer((response) => void response.end());
    const records = Array.from({ length: 9_000 }, (_, index) => ({ index: String(index) }));
    await createLogstore(optionsFor(server.url)).put(records, AT);
    const groups = server.received.map(({ body }) => decodeLogGroup(inflateSync(body)));
    expect(groups.map(({ Logs }) => Logs?.length)).toEqual([4096, 4096, 808]);
    const values = groups.flatMap(({ Logs }) => Logs ?? []).map(({ Contents }) => Contents?.[0]?.Value);
    expect(values).toEqual(records.map(({ index }) => index));
  });

  it('asks for credentials before every request', async () => {
    let asked = 0;
    const server = await loopbackServer((response) => {
      response.writeHead(server.received.length === 1 ? 503 : 200).end();
    });
    const credentials = async (): Promise<Credentials> => {
      asked++;
      return { ...exampleCredentials, securityToken: `token-${asked}` };
    };
    await createLogstore(optionsFor(server.url, { credentials })).put([{ a: 'b' }], AT);
    expect(server.received.map(({ headers }) => headers['x-acs-security-token'])).toEqual([
      'token-1',
      'token-2',
    ]);
  });

  it.each([
    [undefined, 'https://ops-audit.cn-hangzhou.log.aliyuncs.com', 'ops-audit.cn-hangzhou.log.aliyuncs.com'],
    [
      'https://cn-hangzhou-intranet.log.aliyuncs.com',
      'https://ops-audit.cn-hangzhou-intranet.log.aliyuncs.com',
      'ops-audit.cn-hangzhou-intranet.log.aliyuncs.com',
    ],
    ['http://127.0.0.1:8081', 'http://127.0.0.1:8081', 'ops-audit.cn-hangzhou.log.aliyuncs.com'],
  ])('with endpoint %s goes to %s as %s', async (endpoint, origin, host) => {
    const requests: (readonly [string, string, string | undefined])[] = [];
    const logstore = createLogstore({
      ...optionsFor(new URL('https://unused.example')),
      endpoint: endpoint === undefined ? undefined : new URL(endpoint),
      send: async ({ url, method, headers }) => {
        requests.push([method, url.href, headers.host]);
        return { status: 200, headers: {}, body: Buffer.alloc(0) };
      },
    });
    await logstore.put([{ a: 'b' }], AT);
    expect(requests).toEqual([['POST', `${origin}/logstores/flow-log-scheduler/shards/lb`, host]]);
  });
});
