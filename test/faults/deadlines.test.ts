import { describe, expect, it } from 'vitest';
import type { FaultHook } from '../../lib/emulator/emulator.ts';
import { check, type Row } from './check.ts';
import { type Cloud, WANTED, WORLD } from './cloud.ts';
import { any, called, failing, HANG, HANG_AFTER, listingOf, toggleOf } from './faults.ts';

const all = (outcome: string) => Object.fromEntries(Object.keys(WANTED).map((id) => [id, outcome]));
const allChanges = (outcome: string) => ({ ...all(outcome), right: 'unchanged' });
const listing = called('DescribeFlowlogs');
const toggles = any(called('ActiveFlowLog'), called('DeactiveFlowLog'));
const LATE = 'failed RequestTimeout';

/** All but the first so many listings of every region get no answer. */
const unreadBack = (): FaultHook => {
  const seen = new Set<string>();
  return (request) => {
    if (!listing(request)) return undefined;
    const region = request.params.RegionId ?? '';
    if (seen.has(region)) return HANG;
    seen.add(region);
    return undefined;
  };
};
const neverSettling = { emulator: { ...WORLD, modifyingMs: Number.POSITIVE_INFINITY } };
const settled = ({ emulator }: Cloud) => {
  for (const [flowLogId, status] of Object.entries(WANTED)) emulator.setStatus(flowLogId, status);
};

/** By the phase in which the function's deadline comes. */
const PHASES: readonly (readonly [string, Row])[] = [
  ['observe, as no region is listed', { fault: failing(listing, HANG), told: all(LATE) }],
  [
    'observe, as one region is not listed',
    {
      fault: failing(listingOf('cn-hangzhou'), HANG),
      told: { 'to-activate': LATE, neighbour: LATE, right: LATE },
    },
  ],
  ['observe, as no role is assumed', { fault: failing(called('AssumeRole'), HANG), told: { retail: LATE } }],
  ['apply, as no change is answered', { fault: failing(toggles, HANG), told: allChanges(LATE) }],
  ['settle, as no change ends', { ...neverSettling, repair: settled, told: allChanges('accepted') }],
  [
    'settle, as nothing is read back',
    { fault: unreadBack, told: allChanges('accepted'), warning: 'could not be read back' },
  ],
  [
    'record, as SLS does not answer',
    { fault: failing(called('PutLogs'), HANG), recording: 'RequestTimeout' },
  ],
  [
    'record, as SLS does not answer after changes that did not end',
    {
      ...neverSettling,
      repair: settled,
      told: allChanges('accepted'),
      fault: failing(called('PutLogs'), HANG),
      recording: 'RequestTimeout',
    },
  ],
  [
    'every phase, as nothing is answered at all',
    { fault: failing(() => true, HANG), told: all(LATE), recording: 'RequestTimeout' },
  ],
];

describe.each([12, 20, 60, 300])(
  'a function that may take %i s ends in time, with what it knows told, when its time ends in',
  (timeoutS) => {
    it.each(PHASES)('%s', async (_, row) => {
      const { first } = await check({ ...row, timeoutS });
      expect(first.tookMs).toBeGreaterThan(3_000);
    });
  },
);

describe('a function that may take three seconds, which is the default of Function Compute', () => {
  const quick = { emulator: { ...WORLD, modifyingMs: 300 }, timeoutS: 3 };
  it('has time for a run in which nothing goes wrong', async () => {
    await check(quick);
  });

  it.each([
    ['apply, with a change of which the answer was lost', failing(toggleOf('to-deactivate'), HANG_AFTER), {}],
    [
      'apply, with a change that got lost',
      failing(toggleOf('to-deactivate'), HANG),
      { 'to-deactivate': LATE },
    ],
    ['observe', failing(listing, HANG), all(LATE)],
  ] as const)('ends in time in %s', async (_, fault, told) => {
    await check({ ...quick, fault, told });
  });

  it('reads back the neighbours of a change that takes all the time', async () => {
    await check({
      ...quick,
      fault: failing(toggleOf('to-activate'), HANG),
      told: { 'to-activate': LATE },
    });
  });
});
