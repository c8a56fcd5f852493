import { describe, expect, it } from 'vitest';
import { CloudError } from '../../lib/reconcile/cloud-error.ts';
import { foundElsewhere, readStatus, todoFor } from '../../lib/reconcile/plan.ts';
import { failureOf } from '../../lib/reconcile/report.ts';
import type { Target } from '../../lib/reconcile/targets.ts';
import { CALL } from '../support/cloud-call.ts';
import { entryOf, flowLogOf } from '../support/entries.ts';

const targetOf = (...entry: Parameters<typeof entryOf>): Target => ({
  entry: entryOf(...entry),
  selectors: [],
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
    const { isTransient } = flowLogOf({ status });
    expect(readStatus({ status, isTransient })).toBe(settled);
  });
});

describe('todoFor', () => {
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
    expect(todoFor(targetOf(), flowLogOf({ status }), desired)).toMatchObject(step);
  });

  it.each([
    ['the same', 'cen-1', 'cen-1', 'change'],
    ['none in the config', null, 'cen-1', 'change'],
    ['none told by CEN', 'cen-1', null, 'change'],
    ['none at all', null, null, 'change'],
    ['another one', 'cen-1', 'cen-2', 'fail'],
  ] as const)('with CEN instances that are %s', (_name, configured, told, kind) => {
    const step = todoFor(targetOf({ cenId: configured }), flowLogOf({ cenId: told }), 'Inactive');
    expect(step.kind).toBe(kind);
    if (step.kind === 'fail') expect(step.failure).toMatchObject({ code: 'CenMismatch', requestId: null });
  });

  it.each([
    ['the same', 'cn-hangzhou', 'change'],
    ['not told by CEN', '', 'change'],
    ['another one', 'cn-shanghai', 'fail'],
  ] as const)('with a region that is %s', (_name, regionId, kind) => {
    const step = todoFor(targetOf({ regionId: 'cn-hangzhou' }), flowLogOf({ regionId }), 'Inactive');
    expect(step.kind).toBe(kind);
    if (step.kind !== 'fail') return;
    expect(step.failure).toEqual({
      code: 'RegionMismatch',
      message: 'a lies in cn-shanghai, the config says cn-hangzhou; correct regionId',
      requestId: null,
    });
  });

  it.each([
    [null, 'CEN lists no flow log a in cn-hangzhou;'],
    ['cen-1', 'CEN lists no flow log a in cn-hangzhou and cen-1;'],
  ])('fails for what is not listed (cenId %s)', (cenId, message) => {
    expect(todoFor(targetOf({ cenId }), null, 'Active')).toMatchObject({
      kind: 'fail',
      failure: { code: 'FlowLogNotFound', message: expect.stringContaining(message), requestId: null },
    });
  });

  it('fails for what could not be read, with the reason', () => {
    const error = new CloudError('not yours', {
      ...CALL,
      code: 'NoPermission',
      again: 'never',
      requestId: 'r-1',
    });
    expect(todoFor(targetOf(), error, 'Active')).toEqual({ kind: 'fail', failure: failureOf(error) });
    expect(failureOf(error)).toEqual({ code: 'NoPermission', message: 'not yours', requestId: 'r-1' });
  });

  it.each([
    ['right already', flowLogOf({ status: 'Active' })],
    ['to be changed', flowLogOf({ status: 'Inactive' })],
    ['under way', flowLogOf({ status: 'Modifying' })],
    ['not there', null],
  ])('fails for a conflict in the config, also when the flow log is %s', (_name, observed) => {
    const conflict = { code: 'ListedTwice', message: 'twice', requestId: null };
    const step = todoFor({ entry: entryOf(), selectors: [], conflict }, observed, 'Active');
    expect(step).toEqual({ kind: 'fail', failure: conflict });
  });
});

describe('a flow log that is not listed', () => {
  it.each([
    [
      { cenId: 'cen-1' },
      'CEN lists no flow log a in cn-hangzhou and cen-1; correct flowLogId, regionId or cenId',
    ],
    [{ service: 'vpc' }, 'VPC lists no flow log a in cn-hangzhou; correct flowLogId, regionId or vpcId'],
    [
      { service: 'vpc', vpcId: 'vpc-1' },
      'VPC lists no flow log a in cn-hangzhou and vpc-1; correct flowLogId, regionId or vpcId',
    ],
  ] as const)('is told with its product: %j', (entry, message) => {
    const todo = todoFor({ entry: entryOf(entry), selectors: [], conflict: null }, null, 'Active');
    expect(todo).toMatchObject({ failure: { message: `${message}, or remove the entry` } });
  });
});

describe('a flow log that is somewhere else', () => {
  it.each([
    [null, [null], 'it is in cn-shanghai: correct the entry'],
    ['retail', [null], "it is in cn-shanghai of the function's own account: correct the entry"],
    [null, [null, 'retail'], 'it is in cn-shanghai and cn-shanghai of account retail: correct the entry'],
  ] as const)('for an entry of account %s, listed in %j', (account, listed, words) => {
    const places = listed.map((each) => ({ account: each, regionId: 'cn-shanghai' }));
    expect(foundElsewhere(entryOf({ account }), places).message).toBe(
      `CEN lists no flow log a in cn-hangzhou; ${words}`,
    );
  });
});
