import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../lib/emulator/emulator.ts';
import { DEFAULT_KEY, openApiClient, sendRaw, thrown } from '../support/emulator-clients.ts';

const ACCOUNT = '1234567890123456';
const ID = 'flowlog-m5evbtbptexample1';

let emulator: Emulator;
afterEach(() => emulator.close());

describe('state from outside', () => {
  test('flow logs come and go', async () => {
    emulator = await startEmulator();
    const call = openApiClient(emulator);
    emulator.addFlowLog(ACCOUNT, { flowLogId: 'flowlog-new', regionId: 'cn-beijing' });
    const added = await call('DescribeFlowlogs', { RegionId: 'cn-beijing' });
    expect(added.body.FlowLogs?.FlowLog).toMatchObject([{ FlowLogId: 'flowlog-new', Status: 'Active' }]);
    emulator.removeFlowLog('flowlog-new');
    const removed = await call('DescribeFlowlogs', { RegionId: 'cn-beijing' });
    expect(removed.body).toMatchObject({ FlowLogs: { FlowLog: [] }, TotalCount: '0' });
  });

  test('a status set by hand can end by itself', async () => {
    let now = 1_000;
    emulator = await startEmulator({ clock: { now: () => now } });
    emulator.setStatus(ID, 'Creating', { afterMs: 50, becomes: 'Active' });
    expect(emulator.flowLog(ID).status).toBe('Creating');
    now += 50;
    expect(emulator.flowLog(ID).status).toBe('Active');
  });

  test('Modifying can last for ever', async () => {
    let now = 1_000;
    emulator = await startEmulator({ clock: { now: () => now }, modifyingMs: Number.POSITIVE_INFINITY });
    await openApiClient(emulator)('DeactiveFlowLog', { FlowLogId: ID, RegionId: 'cn-hangzhou' });
    now += 1e12;
    expect(emulator.flowLog(ID).status).toBe('Modifying');
  });

  test('what is not there is an error', async () => {
    emulator = await startEmulator();
    expect(() => emulator.flowLog('none')).toThrow('no flow log none');
    expect(() => emulator.setStatus('none', 'Active')).toThrow('no flow log none');
    expect(() => emulator.removeFlowLog('none')).toThrow('no flow log none');
    expect(() => emulator.addFlowLog('none', { flowLogId: 'x', regionId: 'y' })).toThrow('no account none');
    expect(() => emulator.addFlowLog(ACCOUNT, { flowLogId: ID, regionId: 'y' })).toThrow('there twice');
    expect(() => emulator.addAccessKey('none', DEFAULT_KEY)).toThrow('no account none');
    expect(emulator.flowLogs('none')).toEqual([]);
  });
});

