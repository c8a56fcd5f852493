import { describe, expect, it } from 'vitest';
import { failureOf, planStep, readStatus, resolveTargets, type Target } from '../../lib/reconcile/plan.ts';
import { CallError } from '../../lib/reconcile/ports.ts';
import { groupByListing } from '../../lib/reconcile/reconcile.ts';
import { entryOf, flowLogOf, scheduleNamed } from '../support/entries.ts';

const targetOf = (...entry: Parameters<typeof entryOf>): Target => ({
  entry: entryOf(...entry),
  conflict: null,
});

describe('readStatus', () => {
  it.each([
    ['Active', 'Active'],
    ['Inactive', 'Inactive'],
    ['Modifying', 'transient'],
    ['Creating', 'transient'],
    ['Deleting', 'transient'],
    ['active', 'unknown'],
    ['ACTIVE', 'unknown'],
    ['Disabled', 'unknown'],
    ['', 'unknown'],
  ])('takes "%s" for %s', (status, settled) => {
    expect(readStatus(status)).toBe(settled);
  });
});

describe('planStep', () => {
  it.each([
    ['Active', 'Active', { kind: 'none', outcome: 'unchanged' }],
    ['Inactive', 'Inactive', { kind: 'none', outcome: 'unchanged' }],
    ['Inactive', 'Active', { kind: 'change', action: 'activate' }],
    ['Active', 'Inactive', { kind: 'change', action: 'deactivate' }],
    ['Modifying', 'Active', { kind: 'none', outcome: 'waiting' }],
    ['Modifying', 'Inactive', { kind: 'none', outcome: 'waiting' }],
    ['Creating', 'Active', { kind: 'none', outcome: 'waiting' }],
    ['Deleting', 'Inactive', { kind: 'none', outcome: 'waiting' }],
    ['Frozen', 'Active', { kind: 'fail', failure: { code: 'UnknownStatus' } }],
    ['', 'Inactive', { kind: 'fail', failure: { code: 'UnknownStatus' } }],
  ] as const)('for "%s" that should be %s', (status, desired, step) => {
    expect(planStep(targetOf(), flowLogOf({ status }), desired)).toMatchObject(step);
  });

  it.each([
    ['the same', 'cen-1', 'cen-1', 'change'],
    ['none in the config', null, 'cen-1', 'change'],
    ['none told by CEN', 'cen-1', null, 'change'],
    ['none at all', null, null, 'change'],
    ['another one', 'cen-1', 'cen-2', 'fail'],
  ] as const)('with CEN instances that are %s', (_name, configured, told, kind) => {
    const step = planStep(targetOf({ cenId: configured }), flowLogOf({ cenId: told }), 'Inactive');
    expect(step.kind).toBe(kind);
    if (step.kind === 'fail') expect(step.failure).toMatchObject({ code: 'CenMismatch', requestId: null });
  });

  it.each([
    [null, 'CEN lists no flow log a in cn-hangzhou;'],
    ['cen-1', 'CEN lists no flow log a in cn-hangzhou and cen-1;'],
  ])('fails for what is not listed (cenId %s)', (cenId, message) => {
    expect(planStep(targetOf({ cenId }), null, 'Active')).toMatchObject({
      kind: 'fail',
      failure: { code: 'FlowLogNotFound', message: expect.stringContaining(message), requestId: null },
    });
  });

  it('fails for what could not be read, with the reason', () => {
    const error = new CallError('not yours', { code: 'NoPermission', disposition: 'fail', requestId: 'r-1' });
    expect(planStep(targetOf(), error, 'Active')).toEqual({ kind: 'fail', failure: failureOf(error) });
    expect(failureOf(error)).toEqual({ code: 'NoPermission', message: 'not yours', requestId: 'r-1' });
  });

  it.each([
    ['right already', flowLogOf({ status: 'Active' })],
    ['to be changed', flowLogOf({ status: 'Inactive' })],
    ['under way', flowLogOf({ status: 'Modifying' })],
    ['not there', null],
  ])('fails for a conflict in the config, also when the flow log is %s', (_name, observed) => {
    const conflict = { code: 'ListedTwice', message: 'twice', requestId: null };
    const step = planStep({ entry: entryOf(), conflict }, observed, 'Active');
    expect(step).toEqual({ kind: 'fail', failure: conflict });
  });
});

describe('resolveTargets', () => {
  it('is empty without entries', () => {
    expect(resolveTargets([])).toEqual([]);
  });

  it('has every flow log once, in the order of first mention', () => {
    const [a, b, again] = [
      entryOf(),
      entryOf({ flowLogId: 'b' }),
      entryOf({ schedule: scheduleNamed('night') }),
    ];
    const targets = resolveTargets([b, a, again]);
    expect(targets.map(({ entry }) => entry)).toEqual([b, a]);
    expect(targets.map(({ conflict }) => conflict?.code)).toEqual([undefined, 'ListedTwice']);
    expect(targets[1]?.conflict?.message).toBe(
      'a is listed 2 times (schedules "office-hours", "night"), so it is left as it is; keep one entry',
    );
  });

  it('takes the same entry twice for a conflict too', () => {
    expect(resolveTargets([entryOf(), entryOf(), entryOf()])).toMatchObject([
      { conflict: { message: expect.stringMatching(/^a is listed 3 times/) } },
    ]);
  });
});

describe('groupByListing', () => {
  const groups = (...entries: Parameters<typeof entryOf>[0][]) =>
    groupByListing(entries.map((entry) => targetOf(entry))).map(({ account, scope, targets }) => ({
      account,
      scope,
      ids: targets.map(({ entry }) => entry.flowLogId),
    }));

  it('makes one listing for each account and region', () => {
    expect(
      groups(
        { flowLogId: 'a' },
        { flowLogId: 'b', regionId: 'cn-shanghai' },
        { flowLogId: 'c' },
        { flowLogId: 'd', account: 'retail' },
      ),
    ).toEqual([
      { account: null, scope: { regionId: 'cn-hangzhou' }, ids: ['a', 'c'] },
      { account: null, scope: { regionId: 'cn-shanghai' }, ids: ['b'] },
      { account: 'retail', scope: { regionId: 'cn-hangzhou' }, ids: ['d'] },
    ]);
  });

  it.each([
    ['the same one', ['cen-1', 'cen-1'], { regionId: 'cn-hangzhou', cenId: 'cen-1' }],
    ['different ones', ['cen-1', 'cen-2'], { regionId: 'cn-hangzhou' }],
    ['one here and none there', ['cen-1', null], { regionId: 'cn-hangzhou' }],
    ['none', [null, null], { regionId: 'cn-hangzhou' }],
  ])('narrows it to a CEN instance when every entry names %s', (_name, cenIds, scope) => {
    expect(groups(...cenIds.map((cenId, index) => ({ flowLogId: `${index}`, cenId })))).toMatchObject([
      { scope },
    ]);
  });

  it('makes none without flow logs', () => {
    expect(groups()).toEqual([]);
  });
});
