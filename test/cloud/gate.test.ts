import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../../lib/cloud/call.ts';
import { systemClock } from '../../lib/cloud/clock.ts';
import { createFlowLogs } from '../../lib/cloud/flow-logs/flow-logs.ts';
import { PRODUCTS } from '../../lib/cloud/flow-logs/products.ts';
import { createGate, createSlots } from '../../lib/cloud/gate.ts';
import type { SendRequest } from '../../lib/cloud/http/request.ts';
import { CEN, CEN_ENDPOINT } from '../../lib/cloud/services.ts';
import { type Emulator, startEmulator } from '../../lib/emulator/emulator.ts';
import { createBudget } from '../../lib/reconcile/budget.ts';
import { DEFAULT_KEY } from '../support/emulator-clients.ts';
import { accountWith, flowLogsOf, IMPATIENT, manyFlowLogs } from '../support/flow-logs-of.ts';
import { answerOf, madeUpService, refusalOf } from '../support/made-up-service.ts';
import { virtualClock } from '../support/virtual-clock.ts';

let emulator: Emulator | undefined;
afterEach(async () => {
  await emulator?.close();
  emulator = undefined;
});

const twenty = manyFlowLogs(20, { status: 'Inactive', cenId: 'cen-1' });
const toggles = twenty.map((flowLog) => ({ ...flowLog, cenId: 'cen-1' }));

describe('a gate', () => {
  it('does not run what its turn ended for, while other calls or a pause were before it', async () => {
    const clock = virtualClock();
    const gate = createGate(1, clock.monotonic);
    const turn = (ms: number) => createBudget(clock, clock.monotonic() + ms);
    const call = async () => 'done';
    const slow = gate.pass(turn(1_000), () => clock.sleep(100));
    const [tooLate, inTime] = [gate.pass(turn(100), call), gate.pass(turn(101), call)];
    await slow;
    expect([await tooLate, await inTime]).toEqual([null, 'done']);
    expect(gate.pausedMs()).toBe(0);
    gate.pause(1_000);
    expect([await gate.pass(turn(1_000), call), gate.pausedMs()]).toEqual([null, 1_000]);
    await clock.sleep(400);
    expect(gate.pausedMs()).toBe(600);
    expect(await gate.pass(turn(601), call)).toBe('done');
  });

  it('shares the calls in flight with another, but for those that a pause holds', async () => {
    const clock = virtualClock();
    const slots = createSlots(1);
    const [one, other] = [createGate(1, clock.monotonic, slots), createGate(1, clock.monotonic, slots)];
    const budget = createBudget(clock, Number.POSITIVE_INFINITY);
    const ends: string[] = [];
    const call = (name: string) => async () => {
      await clock.sleep(100);
      ends.push(`${name} ${clock.monotonic()}`);
    };
    const start = clock.monotonic();
    await Promise.all([one.pass(budget, call('one')), other.pass(budget, call('other'))]);
    one.pause(1_000);
    await Promise.all([one.pass(budget, call('one')), other.pass(budget, call('other'))]);
    const at = (ms: number) => start + ms;
    expect(ends).toEqual([`one ${at(100)}`, `other ${at(200)}`, `other ${at(300)}`, `one ${at(1_300)}`]);
  });

  it('lets so many calls through at a time, and all in the end', async () => {
    const clock = virtualClock();
    const gate = createGate(3, clock.monotonic);
    const budget = createBudget(clock, Number.POSITIVE_INFINITY);
    let inFlight = 0;
    let most = 0;
    const passed = await Promise.all(
      toggles.map((_, index) =>
        gate.pass(budget, async () => {
          inFlight += 1;
          most = Math.max(most, inFlight);
          await clock.sleep(100);
          inFlight -= 1;
          return index;
        }),
      ),
    );
    expect(passed).toEqual(toggles.map((_, index) => index));
    expect(most).toBe(3);
  });

  it('does not run what the time has run out for', async () => {
    const clock = virtualClock();
    const gate = createGate(1, clock.monotonic);
    const budget = createBudget(clock, clock.monotonic() + 250);
    const sleep = async () => {
      await clock.sleep(100);
      return true;
    };
    expect(await Promise.all([1, 2, 3, 4, 5].map(() => gate.pass(budget, sleep)))).toEqual([
      true,
      true,
      true,
      null,
      null,
    ]);
  });

  it('holds what comes after a pause until its end', async () => {
    const clock = virtualClock();
    const gate = createGate(8, clock.monotonic);
    const budget = createBudget(clock, Number.POSITIVE_INFINITY);
    const start = clock.monotonic();
    gate.pause(1_000);
    gate.pause(400); // does not shorten the first
    const passed = await Promise.all(
      [1, 2].map(() => gate.pass(budget, async () => clock.monotonic() - start)),
    );
    expect(passed).toEqual([1_000, 1_000]);
  });

  it('holds on when the pause is made longer meanwhile', async () => {
    const clock = virtualClock();
    const gate = createGate(8, clock.monotonic);
    const budget = createBudget(clock, Number.POSITIVE_INFINITY);
    const start = clock.monotonic();
    gate.pause(1_000);
    const passing = gate.pass(budget, async () => clock.monotonic() - start);
    await clock.sleep(600);
    gate.pause(1_000);
    expect(await passing).toBe(1_600);
  });

  it('lets half as many through after each pause, and one more after each round that was not throttled', async () => {
    const clock = virtualClock();
    const gate = createGate(8, clock.monotonic);
    const budget = createBudget(clock, Number.POSITIVE_INFINITY);
    let inFlight = 0;
    let most = 0;
    const mostAtATime = async () => {
      most = 0;
      const call = async () => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        await clock.sleep(10);
        inFlight -= 1;
      };
      await Promise.all(Array.from({ length: 20 }, () => gate.pass(budget, call)));
      return most;
    };
    expect(await mostAtATime()).toBe(8);
    gate.pause(1);
    expect(await mostAtATime()).toBe(4);
    gate.pause(1);
    gate.pause(1);
    gate.pause(1);
    expect(await mostAtATime()).toBe(1);
    gate.goOn();
    expect(await mostAtATime()).toBe(2);
    gate.goOn();
    expect(await mostAtATime()).toBe(2);
    gate.goOn();
    expect(await mostAtATime()).toBe(3);
    for (let passed = 0; passed < 100; passed += 1) gate.goOn();
    expect(await mostAtATime()).toBe(8);
  });

  it('gives up at once when the pause lasts longer than the time', async () => {
    const clock = virtualClock();
    const gate = createGate(8, clock.monotonic);
    const start = clock.monotonic();
    gate.pause(60_000);
    const budget = createBudget(clock, start + 5_000);
    expect(await gate.pass(budget, async () => 'ran')).toBeNull();
    expect(clock.monotonic() - start).toBe(0);
  });
});

