import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../lib/cloud/clock.ts';
import { createTrafficReader } from '../../../lib/cloud/cms/logstore-traffic.ts';
import { CloudError } from '../../../lib/reconcile/cloud-error.ts';
import { loopbackServer } from '../http/loopback-server.ts';

const START = 1_764_115_200_000;
const QUARTER = 900_000;
const credentials = async () => ({ accessKeyId: 'id', accessKeySecret: 'secret' });

const read = async (url: URL) =>
  createTrafficReader({
    regionId: 'cn-hangzhou',
    endpoint: url,
    credentials,
    clock: systemClock,
    attempts: 1,
  })({
    ...{ metric: 'LogInflow', project: 'net', logstore: 'flowlogs', periodSeconds: 900 },
    ...{ start: START, end: START + 4 * QUARTER },
  });

const answer = (points: unknown, more: object = {}) =>
  JSON.stringify({ Code: '200', Success: true, Period: '900', Datapoints: JSON.stringify(points), ...more });

describe('what a Logstore received', () => {
  it('is asked for in periods that begin in the stretch, page by page', async () => {
    const pages = [
      answer([{ timestamp: START, Sum: 1 }], { NextToken: 'next' }),
      answer([{ timestamp: START + QUARTER, Sum: 2 }]),
    ];
    const server = await loopbackServer((response) => response.end(pages.shift()));
    expect(await read(server.url)).toEqual([
      { at: START, bytes: 1 },
      { at: START + QUARTER, bytes: 2 },
    ]);
    const [first, second] = server.received.map(({ path }) => new URL(path, 'http://cms').searchParams);
    expect(Object.fromEntries(first ?? [])).toEqual({
      Namespace: 'acs_sls_dashboard',
      MetricName: 'LogInflow',
      Period: '900',
      Dimensions: '[{"project":"net","logstore":"flowlogs"}]',
      // The first instant is left out, the last one is not.
      StartTime: String(START - 1),
      EndTime: String(START + 4 * QUARTER - 1),
      Length: '1440',
    });
    expect(second?.get('NextToken')).toBe('next');
  });

  it('has no data points where nothing was written', async () => {
    const server = await loopbackServer((response) => response.end(answer([])));
    expect(await read(server.url)).toEqual([]);
  });

  it('leaves out what was not asked for', async () => {
    const server = await loopbackServer((response) =>
      response.end(answer([{ timestamp: START - QUARTER, Sum: 1 }])),
    );
    expect(await read(server.url)).toEqual([]);
  });

  it.each([
    answer([{ timestamp: START, Average: 1 }]),
    answer([{ timestamp: String(START), Sum: 1 }]),
    answer('none'),
    JSON.stringify({ Code: '200', Success: true, Datapoints: '{' }),
    JSON.stringify({ Code: '403', Success: false, Message: 'no' }),
  ])('takes no other answer for bytes: %s', async (body) => {
    const server = await loopbackServer((response) => response.end(body));
    await expect(read(server.url)).rejects.toBeInstanceOf(CloudError);
  });
});
