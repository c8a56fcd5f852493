import { describe, expect, it } from 'vitest';
import type { Handler } from '../../lib/function/handler.ts';
import {
  AT,
  CONFIG,
  fcContext,
  type Scheduler,
  type SchedulerOptions,
  startScheduler,
  stateOf,
  TICK,
  timerEvent,
} from '../support/scheduler.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const TAG = 'flow-log-scheduler:override';
/** Its schedule wants it off from 06:00 to 22:00 in Shanghai. */
const HELD = 'flowlog-to-deactivate';
const one = { flowLogIds: [HELD] };
const hold = { action: 'override', status: 'Active', by: 'netops', reason: 'incident 42' };
const UNTIL_SIX = 'Active until 2026-11-23T18:00:00+08:00; by=netops; reason=incident 42';
const untilSix = { ...hold, ...one, until: '2026-11-23T18:00:00+08:00' };

/** A scheduler on a clock that can be set forward. */
async function startAt(start = AT, options: SchedulerOptions = {}) {
  const clock = virtualClock(Date.parse(start));
  const scheduler = await startScheduler({ clock, ...options });
  return {
    ...scheduler,
    clock,
    until: (instant: string) => clock.sleep(Date.parse(instant) - clock.now()),
    tagOf: (flowLogId: string) => scheduler.emulator.flowLog(flowLogId).tags[TAG],
  };
}

const tick = (handler: Handler) => handler(timerEvent(), fcContext());