describe('the calls of an account', () => {
  it('are as many at a time as the limit allows', async () => {
    let inFlight = 0;
    let most = 0;
    emulator = await startEmulator({ accounts: [accountWith(twenty)], latencyMs: 5 });
    const counting: SendRequest = async (request) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      return IMPATIENT(request).finally(() => {
        inFlight -= 1;
      });
    };
    const clock = virtualClock();
    const call = connect(CEN, {
      endpoint: new URL(emulator.url),
      credentials: async () => DEFAULT_KEY,
      gate: createGate(4, clock.monotonic),
      clock: { ...clock, now: Date.now },
      send: counting,
    });
    const flowLogs = createFlowLogs({ product: PRODUCTS.cen, call });
    const time = createBudget(clock, Number.POSITIVE_INFINITY);
    await Promise.all(toggles.map((ref) => flowLogs.activate(ref, `token-${ref.flowLogId}`, { time })));
    expect(most).toBe(4);
    expect(emulator.requests).toHaveLength(20);
  });

  it('are all held while one of them was throttled', async () => {
    const clock = virtualClock();
    const started: number[] = [];
    const send = madeUpService(async () => {
      started.push(clock.monotonic());
      await clock.sleep(100);
      if (started.length > 1) return answerOf({ Success: 'true' });
      return refusalOf('Throttling.User', { retryAfterMs: 5_000 });
    });
    const gate = createGate(1, clock.monotonic);
    const toCen = { endpoint: CEN_ENDPOINT, credentials: async () => DEFAULT_KEY, gate, clock, send };
    const time = createBudget(clock, Number.POSITIVE_INFINITY);
    // Two adapters, as two regions have, behind the gate of one account.
    const [one, other] = [toCen, toCen].map((to) =>
      createFlowLogs({ product: PRODUCTS.cen, call: connect(CEN, to) }),
    );
    if (one === undefined || other === undefined) throw new Error('two are there');
    const start = clock.monotonic();
    await Promise.all(
      toggles
        .slice(0, 6)
        .map((ref, index) =>
          (index % 2 === 0 ? one : other).tag(ref.regionId, [ref.flowLogId], 'env', 'dev', { time }),
        ),
    );
    expect(started).toHaveLength(7);
    expect(started.filter((at) => at - start < 5_100)).toEqual([start]);
  });

  it('all pass in the end under the rate limit of the account', async () => {
    emulator = await startEmulator({
      accounts: [accountWith(twenty)],
      rateLimit: { callsPerSecond: 50, burst: 10 },
      modifyingMs: Number.POSITIVE_INFINITY,
    });
    // The emulator's rate limit runs in real time.
    const flowLogs = flowLogsOf(emulator, { clock: systemClock });
    await Promise.all(
      toggles.map(({ flowLogId, regionId }) => flowLogs.tag(regionId, [flowLogId], 'env', 'dev')),
    );
    expect(emulator.flowLogs().filter(({ tags }) => tags.env === 'dev')).toHaveLength(20);
    expect(emulator.requests.length).toBeGreaterThan(20);
  });
});
