import { describe, expect, it } from 'vitest';
import { createBudget } from '../../lib/reconcile/budget.ts';
import { CloudError } from '../../lib/reconcile/cloud-error.ts';
import { changeOverrideTags, isRemovable } from '../../lib/reconcile/override-tags.ts';
import type { CallLimits, FlowLogs } from '../../lib/reconcile/ports.ts';
import { CALL } from '../support/cloud-call.ts';
import { flowLogOf } from '../support/entries.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const TAG = 'flow-log-scheduler:override';
const ids = (count: number) => Array.from({ length: count }, (_, index) => `flowlog-${index + 1}`);
const FAILURES = {
  wait: { again: 'later', throttled: true },
  retry: { again: 'later' },
  'read-back': { effect: 'unknown', again: 'later' },
  fail: { again: 'never' },
} as const;
const refused = (kind: keyof typeof FAILURES) =>
  new CloudError('refused', { ...CALL, code: 'NoPermission', ...FAILURES[kind] });

interface Sent {
  readonly regionId: string;
  readonly ids: readonly string[];
  readonly key: string;
  readonly value: string | null;
}

/** A port that keeps what was sent; `refuse` says with what it refuses a call about these flow logs. */
function port(refuse: (ids: readonly string[]) => Error | undefined = () => undefined) {
  const sent: Sent[] = [];
  const serve = async (call: Sent) => {
    sent.push(call);
    const error = refuse(call.ids);
    if (error !== undefined) throw error;
  };
  const unused = () => Promise.reject(new Error('not for tags'));
  const flowLogs: FlowLogs = {
    list: unused,
    activate: unused,
    deactivate: unused,
    tag: (regionId, tagged, key, value) => serve({ regionId, ids: tagged, key, value }),
    untag: (regionId, tagged, key) => serve({ regionId, ids: tagged, key, value: null }),
  };
  return { sent, flowLogs };
}

/** A minute for all. */
const limits = () => {
  const clock = virtualClock();
  return { time: createBudget(clock, clock.monotonic() + 60_000) };
};

/** How each flow log's tag call failed, by ID; every flow log is heard of once. */
async function changing(values: ReadonlyMap<string, string | undefined>, flowLogs: FlowLogs) {
  const heard: string[] = [];
  const failures = new Map<string, CloudError>();
  const region = { flowLogs, scope: { regionId: 'cn-hangzhou' } };
  await changeOverrideTags(values, region, limits(), (flowLogIds, error) => {
    heard.push(...flowLogIds);
    if (error !== null) for (const flowLogId of flowLogIds) failures.set(flowLogId, error);
  });
  expect(heard.sort()).toEqual([...values.keys()].sort());
  return failures;
}

const valued = (flowLogIds: readonly string[], value: string | undefined) =>
  new Map(flowLogIds.map((flowLogId) => [flowLogId, value]));

describe.each([
  ['writing', 'v'],
  ['removing', undefined],
])('%s override tags', (_what, value) => {
  const change = (flowLogIds: readonly string[], flowLogs: FlowLogs) =>
    changing(valued(flowLogIds, value), flowLogs);

  it.each([
    [0, []],
    [1, [1]],
    [20, [20]],
    [21, [20, 1]],
    [45, [20, 20, 5]],
  ])('of %i flow logs takes calls of %j', async (count, sizes) => {
    const { sent, flowLogs } = port();
    expect(await change(ids(count), flowLogs)).toEqual(new Map());
    expect(sent.map((call) => call.ids.length)).toEqual(sizes);
    expect(sent.flatMap((call) => call.ids)).toEqual(ids(count));
    for (const { regionId, key } of sent) expect([regionId, key]).toEqual(['cn-hangzhou', TAG]);
  });

  it('tries one by one what is refused together, and fails for those alone that are refused alone', async () => {
    const error = refused('fail');
    const { sent, flowLogs } = port((tagged) => (tagged.includes('flowlog-2') ? error : undefined));
    expect(await change(ids(23), flowLogs)).toEqual(new Map([['flowlog-2', error]]));
    const sizes = sent.map((call) => call.ids.length);
    expect(sizes.filter((size) => size === 1)).toHaveLength(20);
    expect(sizes.filter((size) => size > 1)).toEqual([20, 3]);
  });

  it.each<keyof typeof FAILURES>(['retry', 'read-back'])(
    'does so with what may pass later too: %s',
    async (kind) => {
      const error = refused(kind);
      const { flowLogs } = port((tagged) => (tagged.includes('flowlog-2') ? error : undefined));
      expect(await change(ids(21), flowLogs)).toEqual(new Map([['flowlog-2', error]]));
    },
  );

  it('does not multiply the calls of an account that is throttled', async () => {
    const error = refused('wait');
    const { sent, flowLogs } = port((tagged) => (tagged.includes('flowlog-2') ? error : undefined));
    const failures = await change(ids(21), flowLogs);
    expect([...failures.keys()]).toEqual(ids(20));
    expect(new Set(failures.values())).toEqual(new Set([error]));
    expect(sent.map((call) => call.ids.length)).toEqual([20, 1, 20]);
  });

  it('names the trouble of all together where there was no time for each', async () => {
    const error = refused('read-back');
    const late = new CloudError('late', { ...CALL, code: 'OutOfTime', again: 'never', attempts: 0 });
    const { flowLogs } = port((tagged) => (tagged.length > 1 ? error : late));
    expect(await change(ids(2), flowLogs)).toEqual(
      new Map([
        ['flowlog-1', error],
        ['flowlog-2', error],
      ]),
    );
  });

  it('throws what is no answer of a cloud service', async () => {
    const mistake = new TypeError('undefined is not a function');
    const { flowLogs } = port(() => mistake);
    await expect(change(ids(2), flowLogs)).rejects.toBe(mistake);
  });
});

