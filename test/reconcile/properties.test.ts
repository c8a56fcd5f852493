import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInMemoryWorld } from '../support/in-memory-world.ts';
import { resultOf, run, type WorldFault } from '../support/world.ts';

const status = fc.constantFrom('Active', 'Inactive', 'Modifying', 'Frozen');
const flowLog = fc.record({
  status,
  regionId: fc.constantFrom('cn-hangzhou', 'cn-shanghai'),
  /** Null when the config does not have it. */
  schedule: fc.constantFrom('on', 'off', null),
  transitRouterId: fc.constantFrom('tr-1', 'tr-2'),
});
/** What the cloud is like, besides its faults. */
const cloud = fc.record({
  replicaLagMs: fc.array(fc.constantFrom(0, 1_000, 4_000), { maxLength: 3 }),
  oneChangePerTransitRouter: fc.boolean(),
  callsPerSecond: fc.constantFrom(1_000, 10, 2),
});
const fault = fc.constantFrom<WorldFault | undefined>(
  undefined,
  { kind: 'lost-before' },
  { kind: 'lost-after' },
  { kind: 'not-successful' },
  { kind: 'ignored' },
  { kind: 'undone', afterMs: 3_000 },
  { kind: 'refused', code: 'IncorrectStatus.flowlog' },
  { kind: 'refused', code: 'NoPermission' },
  { kind: 'refused', code: 'InternalError' },
);

const UNANSWERED = new Set(['lost-before', 'lost-after', 'not-successful']);

describe('whatever goes wrong in a run', () => {
  it('what it reports is so, nothing else is touched, and the next run makes it right', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(flowLog, { maxLength: 8 }),
        fc.array(fault, { maxLength: 20 }),
        cloud,
        async (given, faults, like) => {
          const flowLogs = given.map(({ transitRouterId, ...each }, index) => ({
            ...each,
            flowLogId: `flowlog-${index}`,
            // One that never ends changing would keep all others of its router from it.
            ...(each.status !== 'Modifying' && { transitRouterId }),
          }));
          const entries = flowLogs.flatMap(({ flowLogId, regionId, schedule }) =>
            schedule === null ? [] : [{ flowLogId, regionId, schedule }],
          );
          fc.pre(entries.length > 0);
          const world = await createInMemoryWorld({ flowLogs, ...like });
          const left = [...faults];
          const unanswered: (string | null)[] = [];
          world.setFaults(({ kind, flowLogId }) => {
            const next = kind === 'list' ? undefined : left.shift();
            if (next !== undefined && UNANSWERED.has(next.kind)) unanswered.push(flowLogId);
            return next;
          });

          const report = await run(world, entries, { limits: { settleTimeout: '60s' } });
          const statuses = world.statuses();
          for (const { flowLogId, status: before, schedule } of flowLogs) {
            const toggles = world.toggles().filter((toggle) => toggle.flowLogId === flowLogId);
            const wanted = schedule === 'on' ? 'Active' : 'Inactive';
            const settled = before === 'Active' || before === 'Inactive';
            if (schedule === null || !settled || before === wanted) {
              expect([flowLogId, toggles, statuses[flowLogId]]).toEqual([flowLogId, [], before]);
            }
            if (schedule === null) continue;
            const { outcome, action, attempts, status: told } = resultOf(report, flowLogId);
            // A throttled one does not arrive.
            if (like.callsPerSecond === 1_000) expect(attempts).toBe(toggles.length);
            else expect(attempts).toBeGreaterThanOrEqual(toggles.length);
            // What its router refuses is answered, so it does not count as unanswered.
            const unansweredOfIt = unanswered.filter((each) => each === flowLogId).length;
            if (!like.oneChangePerTransitRouter) expect(unansweredOfIt).toBeLessThanOrEqual(3);
            expect(new Set(toggles.map(({ clientToken }) => clientToken)).size).toBeLessThanOrEqual(1);
            expect(new Set(toggles.map((toggle) => toggle.action))).toEqual(
              new Set(toggles.length > 0 ? [action] : []),
            );
            if (outcome === 'confirmed' || outcome === 'unchanged') expect(statuses[flowLogId]).toBe(wanted);
            if (outcome === 'confirmed') expect(told).toBe(wanted);
            expect(outcome === 'waiting').toBe(before === 'Modifying');
          }

          world.setFaults(undefined);
          // Until every replica shows what there is.
          await world.clock.sleep(10_000);
          const next = await run(world, entries);
          const odd = flowLogs.filter((each) => each.schedule !== null && each.status === 'Frozen').length;
          const waiting = flowLogs.filter(
            (each) => each.schedule !== null && each.status === 'Modifying',
          ).length;
          expect(next.summary).toMatchObject({ failed: odd, waiting, accepted: 0 });
        },
      ),
      { numRuns: 100 },
    );
  });
});
