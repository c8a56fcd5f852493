import { describe, expect, it } from 'vitest';
import { fewestCalls, shortestMs } from '../../bench/runs.ts';
import { createWorld, FUNCTION_KEY } from '../../bench/world.ts';
import { AT, fcContext, startScheduler, timerEvent } from '../support/scheduler.ts';

const SIZES = [
  { flowLogs: 10, accounts: 0, changes: 0 },
  { flowLogs: 10, accounts: 0, changes: 5 },
  { flowLogs: 100, accounts: 5, changes: 0 },
  { flowLogs: 100, accounts: 5, changes: 50 },
  { flowLogs: 100, accounts: 1, changes: 3 },
];

describe('the calls of a run', () => {
  it.each(SIZES)(
    'are the fewest possible: $flowLogs flow logs in $accounts accounts, $changes changes',
    async (size) => {
      const { config, accounts, logstores } = createWorld(size, Date.parse(AT));
      const { handler, emulator } = await startScheduler({ config, emulator: { accounts, logstores } });
      const answer = await handler(timerEvent(), fcContext({ credentials: FUNCTION_KEY }));
      expect(answer.summary).toMatchObject({
        total: size.flowLogs,
        unchanged: size.flowLogs - size.changes,
        confirmed: size.changes,
      });
      const actions = emulator.requests.map(({ action }) => action);
      expect(actions.filter((action) => action !== 'PutLogs')).toHaveLength(fewestCalls(size));
      expect(actions.filter((action) => action === 'PutLogs')).toHaveLength(1);
    },
  );
});

describe('the fewest calls', () => {
  it.each([
    ['each region once when nothing is to change', { flowLogs: 10, accounts: 0, changes: 0 }, 2],
    ['each region again when something did', { flowLogs: 10, accounts: 0, changes: 5 }, 2 + 5 + 2],
    ['each page of a region', { flowLogs: 100, accounts: 0, changes: 0 }, 3 + 2],
    ['a role for each account', { flowLogs: 10_000, accounts: 500, changes: 5_000 }, 500 + 500 + 5_000 + 500],
  ] as const)('count %s', (_what, size, calls) => {
    expect(fewestCalls(size)).toBe(calls);
  });
});

describe('the shortest run', () => {
  it('waits for the roles that the rate limit allows, then for the last account', () => {
    const size = { flowLogs: 10_000, accounts: 500, changes: 5_000 };
    const conditions = { latencyMs: 50, callsPerSecond: 20, modifyingMs: 300 };
    // Roles; the last one, its list, toggle and read-back; Modifying; two PutLogs.
    expect(shortestMs(size, conditions)).toBe(24_000 + 4 * 50 + 300 + 2 * 50);
  });

  it('waits for answers alone where nothing is limited or changes', () => {
    expect(shortestMs({ flowLogs: 10, accounts: 0, changes: 0 }, { latencyMs: 50, modifyingMs: 300 })).toBe(
      100,
    );
  });
});
