import { describe, expect, it } from 'vitest';
import { TICK, timerEvent } from '../support/scheduler.ts';
import { check } from './check.ts';
import { startCloud, WANTED } from './cloud.ts';
import { TRANSIENT } from './product.ts';

const HOUR = 3_600_000;
const all = (outcome: string) => Object.fromEntries(Object.keys(WANTED).map((id) => [id, outcome]));
const statuses = (cloud: Awaited<ReturnType<typeof startCloud>>) =>
  Object.fromEntries(Object.keys(WANTED).map((id) => [id, cloud.path(id).at(-1)]));
const toggles = (cloud: Awaited<ReturnType<typeof startCloud>>) =>
  cloud.emulator.requests.filter(({ action }) => /^(Dea|A)ctiveFlowLog$/i.test(action)).length;

describe("a run whose function's clock is wrong", () => {
  it.each([-24 * HOUR, -HOUR, HOUR, 24 * HOUR])('by %i ms touches nothing and says why', async (skewMs) => {
    const { first } = await check({
      arrange: ({ setSkew }) => setSkew(skewMs),
      told: all('failed InvalidTimeStamp.Expired'),
      recording: 'RequestTimeExpired',
      says: /clock/,
      warning: "this machine's clock is",
    });
    expect(first.printed[0]?.at).toBe(new Date(Date.parse(TICK) + 3_120 + skewMs).toISOString());
  });

  it.each([-10, 10])(
    'by %i minutes, which no service refuses, is made good by the next one',
    async (minutes) => {
      const cloud = await startCloud();
      cloud.setSkew(minutes * 60_000);
      const { error } = await cloud.invoke(timerEvent());
      expect(error).toBe(null);
      // Ten minutes before eight, or ten after: only the one who is late has anything to do for the office.
      expect(cloud.path('to-activate').at(-1)).toBe(minutes < 0 ? 'Inactive' : 'Active');
      cloud.setSkew(0);
      await cloud.invoke(timerEvent());
      expect(statuses(cloud)).toEqual(WANTED);
    },
  );

  it('after a role was assumed uses no credentials that have expired, once the clock is right', async () => {
    const cloud = await startCloud();
    await cloud.invoke(timerEvent());
    await cloud.clock.sleep(1.5 * HOUR);
    cloud.setSkew(-HOUR);
    expect((await cloud.invoke(timerEvent())).error?.name).toBe('ReconcileFailed');
    cloud.setSkew(0);
    expect((await cloud.invoke(timerEvent())).error).toBe(null);
  });
});

describe('a tick', () => {
  it('that comes twice changes nothing the second time', async () => {
    const cloud = await startCloud();
    await cloud.invoke(timerEvent());
    const before = toggles(cloud);
    const again = await cloud.invoke(timerEvent());
    expect(again.answer).toMatchObject({ ok: true, summary: { unchanged: 5 } });
    expect(toggles(cloud)).toBe(before);
  });

  it('that comes twice at once changes nothing twice', async () => {
    const cloud = await startCloud();
    const runs = await Promise.all([cloud.invoke(timerEvent()), cloud.invoke(timerEvent())]);
    expect(runs.map(({ error }) => error)).toEqual([null, null]);
    for (const { answer } of runs) {
      for (const { flowLogId, outcome, status } of answer?.flowLogs ?? []) {
        if (outcome === 'confirmed' || outcome === 'unchanged') expect(status).toBe(WANTED[flowLogId]);
        else
          expect([flowLogId, outcome, status]).toEqual([
            flowLogId,
            'waiting',
            expect.toBeOneOf([...TRANSIENT]),
          ]);
      }
    }
    const recorded = new Set(
      cloud.emulator.logs('ops-audit', 'flow-log-scheduler').map(({ contents }) => contents.runId),
    );
    expect(recorded).toEqual(new Set(runs.map(({ answer }) => answer?.runId)));
    expect(statuses(cloud)).toEqual(WANTED);
    for (const [flowLogId, status] of Object.entries(WANTED)) {
      const changed = cloud.path(flowLogId).filter((each) => !TRANSIENT.includes(each));
      expect(changed).toEqual(flowLogId === 'right' ? [status] : [expect.any(String), status]);
    }
  });

  it('that comes in the middle of another run waits for nothing and changes nothing', async () => {
    const cloud = await startCloud();
    const first = cloud.invoke(timerEvent());
    const second = cloud.clock.sleep(1_000).then(() => cloud.invoke(timerEvent()));
    expect((await second).answer?.summary).toMatchObject({ waiting: 4, unchanged: 1 });
    expect((await first).answer?.summary).toMatchObject({ confirmed: 4, unchanged: 1 });
    expect(toggles(cloud)).toBe(4);
  });

  it('that comes hours late decides for now, and records how late it is', async () => {
    const cloud = await startCloud({ startAt: '2026-11-23T13:00:00.000Z' });
    const { answer, recorded } = await cloud.invoke(timerEvent());
    expect(recorded[0]).toMatchObject({ triggerTime: TICK, lagMs: String(13 * HOUR) });
    // Nine in the evening: the office is over, the night has not begun.
    expect(answer?.flowLogs.map(({ desired }) => desired)).toEqual(Array(5).fill('Inactive'));
    expect(Object.values(statuses(cloud))).toEqual(Array(5).fill('Inactive'));
  });

  it('that never came is made good by the next one', async () => {
    const cloud = await startCloud({ startAt: '2026-11-23T03:05:00.000Z' });
    expect((await cloud.invoke(timerEvent())).answer?.summary).toMatchObject({ confirmed: 4, unchanged: 1 });
    expect(statuses(cloud)).toEqual(WANTED);
  });

  it('that is older than the one before changes nothing', async () => {
    const cloud = await startCloud();
    await cloud.invoke(timerEvent());
    const older = { triggerTime: '2026-11-22T20:00:00Z', triggerName: 'tick', payload: '' };
    const { answer } = await cloud.invoke(Buffer.from(JSON.stringify(older)));
    expect(answer?.summary).toMatchObject({ unchanged: 5 });
    expect(toggles(cloud)).toBe(4);
  });
});