describe('values', () => {
  it('that are the same share their calls, and others have their own', async () => {
    const { sent, flowLogs } = port();
    const values = new Map([...valued(ids(3), 'one'), ['flowlog-2', 'two']]);
    await changing(values, flowLogs);
    expect(sent.map((call) => [call.value, call.ids])).toEqual([
      ['one', ['flowlog-1', 'flowlog-3']],
      ['two', ['flowlog-2']],
    ]);
  });
});

describe('a tag call', () => {
  /** What each call may take, in order; every one fails. */
  async function limitsOf(
    flowLogIds: readonly string[],
    error: CloudError,
    limits: Partial<CallLimits> = {},
    ms = 60_000,
  ) {
    const clock = virtualClock();
    const time = createBudget(clock, clock.monotonic() + ms);
    const calls: (readonly [count: number, ms: number, attempts: number | undefined])[] = [];
    const { flowLogs } = port();
    const tag: FlowLogs['tag'] = async (_region, tagged, _key, _value, each) => {
      calls.push([tagged.length, each.time.remainingMs(), each.attempts]);
      throw error;
    };
    const region = { flowLogs: { ...flowLogs, tag }, scope: { regionId: 'cn-hangzhou' } };
    await changeOverrideTags(valued(flowLogIds, 'v'), region, { time, ...limits }, () => {});
    return calls;
  }

  it('for one flow log has all the time, and is sent once', async () => {
    expect(await limitsOf(ids(1), refused('fail'))).toEqual([[1, 60_000, undefined]]);
  });

  it('for several has two attempts and five seconds, and then each its own', async () => {
    expect(await limitsOf(ids(2), refused('fail'))).toEqual([
      [2, 5_000, 2],
      [1, 60_000, undefined],
      [1, 60_000, undefined],
    ]);
  });

  it('for several has half of a short time, and no more attempts than there are', async () => {
    expect(await limitsOf(ids(2), refused('fail'), { attempts: 1 }, 6_000)).toEqual([
      [2, 3_000, 1],
      [1, 6_000, 1],
      [1, 6_000, 1],
    ]);
  });

  it("for several that was never sent is no flow log's trouble, and is made once more together", async () => {
    const late = new CloudError('late', { ...CALL, code: 'OutOfTime', attempts: 0 });
    expect((await limitsOf(ids(2), late)).map(([count]) => count)).toEqual([2, 2]);
  });
});

describe('the tag of an override that ended', () => {
  const END = Date.parse('2026-11-23T12:00:00Z');
  const flowLog = flowLogOf({ tags: { [TAG]: 'Active until 2026-11-23T12:00:00Z' } });

  it.each([
    ['is kept at its end', END, false],
    [
      'is kept for half an hour, since a person may extend it at the last second',
      END + 30 * 60_000 - 1,
      false,
    ],
    ['may go after half an hour', END + 30 * 60_000, true],
  ])('%s', (_what, at, removable) => {
    expect(isRemovable(flowLog, at)).toBe(removable);
  });
});