describe('requests', () => {
  test('are recorded with the state clock and without secrets', async () => {
    emulator = await startEmulator({ clock: { now: () => 42 } });
    const token = 'sts-token-value';
    emulator.addAccessKey(ACCOUNT, {
      accessKeyId: 'STS.x',
      accessKeySecret: 'sts-key-value',
      securityToken: token,
    });
    const key = { accessKeyId: 'STS.x', accessKeySecret: 'sts-key-value', securityToken: token };
    const { body } = await openApiClient(emulator, key)('DescribeFlowlogs', { RegionId: 'cn-hangzhou' });
    expect(emulator.requests).toEqual([
      {
        service: 'Cbn',
        action: 'DescribeFlowlogs',
        params: { RegionId: 'cn-hangzhou' },
        accountId: ACCOUNT,
        at: 42,
        requestId: body.RequestId,
        outcome: { kind: 'answered', status: 200, code: null },
      },
    ]);
  });

  test('that carry an old signature in the query are refused, and it is not kept', async () => {
    emulator = await startEmulator();
    const path =
      '/?Action=DescribeFlowlogs&Version=2017-09-12&AccessKeyId=a&Signature=b&SecurityToken=c&RegionId=r';
    const answer = await sendRaw(emulator, { method: 'GET', path });
    expect(JSON.parse(answer.body)).toMatchObject({ Code: 'IncompleteSignature' });
    expect(emulator.requests).toMatchObject([{ action: 'DescribeFlowlogs', params: { RegionId: 'r' } }]);
    expect(Object.keys(emulator.requests[0]?.params ?? {})).toEqual(['RegionId']);
  });

  test.each([
    ['without an action', {}, 'Unknown', ''],
    [
      'to another version',
      { 'x-acs-action': 'AssumeRole', 'x-acs-version': '2011-01-01' },
      'Unknown',
      'AssumeRole',
    ],
    [
      'to an unknown action',
      { 'x-acs-action': 'constructor', 'x-acs-version': '2017-09-12' },
      'Cbn',
      'constructor',
    ],
  ])('%s are refused', async (_what, headers, service, action) => {
    emulator = await startEmulator();
    const answer = await sendRaw(emulator, { headers });
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body)).toMatchObject({ Code: 'InvalidAction.NotFound' });
    expect(emulator.requests).toMatchObject([{ service, action, accountId: null }]);
  });

  test('may have the whole URL in the request line, as through a proxy', async () => {
    emulator = await startEmulator();
    const answer = await sendRaw(emulator, {
      path: 'http://cbn.aliyuncs.com?Action=DescribeFlowlogs&Version=2017-09-12&flag&=x',
    });
    expect(JSON.parse(answer.body)).toMatchObject({ Code: 'IncompleteSignature' });
    expect(emulator.requests).toMatchObject([{ service: 'Cbn', params: { flag: '', '': 'x' } }]);
  });

  test('that are too large for CEN are refused', async () => {
    emulator = await startEmulator();
    const date = `${new Date().toISOString().slice(0, 19)}Z`;
    const answer = await sendRaw(emulator, {
      headers: {
        host: 'cbn.aliyuncs.com',
        'x-acs-action': 'DescribeFlowlogs',
        'x-acs-version': '2017-09-12',
        'x-acs-date': date,
        authorization: `ACS3-HMAC-SHA256 Credential=${DEFAULT_KEY.accessKeyId},SignedHeaders=host;x-acs-action;x-acs-date;x-acs-version,Signature=00`,
      },
      body: Buffer.alloc(16 * 1024 * 1024 + 1),
    });
    expect(answer.status).toBe(413);
  });

  test.each([
    ['no HTTP at all', '\u0000\u0001\u0002\r\n\r\n'],
    ['a body that is cut off', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\nabc'],
    ['a broken chunk', 'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
  ])('of %s do no harm', async (_what, bytes) => {
    emulator = await startEmulator();
    await new Promise<void>((resolve) => {
      const socket = connect(emulator.port, '127.0.0.1', () => socket.end(bytes));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
      socket.resume();
    });
    expect((await openApiClient(emulator)('DescribeFlowlogs', {})).body.TotalCount).toBe('5');
  });

  test('take the latency at least, many at once, without a warning', async () => {
    const warnings: string[] = [];
    const onWarning = (warning: Error): number => warnings.push(warning.name);
    process.on('warning', onWarning);
    emulator = await startEmulator({ latencyMs: 30 });
    const started = performance.now();
    await Promise.all(Array.from({ length: 20 }, () => openApiClient(emulator)('DescribeFlowlogs', {})));
    expect(performance.now() - started).toBeGreaterThanOrEqual(29);
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});

describe('closing', () => {
  test.each([
    ['latency', { latencyMs: 60_000 }],
    ['a delay', { fault: () => ({ kind: 'delay', ms: 60_000 }) as const }],
    ['a hanging request', { fault: () => ({ kind: 'hang', when: 'before' }) as const }],
  ])('ends %s at once, and can be done twice', async (_what, options) => {
    emulator = await startEmulator(options);
    const error = thrown(openApiClient(emulator)('DescribeFlowlogs', {}));
    while (emulator.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await emulator.close();
    expect(await error).toMatchObject({ code: 'ECONNRESET' });
    await emulator.close();
  });

  test('a port that is taken is an error', async () => {
    emulator = await startEmulator();
    await expect(startEmulator({ port: emulator.port })).rejects.toThrow('EADDRINUSE');
    expect(emulator.url).toBe(`http://127.0.0.1:${emulator.port}`);
  });
});

test.each([
  [{ accounts: [1, 2].map(() => ({ accountId: '1', accessKeys: [] })) }, 'account 1 is there twice'],
  [
    {
      logstores: [
        { project: 'p', logstore: 'l', regionId: 'cn-hangzhou' },
        { project: 'p', logstore: 'm', regionId: 'cn-shanghai' },
      ],
    },
    'project p is in cn-hangzhou',
  ],
  [
    { logstores: [1, 2].map(() => ({ project: 'p', logstore: 'l', regionId: 'cn-hangzhou' })) },
    'Logstore p/l is there twice',
  ],
])('contradictory options are refused: %j', async (options, message) => {
  await expect(startEmulator(options)).rejects.toThrow(message);
});
