import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../lib/cloud/clock.ts';
import { createLogReader } from '../../../lib/cloud/sls/get-logs.ts';
import { readMeteringMode } from '../../../lib/cloud/sls/metering-mode.ts';
import { CloudError } from '../../../lib/reconcile/cloud-error.ts';
import { type LoopbackServer, loopbackServer } from '../http/loopback-server.ts';

const RECORD_TO = { regionId: 'cn-hangzhou', project: 'ops-audit', logstore: 'flow-log-scheduler' };
const credentials = async () => ({ accessKeyId: 'id', accessKeySecret: 'secret' });
const START = 1_764_115_200_000;

/** A server of these lines that answers as SLS does. @param progress of each answer in turn; `Complete` when there is none */
const slsWith = (count: number, progress: readonly string[] = []) => {
  let answers = 0;
  return loopbackServer((response, { path }) => {
    const query = new URL(path, 'http://sls').searchParams;
    const [offset, line] = [Number(query.get('offset')), Number(query.get('line'))];
    const lines = Array.from({ length: count }, (_, index) => ({ __time__: String(index), kind: 'run' }));
    response.setHeader('x-log-progress', progress[answers++] ?? 'Complete');
    response.end(JSON.stringify(lines.slice(offset, offset + line)));
  });
};

const reader = ({ url }: LoopbackServer) =>
  createLogReader({ recordTo: RECORD_TO, endpoint: url, credentials, clock: systemClock, timeoutMs: 2_000 });

describe('reading a Logstore back', () => {
  it.each([
    [0, 1],
    [99, 1],
    [100, 2],
    [250, 3],
  ])('reads %i lines in %i pages of a hundred', async (count, pages) => {
    const server = await slsWith(count);
    const found = await reader(server)({ query: 'kind: run', start: START, end: START + 1_500 });
    expect(found).toHaveLength(count);
    expect(server.received).toHaveLength(pages);
    const query = new URL(server.received[0]?.path ?? '', 'http://sls').searchParams;
    expect(Object.fromEntries(query)).toEqual({
      ...{ type: 'log', query: 'kind: run', from: '1764115200', to: '1764115202', reverse: 'false' },
      ...{ line: '100', offset: '0' },
    });
    expect(server.received[0]?.headers.host).toBe('ops-audit.cn-hangzhou.log.aliyuncs.com');
  });

  it('reads no more than it is asked for, and the newest first on demand', async () => {
    const server = await slsWith(250);
    const found = await reader(server)({
      query: '*',
      topic: 't',
      start: START,
      end: START + 1_000,
      most: 130,
      newestFirst: true,
    });
    expect(found).toHaveLength(130);
    expect(server.received.map(({ path }) => new URL(path, 'http://sls').searchParams.get('line'))).toEqual([
      '100',
      '30',
    ]);
    expect(server.received[0]?.path).toMatch(/reverse=true/);
    expect(server.received[0]?.path).toMatch(/topic=t/);
  });

  it('asks again while SLS has not searched all of it', async () => {
    const server = await slsWith(3, ['Incomplete', 'Incomplete']);
    expect(await reader(server)({ query: '*', start: START, end: START + 1_000 })).toHaveLength(3);
    expect(server.received).toHaveLength(3);
  });

  it('does not take a part for all', async () => {
    const server = await slsWith(3, Array(100).fill('Incomplete'));
    const search = reader(server)({ query: '*', start: START, end: START + 1_000 });
    await expect(search).rejects.toMatchObject({ name: 'CloudError', code: 'Incomplete' });
  });

  it('asks nothing about an empty stretch', async () => {
    const server = await slsWith(3);
    expect(await reader(server)({ query: '*', start: START, end: START })).toEqual([]);
    expect(server.received).toEqual([]);
  });

  it.each(['{}', '[1]', '[{"a": 1}]', 'no JSON'])('takes no other answer for records: %s', async (body) => {
    const server = await loopbackServer((response) => response.end(body));
    const search = reader(server)({ query: '*', start: START, end: START + 1_000 });
    await expect(search).rejects.toBeInstanceOf(CloudError);
  });
});

describe('the charging mode of a Logstore', () => {
  const modeOf = async (body: string) => {
    const server = await loopbackServer((response) => response.end(body));
    const options = {
      recordTo: RECORD_TO,
      endpoint: server.url,
      credentials,
      clock: systemClock,
      attempts: 1,
    };
    const mode = await readMeteringMode(options);
    return { mode, path: server.received[0]?.path };
  };

  it('is read', async () => {
    expect(await modeOf('{"meteringMode": "ChargeByFunction"}')).toEqual({
      mode: 'ChargeByFunction',
      path: '/logstores/flow-log-scheduler/meteringmode',
    });
  });

  it('is not guessed', async () => {
    await expect(modeOf('{"meteringMode": "ChargeByMoon"}')).rejects.toMatchObject({ name: 'CloudError' });
  });
});