describe('an override', () => {
  it('is honoured by the process that comes next, until its exact second, and is gone then', async () => {
    const { handler, newHandler, emulator, tagOf, until } = await startAt();
    await handler(untilSix, fcContext());
    expect(tagOf(HELD)).toBe(UNTIL_SIX);

    const next = newHandler();
    await until('2026-11-23T09:59:59.999Z');
    const held = await tick(next);
    expect(held.flowLogs[1]).toMatchObject({
      flowLogId: HELD,
      desired: 'Active',
      outcome: 'unchanged',
      reason: 'override by netops until 2026-11-23T18:00:00+08:00: incident 42',
      override: { by: 'netops', until: '2026-11-23T10:00:00.000Z' },
      nextTransition: '2026-11-23T10:00:00.000Z',
    });
    expect(tagOf(HELD)).toBe(UNTIL_SIX);

    await until('2026-11-23T10:00:00.000Z');
    const ended = await tick(newHandler());
    expect(ended.flowLogs[1]).toMatchObject({
      desired: 'Inactive',
      action: 'deactivate',
      outcome: 'confirmed',
      override: null,
    });
    // Whoever extends it now does not lose it.
    expect(stateOf(emulator.flowLog(HELD))).toEqual({ status: 'Inactive', tags: { [TAG]: UNTIL_SIX } });
    await until('2026-11-23T10:29:59.999Z');
    await tick(newHandler());
    expect(tagOf(HELD)).toBe(UNTIL_SIX);
    await until('2026-11-23T10:30:00.000Z');
    await tick(newHandler());
    expect(stateOf(emulator.flowLog(HELD))).toEqual({ status: 'Inactive', tags: {} });
  });

  it('survives everything else that runs do', async () => {
    const { handler, newHandler, emulator, statuses, tagOf, writeConfig, until } = await startAt();
    await handler(untilSix, fcContext());
    const others: readonly (readonly [string, (next: Handler) => Promise<unknown>])[] = [
      ['a tick', tick],
      ['a look', (next) => next({ action: 'status' }, fcContext())],
      ['a dry run', (next) => next({ action: 'reconcile', dryRun: true }, fcContext())],
      ['an event that is refused', (next) => next('{"action": "override"}', fcContext())],
      [
        'an override of another flow log',
        (next) => next({ ...hold, for: '1h', flowLogIds: ['flowlog-to-activate'] }, fcContext()),
      ],
      [
        'clearing another one',
        (next) => next({ action: 'clear-override', flowLogIds: ['flowlog-to-activate'] }, fcContext()),
      ],
      [
        'a run while CEN cannot be reached',
        async (next) => {
          emulator.setFault(({ service }) =>
            service === 'Cbn' ? { kind: 'error', code: 'Forbidden.RAM' } : undefined,
          );
          await next({ action: 'reconcile' }, fcContext());
          emulator.setFault(undefined);
        },
      ],
      [
        'a run with a config that does not validate',
        async (next) => {
          await writeConfig({ ...CONFIG, timezone: 'Nowhere' });
          await next({ action: 'reconcile' }, fcContext());
          await writeConfig(CONFIG);
        },
      ],
      [
        'a flow log that someone switches off by hand',
        async (next) => {
          emulator.setStatus(HELD, 'Inactive');
          await next({ action: 'reconcile' }, fcContext());
        },
      ],
    ];
    for (const [what, happens] of others) {
      await happens(newHandler());
      expect([what, statuses()[HELD], tagOf(HELD)]).toEqual([what, 'Active', UNTIL_SIX]);
    }
    await until('2026-11-23T10:30:00Z');
    await tick(newHandler());
    expect(stateOf(emulator.flowLog(HELD))).toEqual({ status: 'Inactive', tags: {} });
  });

  it('holds over the changes of the schedule that lie before its end', async () => {
    const { handler, statuses, until } = await startAt();
    await handler({ ...hold, ...one, status: 'Inactive', for: '1d' }, fcContext());
    await until('2026-11-23T15:00:00Z');
    const answer = await tick(handler);
    expect(answer.flowLogs[1]).toMatchObject({ desired: 'Inactive', outcome: 'unchanged' });
    expect(statuses()[HELD]).toBe('Inactive');
  });

  it('is replaced by the next one', async () => {
    const { handler, newHandler, emulator } = await startAt();
    await handler(untilSix, fcContext());
    const later = { ...hold, ...one, status: 'Inactive', for: '30m', by: undefined, reason: undefined };
    await newHandler()(later, fcContext());
    expect(stateOf(emulator.flowLog(HELD))).toEqual({
      status: 'Inactive',
      tags: { [TAG]: 'Inactive until 2026-11-23T08:30:04+08:00' },
    });
  });

  it('that agrees with the schedule and with what is there changes nothing, and is recorded', async () => {
    const { handler, emulator, recorded } = await startAt();
    const command = { ...hold, for: '2h', flowLogIds: ['flowlog-right'] };
    expect(await handler(command, fcContext())).toMatchObject({
      ok: true,
      summary: { total: 1, unchanged: 1 },
    });
    expect(emulator.requests.filter(({ action }) => action.endsWith('FlowLog'))).toEqual([]);
    expect(recorded().filter(({ kind }) => kind === 'flow-log')).toMatchObject([
      {
        flowLogId: 'flowlog-right',
        outcome: 'unchanged',
        overrideBy: 'netops',
        overrideUntil: '2026-11-23T02:00:04.000Z',
      },
    ]);
  });

  it('until the next transition ends for each flow log when its own schedule changes', async () => {
    const { handler, emulator } = await startAt();
    await handler({ ...hold, until: 'next-transition', all: true }, fcContext());
    const tags = emulator.flowLogs().map(({ flowLogId, tags: { [TAG]: value } }) => [flowLogId, value]);
    expect(tags).toEqual([
      ['flowlog-to-activate', 'Active until 2026-11-23T20:00:00+08:00; by=netops; reason=incident 42'],
      [HELD, 'Active until 2026-11-23T22:00:00+08:00; by=netops; reason=incident 42'],
      ['flowlog-right', 'Active until 2026-11-23T20:00:00+08:00; by=netops; reason=incident 42'],
      ['flowlog-of-others', undefined],
    ]);
  });

  it('may come in the payload of a timer', async () => {
    const { handler, emulator, recorded } = await startAt();
    const event = timerEvent(JSON.stringify({ ...hold, ...one, for: '2h' }));
    expect(await handler(event, fcContext())).toMatchObject({ action: 'override', ok: true });
    expect(stateOf(emulator.flowLog(HELD))).toEqual({
      status: 'Active',
      tags: { [TAG]: 'Active until 2026-11-23T10:00:04+08:00; by=netops; reason=incident 42' },
    });
    expect(recorded()[0]).toMatchObject({
      kind: 'run',
      action: 'override',
      trigger: 'timer',
      triggerTime: TICK,
    });
  });

  it('of a timer that cannot be set fails the invocation', async () => {
    const { handler, emulator } = await startAt();
    emulator.setFault(({ action }) =>
      action === 'TagResources' ? { kind: 'error', code: 'NoPermission' } : undefined,
    );
    const event = timerEvent(JSON.stringify({ ...hold, ...one, for: '2h' }));
    await expect(handler(event, fcContext())).rejects.toMatchObject({
      name: 'ReconcileFailed',
      message: expect.stringContaining(`${HELD}: NoPermission`),
    });
    expect(emulator.flowLog(HELD).tags).toEqual({});
  });

  it('keeps every text it may hold, to the last of 128 characters', async () => {
    const { handler, newHandler, tagOf } = await startAt();
    const by = '网络运维组';
    const room = 128 - 'Active until 2026-11-23T10:00:04+08:00; reason=; by='.length - by.length;
    const reason = `割接；a=b; c: "d" 100% & more 🚨${'长'.repeat(room)}`.slice(0, room + 1);
    expect([...reason]).toHaveLength(room);
    expect(await handler({ ...hold, ...one, for: '2h', by, reason }, fcContext())).toMatchObject({
      ok: true,
    });
    expect([...(tagOf(HELD) ?? '')]).toHaveLength(128);
    const { flowLogs } = await newHandler()({ action: 'status' }, fcContext());
    expect(flowLogs[1]?.override).toMatchObject({ by, reason });
    const refused = await handler({ ...hold, ...one, for: '2h', by, reason: `${reason}长` }, fcContext());
    expect(refused).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('by and reason: too long by 1 characters') },
    });
  });
});

