import { describe, expect, it } from 'vitest';
import type { Emulator, FaultHook } from '../../lib/emulator/emulator.ts';
import { leaksIn } from '../support/secrets.ts';
import { endOf, linesOf, startForBuilt } from './built-function.ts';
import { WANTED } from './cloud.ts';
import { asOfCen, PRODUCT, TRANSIENT } from './product.ts';

/** Notes every status that is seen, and then does what a fault does. */
function watching(emulator: Emulator, fault: FaultHook = () => undefined) {
  const paths = new Map<string, string[]>();
  const look = () => {
    for (const { flowLogId, status } of emulator.flowLogs()) {
      const path = paths.get(flowLogId) ?? [];
      if (!TRANSIENT.includes(status) && path.at(-1) !== status) paths.set(flowLogId, [...path, status]);
    }
  };
  look();
  emulator.setFault((request) => {
    look();
    return fault(asOfCen(request));
  });
  return {
    /** What has to be so when all is over: as wanted, and on the straight way there. */
    expectConverged: () => {
      look();
      for (const [flowLogId, status] of Object.entries(WANTED)) {
        const path = flowLogId === 'right' ? [status] : [expect.any(String), status];
        expect([flowLogId, paths.get(flowLogId)]).toEqual([flowLogId, path]);
      }
      expect([paths.get('of-others'), paths.get('retail-of-others')]).toEqual([['Inactive'], ['Inactive']]);
    },
  };
}

const isToggle = (action: string) => /^(Dea|A)ctiveFlowLog$/i.test(action);
const recordsOf = (output: string) =>
  linesOf(output).filter(({ kind }) => kind !== 'end' && kind !== 'toggle');
const togglesOf = (output: string) => linesOf(output).filter(({ kind }) => kind === 'toggle');
const recorded = (emulator: Emulator) =>
  emulator.logs('ops-audit', 'flow-log-scheduler').map(({ contents }) => contents);

describe('the built function', () => {
  it('does its work in a process of its own', async () => {
    const { emulator, start } = await startForBuilt();
    const { expectConverged } = watching(emulator);
    const output = await start().ended;
    expect(endOf(output)).toMatchObject({ answer: { ok: true, summary: { confirmed: 4, unchanged: 1 } } });
    expect(recordsOf(output)).toEqual(recorded(emulator));
    expect(togglesOf(output)).toHaveLength(8);
    expect(leaksIn(output)).toEqual([]);
    expectConverged();
  });

  it.each<[string, (action: string, nth: number, toggles: number) => boolean, 'before' | 'after']>([
    ['observes', (action) => action === 'DescribeFlowlogs', 'before'],
    ['assumes a role', (action) => action === 'AssumeRole', 'after'],
    ['changes the first, before it takes effect', (action) => isToggle(action), 'before'],
    ['changes the first, after it took effect', (action) => isToggle(action), 'after'],
    [
      'changes the last, after it took effect',
      (action, _, toggles) => isToggle(action) && toggles === 4,
      'after',
    ],
    ['reads back', (action, nth) => action === 'DescribeFlowlogs' && nth > 3, 'after'],
    ['records, before it is written', (action) => action === 'PutLogs', 'before'],
    ['records, after it was written', (action) => action === 'PutLogs', 'after'],
  ])('is killed while it %s, and the next one makes it right', async (_, isTheOne, when) => {
    const { emulator, start } = await startForBuilt();
    const first = start();
    let killed = false;
    let toggles = 0;
    const { expectConverged } = watching(emulator, ({ action, count }) => {
      if (isToggle(action)) toggles += 1;
      if (killed || !isTheOne(action, count, toggles)) return undefined;
      killed = first.child.kill('SIGKILL');
      return { kind: 'reset', when };
    });
    const output = await first.ended;
    expect(killed).toBe(true);
    expect(first.child.signalCode).toBe('SIGKILL');
    expect(endOf(output)).toBeUndefined();

    const before = emulator.requests.length;
    const second = await start().ended;
    expect(endOf(second)?.answer).toMatchObject({
      ok: true,
      summary: { failed: 0, accepted: 0, waiting: 0 },
    });
    expectConverged();
    const told = recorded(emulator);
    for (const line of recordsOf(second)) expect(told).toContainEqual(line);
    const lost = recordsOf(output);
    // So were the changes that it made.
    const changed = new Set(togglesOf(output).map(({ flowLogId }) => flowLogId));
    for (const { action, params } of emulator.requests.slice(0, before)) {
      if (isToggle(action)) expect(changed).toContain(params.FlowLogId);
    }
    // What it knew was printed before it was sent.
    if (isTheOne('PutLogs', 1, 0)) expect(lost).toHaveLength(6);
    for (const line of lost) {
      expect(told.some((each) => each.runId === line.runId)).toBe(when === 'after');
    }
    expect(leaksIn(output + second)).toEqual([]);
  });

  it('that runs twice at once changes nothing twice', async () => {
    const { emulator, start } = await startForBuilt();
    // Both have seen everything before anything changes.
    const { expectConverged } = watching(emulator, ({ action }) =>
      isToggle(action) ? { kind: 'delay', ms: 200 } : undefined,
    );
    const outputs = await Promise.all([start().ended, start().ended]);
    for (const output of outputs) expect(endOf(output)).toMatchObject({ answer: { ok: true } });
    expectConverged();
    const tokens = emulator.requests.flatMap(({ params }) => params.ClientToken ?? []);
    expect(new Set(tokens).size).toBeGreaterThanOrEqual(PRODUCT === 'cen' ? 4 : 0);
    expect(new Set(recorded(emulator).map(({ runId }) => runId)).size).toBe(2);
  });

  it('ends inside its four seconds of real time when a region and SLS do not answer', async () => {
    const { emulator, start } = await startForBuilt();
    watching(emulator, ({ action, params }) =>
      action === 'PutLogs' || params.RegionId === 'cn-hangzhou'
        ? { kind: 'hang', when: 'before' }
        : undefined,
    );
    const output = await start(4).ended;
    const end = endOf(output);
    expect(end?.tookMs).toBeLessThan(4_000);
    expect(end?.error).toMatch(/^ReconcileFailed: .*3 of 5 flow logs failed.*RequestTimeout.*not recorded/);
    const outcomes = recordsOf(output).flatMap(({ flowLogId, outcome }) =>
      flowLogId ? [`${flowLogId} ${outcome}`] : [],
    );
    expect(outcomes).toEqual([
      'to-activate failed',
      'to-deactivate confirmed',
      'neighbour failed',
      'retail confirmed',
      'right failed',
    ]);
  });
});
