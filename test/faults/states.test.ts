import { describe, expect, it } from 'vitest';
import type { FaultHook } from '../../lib/emulator/emulator.ts';
import { check, type Row } from './check.ts';
import type { Cloud } from './cloud.ts';
import { toggleOf } from './faults.ts';

/** A toggle that is accepted, and brings the flow log somewhere else than asked. */
const endingIn =
  (flowLogId: string, during: string, afterMs: number, becomes: string) =>
  ({ emulator }: Cloud): FaultHook =>
  (request) => {
    if (!toggleOf(flowLogId)(request)) return undefined;
    emulator.setStatus(flowLogId, during, { afterMs, becomes });
    return { kind: 'raw', status: 200, body: '{"Success":"true","RequestId":"request-1"}' };
  };

const begins =
  (flowLogId: string, status: string) =>
  ({ emulator }: Cloud) =>
    emulator.setStatus(flowLogId, status);
const FOREVER = Number.POSITIVE_INFINITY;

const ROWS: readonly (readonly [string, Row])[] = [
  ...['Modifying', 'Creating', 'Deleting'].map((status): readonly [string, Row] => [
    `is ${status} already and stays so`,
    {
      arrange: begins('to-activate', status),
      told: { 'to-activate': 'waiting' },
      repair: begins('to-activate', 'Inactive'),
    },
  ]),
  ...['Frozen', 'active', 'INACTIVE', ''].map((status): readonly [string, Row] => [
    `is "${status}", which nobody has heard of`,
    {
      arrange: begins('to-activate', status),
      told: { 'to-activate': 'failed UnknownStatus' },
      repair: begins('to-activate', 'Inactive'),
    },
  ]),
  [
    'stays Modifying',
    {
      fault: endingIn('to-activate', 'Modifying', FOREVER, 'Active'),
      told: { 'to-activate': 'accepted' },
      repair: begins('to-activate', 'Active'),
    },
  ],
  [
    'stays Modifying while it is disabled',
    {
      fault: endingIn('to-deactivate', 'Modifying', FOREVER, 'Inactive'),
      told: { 'to-deactivate': 'accepted' },
      repair: begins('to-deactivate', 'Inactive'),
    },
  ],
  [
    'is still Modifying when the next run comes, and then back where it was',
    {
      fault: endingIn('to-activate', 'Modifying', FOREVER, 'Active'),
      told: { 'to-activate': 'accepted' },
      repair: begins('to-activate', 'Inactive'),
      reverted: { 'to-activate': 1 },
    },
  ],
  [
    'goes back to where it was',
    {
      fault: endingIn('to-activate', 'Modifying', 2_000, 'Inactive'),
      told: { 'to-activate': 'failed NotConfirmed' },
      reverted: { 'to-activate': 1 },
    },
  ],
  [
    'ends in a status never heard of',
    {
      fault: endingIn('to-activate', 'Modifying', 2_000, 'Frozen'),
      told: { 'to-activate': 'failed UnknownStatus' },
      repair: begins('to-activate', 'Inactive'),
    },
  ],
  [
    'takes a status in between that nobody has heard of',
    {
      fault: endingIn('to-activate', 'Warming', 2_000, 'Active'),
      told: { 'to-activate': 'confirmed' },
    },
  ],
  ['takes as long as a run waits', { fault: endingIn('to-activate', 'Modifying', 100_000, 'Active') }],
];

describe('a flow log that', () => {
  it.each(ROWS)('%s is told as it is, and the others are right', async (_, row) => {
    const { first } = await check(row);
    expect(first.recorded).toHaveLength(6);
  });

  it('vanishes while it changes is told to have vanished', async () => {
    const vanish =
      ({ emulator }: Cloud): FaultHook =>
      (request) => {
        if (!toggleOf('to-activate')(request)) return undefined;
        emulator.removeFlowLog('to-activate');
        return { kind: 'raw', status: 200, body: '{"Success":"true"}' };
      };
    const again = { flowLogId: 'to-activate', regionId: 'cn-hangzhou', cenId: 'cen-1', status: 'Inactive' };
    await check({
      fault: vanish,
      told: { 'to-activate': 'failed FlowLogNotFound' },
      says: /not listed any more after ActiveFlowLog; was it deleted meanwhile/,
      repair: ({ emulator }) => emulator.addFlowLog('1234567890123456', again),
    });
  });
});