describe('clearing an override', () => {
  it('lets the schedule decide at once, of what cannot be read too, and leaves other tags', async () => {
    const { handler, newHandler, emulator } = await startAt();
    await handler({ ...hold, for: '2h', all: true }, fcContext());
    const { flowLog, removeFlowLog, addFlowLog } = emulator;
    const { accountId, ...broken } = flowLog('flowlog-right');
    removeFlowLog('flowlog-right');
    addFlowLog(accountId, { ...broken, status: 'Inactive', tags: { [TAG]: 'on!', env: 'prod' } });

    const answer = await newHandler()({ action: 'clear-override', all: true }, fcContext());
    expect(answer).toMatchObject({ action: 'clear-override', ok: true, warnings: [] });
    expect(answer.flowLogs.map(({ outcome, override }) => [outcome, override])).toEqual([
      ['unchanged', null],
      ['confirmed', null],
      ['confirmed', null],
    ]);
    expect(stateOf(emulator.flowLog(HELD))).toEqual({ status: 'Inactive', tags: {} });
    expect(stateOf(emulator.flowLog('flowlog-right'))).toEqual({ status: 'Active', tags: { env: 'prod' } });
  });

  it('that is not there is fine', async () => {
    const { handler, emulator } = await startAt();
    const answer = await handler({ action: 'clear-override', ...one }, fcContext());
    expect(answer).toMatchObject({ ok: true, summary: { total: 1, confirmed: 1 } });
    expect(emulator.requests.filter(({ action }) => action === 'UntagResources')).toEqual([]);
  });

  it('of a flow log that the config does not have is refused', async () => {
    const { handler, emulator }: Scheduler = await startAt();
    const answer = await handler(
      { action: 'clear-override', flowLogIds: ['flowlog-of-others'] },
      fcContext(),
    );
    expect(answer).toMatchObject({ ok: false, error: { code: 'InvalidEvent' } });
    expect(emulator.requests.filter(({ service }) => service === 'Cbn')).toEqual([]);
  });
});
