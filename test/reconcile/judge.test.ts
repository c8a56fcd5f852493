import { describe, expect, it } from 'vitest';
import { type Change, type Intent, isUnwanted, type Sending } from '../../lib/reconcile/change.ts';
import { CloudError } from '../../lib/reconcile/cloud-error.ts';
import type { Override } from '../../lib/reconcile/override.ts';
import type { Step } from '../../lib/reconcile/plan.ts';
import { endOf, judge, untouched } from '../../lib/reconcile/settle.ts';
import { CALL } from '../support/cloud-call.ts';
import { entryOf, flowLogOf } from '../support/entries.ts';

const wanted = { status: 'Active', reason: 'r', nextTransition: null, override: null } as const;
const CHANGE: Step = { wanted, todo: { kind: 'change', action: 'activate' } };
const UNREADABLE: Step = {
  wanted,
  todo: { kind: 'fail', failure: { code: 'UnreadableTags', message: 'm', requestId: null } },
};
const error = new CloudError('e', { ...CALL, code: 'X', again: 'later' });

function sent(status: string, last: Sending | null): Change {
  return {
    target: { entry: entryOf(), selectors: [], conflict: null },
    before: flowLogOf({ status: 'Inactive' }),
    flowLog: flowLogOf({ status }),
    step: UNREADABLE,
    phase: 'settle',
    tagging: null,
    intent: {
      ...{ step: CHANGE, action: 'activate', clientToken: 't', sentAt: 0 },
      ...{ last, unanswered: 0, cleared: 0 },
    },
    ...{ isRead: true, readAt: 0, notBefore: 0, deadline: 0, attempts: 1, throttled: 0 },
    ...{ unsent: null, unread: null },
  };
}

describe('a flow log that cannot be planned any more after a call was sent', () => {
  it.each<[Sending, object | string]>([
    [{ kind: 'accepted', requestId: null }, 'settle'],
    [{ kind: 'unanswered', error }, 'settle'],
    [
      { kind: 'refused', error },
      { outcome: 'failed', error: { code: 'UnreadableTags' } },
    ],
  ])('while its status is the old one: %j', (last, verdict) => {
    const found = judge(sent('Inactive', last), false, 0, 0);
    if (typeof verdict === 'string') expect(found).toBe(verdict);
    else expect(found).toMatchObject(verdict);
  });

  it('is confirmed once its status is the one that was sent', () => {
    const last = { kind: 'accepted', requestId: null } as const;
    expect(judge(sent('Active', last), false, 5, 0)).toMatchObject({ outcome: 'confirmed', settleMs: 5 });
  });

  it('fails where nothing was sent but throttled calls', () => {
    expect(judge(sent('Inactive', null), false, 0, 0)).toMatchObject({ outcome: 'failed' });
  });
});

const ACCEPTED = { kind: 'accepted', requestId: 'r-1' } as const;
const REFUSED = { kind: 'refused', error } as const;
const UNANSWERED = { kind: 'unanswered', error } as const;
const unread = new CloudError('no listing', { ...CALL, code: 'NoList', requestId: 'r-2' });
const throttled = new CloudError('slow down', { ...CALL, code: 'Throttling.User' });

const nothing = (outcome: 'unchanged' | 'waiting', reason = 'by the schedule'): Step => ({
  wanted: { ...wanted, status: 'Inactive', reason },
  todo: { kind: 'none', outcome },
});

/** A change by what was sent last; null before anything was sent. */
function changeOf(last: Sending | null, more: Partial<Change> = {}): Change {
  const change = { ...sent('Inactive', last), step: CHANGE, ...more };
  return last === null && more.intent === undefined ? { ...change, intent: null } : change;
}

const intentOf = (last: Sending | null, more: Partial<Intent> = {}): Intent => ({
  ...{ step: CHANGE, action: 'activate', clientToken: 't', sentAt: 0, unanswered: 0, cleared: 0 },
  last,
  ...more,
});

const none = { action: 'none', error: null, doubt: null } as const;
const did = { action: 'activate', error: null, doubt: null } as const;

describe('a change for which there is no more time', () => {
  it.each<[string, Change, number, object]>([
    [
      'was not sent at all',
      changeOf(null),
      0,
      {
        outcome: 'failed',
        action: 'activate',
        status: 'Inactive',
        error: {
          code: 'OutOfTime',
          message:
            "a: the run's time ended before it could be changed; the next run takes it up. " +
            "If this repeats, raise the function's timeout",
          requestId: null,
        },
      },
    ],
    ['was throttled', changeOf(null, { unsent: throttled }), 0, { error: { code: 'Throttling.User' } }],
    [
      'was throttled, and could not be read since',
      changeOf(null, { unsent: throttled, unread }),
      0,
      { error: { code: 'NoList', message: 'no listing', requestId: 'r-2' } },
    ],
    [
      'is not needed any more',
      changeOf(null, { step: nothing('unchanged') }),
      0,
      { ...none, outcome: 'unchanged' },
    ],
    [
      'cannot be planned',
      changeOf(null, { step: UNREADABLE, isRead: false }),
      0,
      { outcome: 'failed', action: 'none', status: 'Inactive', error: { code: 'UnreadableTags' } },
    ],
    [
      'was throttled before it ever got through',
      changeOf(null, { intent: intentOf(null), unsent: throttled, isRead: false }),
      0,
      { outcome: 'failed', action: 'activate', status: 'Inactive', error: { code: 'Throttling.User' } },
    ],
    [
      'was refused, and waits for another one now',
      changeOf(REFUSED, { step: nothing('waiting') }),
      0,
      { ...none, outcome: 'waiting', status: 'Inactive' },
    ],
    [
      'waits for another one',
      changeOf(null, { step: nothing('waiting') }),
      0,
      { ...none, outcome: 'waiting' },
    ],
    [
      'was refused, and is not needed any more',
      changeOf(REFUSED, { step: nothing('unchanged') }),
      0,
      { ...none, outcome: 'unchanged', status: 'Inactive' },
    ],
    [
      'was refused, and is changed by somebody else',
      changeOf(REFUSED, { flowLog: flowLogOf({ status: 'Modifying' }), step: nothing('waiting') }),
      0,
      { ...none, outcome: 'waiting', status: 'Modifying', desired: 'Inactive' },
    ],
    [
      'was refused after it had not been answered, and is under way',
      changeOf(REFUSED, {
        ...{ flowLog: flowLogOf({ status: 'Modifying' }), step: nothing('waiting') },
        intent: intentOf(REFUSED, { unanswered: 1 }),
      }),
      0,
      { ...did, outcome: 'accepted', status: 'Modifying', desired: 'Active' },
    ],
    [
      'ended in an error of the service, and is under way',
      changeOf(
        { kind: 'refused', error: new CloudError('e', { ...CALL, code: 'InternalError', httpStatus: 500 }) },
        { flowLog: flowLogOf({ status: 'Modifying' }), step: nothing('waiting') },
      ),
      0,
      { ...did, outcome: 'accepted', status: 'Modifying', desired: 'Active' },
    ],
    ['was refused', changeOf(REFUSED), 0, { outcome: 'failed', action: 'activate', error: { code: 'X' } }],
    [
      'is under way',
      changeOf(ACCEPTED, { flowLog: flowLogOf({ status: 'Modifying' }) }),
      0,
      { ...did, outcome: 'accepted', status: 'Modifying', desired: 'Active' },
    ],
    [
      'was sent, was under way before that, and was not read since',
      changeOf(ACCEPTED, { flowLog: flowLogOf({ status: 'Modifying' }), isRead: false, deadline: 9 }),
      8,
      { ...did, outcome: 'accepted', status: null, doubt: expect.stringContaining('was still Modifying') },
    ],
    [
      'was undone by somebody, and is not wanted any more',
      changeOf(ACCEPTED, { step: nothing('unchanged', 'its window has ended') }),
      0,
      {
        ...none,
        outcome: 'unchanged',
        desired: 'Inactive',
        doubt:
          'ActiveFlowLog was sent, but is not wanted any more, and had no effect that lasted (its window has ended)',
      },
    ],
    [
      'is not wanted any more, which nothing was read about since it was sent',
      changeOf(UNANSWERED, { step: nothing('unchanged'), isRead: false }),
      0,
      { outcome: 'failed', status: null, error: { code: 'X' } },
    ],
    ['was not answered', changeOf(UNANSWERED), 0, { outcome: 'failed', error: { code: 'X' } }],
    [
      'could not be read back',
      changeOf(ACCEPTED, { isRead: false, unread }),
      0,
      {
        ...did,
        outcome: 'accepted',
        status: null,
        doubt: 'ActiveFlowLog was accepted, but could not be read back: no listing',
      },
    ],
    [
      'is about a flow log that has gone',
      changeOf(ACCEPTED, { flowLog: null }),
      0,
      {
        outcome: 'failed',
        status: null,
        error: {
          code: 'FlowLogNotFound',
          message: 'a was not listed any more after ActiveFlowLog; was it deleted meanwhile?',
          requestId: null,
        },
      },
    ],
    [
      'is about a flow log that cannot be planned any more',
      changeOf(ACCEPTED, { step: UNREADABLE }),
      0,
      { outcome: 'failed', action: 'activate', error: { code: 'UnreadableTags' } },
    ],
    [
      'had a moment left to show',
      changeOf(ACCEPTED, { deadline: 9 }),
      8,
      {
        ...did,
        outcome: 'accepted',
        doubt: "ActiveFlowLog was accepted, but was still Inactive when the run's time ended",
      },
    ],
    [
      'had no effect in time',
      changeOf(ACCEPTED, { deadline: 9 }),
      9,
      {
        outcome: 'failed',
        action: 'activate',
        error: {
          code: 'NotConfirmed',
          message:
            'CEN accepted ActiveFlowLog for a, but it is still Inactive and did not change in time; ' +
            'the next run tries again. If it stays so, look at the flow log in the CEN console',
          requestId: 'r-1',
        },
      },
    ],
  ])('and that %s', (_what, change, now, result) => {
    expect(endOf(change, now)).toMatchObject(result);
  });

  it('names the call that disables a flow log by its own name', () => {
    const change = changeOf(ACCEPTED, { isRead: false, unread });
    if (change.intent === null) throw new Error('nothing was sent');
    const { doubt } = endOf({ ...change, intent: { ...change.intent, action: 'deactivate' } }, 0);
    expect(doubt).toBe('DeactiveFlowLog was accepted, but could not be read back: no listing');
  });
});

describe('a reading of a change', () => {
  const HELD = { status: 'Active', until: 100, by: null, reason: null } as const;
  const by = (override: Override | null, status: 'Active' | 'Inactive' = 'Inactive'): Step => ({
    wanted: { ...wanted, status, override },
    todo: { kind: 'change', action: status === 'Active' ? 'activate' : 'deactivate' },
  });
  const active = flowLogOf({ status: 'Active' });
  const changing = flowLogOf({ status: 'Modifying' });

  it('throttled alone, and as wanted by somebody else, is unchanged', () => {
    const change = changeOf(null, { intent: intentOf(null), flowLog: active, step: nothing('unchanged') });
    expect(judge(change, false, 0, 0)).toMatchObject({
      outcome: 'unchanged',
      action: 'none',
      status: 'Active',
    });
  });

  it.each<[string, Change, string]>([
    ['still wanted and not sent yet is sent', changeOf(null), 'send'],
    ['throttled alone is sent', changeOf(null, { intent: intentOf(null) }), 'send'],
    ['refused is sent again', changeOf(REFUSED), 'send'],
    ['accepted is read again, since a replica may lag', changeOf(ACCEPTED), 'settle'],
    ['that shows nothing after it was sent is read again', changeOf(ACCEPTED, { flowLog: null }), 'settle'],
    ['under way is read again', changeOf(ACCEPTED, { flowLog: changing }), 'settle'],
    [
      'not answered twice is sent again',
      changeOf(null, { intent: intentOf(UNANSWERED, { unanswered: 2 }) }),
      'send',
    ],
    [
      'not answered three times is only read',
      changeOf(null, { intent: intentOf(UNANSWERED, { unanswered: 3 }) }),
      'settle',
    ],
    [
      'not answered and not wanted any more is only read',
      changeOf(UNANSWERED, { step: nothing('unchanged') }),
      'settle',
    ],
    [
      'as sent, against an override that was set since, is undone',
      changeOf(ACCEPTED, { flowLog: active, step: by({ ...HELD, status: 'Inactive' }) }),
      'send',
    ],
    [
      'as sent for an override, against another one with another end, is undone',
      changeOf(null, {
        flowLog: active,
        intent: intentOf(ACCEPTED, { step: by(HELD, 'Active') }),
        step: by({ ...HELD, status: 'Inactive', until: 200 }),
      }),
      'send',
    ],
  ])('that is %s', (_what, change, phase) => {
    expect(judge(change, false, 0, 50)).toBe(phase);
  });

  it('that shows the change of somebody else is waited for only where a person waits', () => {
    const change = changeOf(null, { flowLog: changing, step: nothing('waiting') });
    expect(judge(change, true, 0, 0)).toBe('settle');
    expect(judge(change, false, 0, 0)).toMatchObject({ outcome: 'waiting' });
  });

  it('that shows no flow log before anything was sent ends it', () => {
    expect(judge(changeOf(null, { flowLog: null, step: UNREADABLE }), false, 0, 0)).toMatchObject({
      outcome: 'failed',
      status: null,
    });
  });

  it('as sent is its confirmation, with the time since the first sending in whole milliseconds', () => {
    const change = changeOf(null, { flowLog: active, intent: intentOf(ACCEPTED, { sentAt: 2.4 }) });
    expect(judge(change, false, 10, 0)).toMatchObject({ ...did, outcome: 'confirmed', settleMs: 8 });
  });

  it('as sent is no confirmation where the override of then was cleared: the second undoes it', () => {
    const intent = intentOf(ACCEPTED, { step: by(HELD, 'Active') });
    const change = changeOf(null, { flowLog: active, intent, step: by(null) });
    expect(judge(change, false, 0, HELD.until - 1)).toBe('settle');
    expect(judge(change, false, 0, HELD.until - 1)).toBe('send');
  });

  it('as sent is its confirmation once the override of then has ended by itself', () => {
    const intent = intentOf(ACCEPTED, { step: by(HELD, 'Active') });
    const change = changeOf(null, { flowLog: active, intent, step: by(null) });
    expect(judge(change, false, 0, HELD.until)).toMatchObject({ outcome: 'confirmed' });
  });

  it('as it is wanted ends it before anything was sent, and after a refusal', () => {
    for (const last of [null, REFUSED]) {
      const change = changeOf(last, { step: nothing('unchanged') });
      expect(judge(change, false, 0, 0)).toMatchObject({ ...none, outcome: 'unchanged' });
    }
  });

  it.each<[string, Override | null]>([
    ['for an override that still holds', HELD],
    ['for one that was cleared where the schedule wants the same', null],
  ])('as sent %s is its confirmation', (_what, override) => {
    const intent = intentOf(ACCEPTED, { step: by(HELD, 'Active') });
    const step: Step = { wanted: { ...wanted, override }, todo: { kind: 'none', outcome: 'unchanged' } };
    expect(judge(changeOf(null, { flowLog: active, intent, step }), false, 0, 0)).toMatchObject({
      outcome: 'confirmed',
    });
  });

  it('that cannot be planned any more ends it before anything was sent', () => {
    expect(judge(changeOf(null, { step: UNREADABLE }), false, 0, 0)).toMatchObject({
      ...{ outcome: 'failed', action: 'none', error: { code: 'UnreadableTags' } },
    });
  });
});

describe('what was sent', () => {
  it.each<[string, Change, boolean]>([
    [
      'is unwanted when the flow log is to be as it is',
      changeOf(ACCEPTED, { step: nothing('unchanged') }),
      true,
    ],
    ['is not unwanted while the flow log changes', changeOf(ACCEPTED, { step: nothing('waiting') }), false],
    ['is not unwanted while it is wanted', changeOf(ACCEPTED), false],
    ['is not unwanted before it was sent', changeOf(null, { step: nothing('unchanged') }), false],
  ])('%s', (_what, change, unwanted) => {
    expect(isUnwanted(change)).toBe(unwanted);
  });
});

describe('the result of a flow log about which nothing was done', () => {
  const target = { entry: entryOf({ position: 3, account: 'retail' }), selectors: [], conflict: null };
  const flowLog = flowLogOf({ name: 'office', status: 'Inactive' });
  const known = {
    ...{
      position: 3,
      service: 'cen',
      flowLogId: 'a',
      name: 'office',
      regionId: 'cn-hangzhou',
      cenId: 'cen-1',
    },
    ...{ account: 'retail', schedule: 'office-hours', observed: 'Inactive', status: 'Inactive', reason: 'r' },
    ...{ nextTransition: null, override: null, attempts: 0, settleMs: null, doubt: null },
  };

  it.each<[string, Step, object]>([
    ['is planned', CHANGE, { desired: 'Active', action: 'activate', outcome: 'planned', error: null }],
    [
      'is unchanged',
      nothing('unchanged', 'r'),
      { desired: 'Inactive', action: 'none', outcome: 'unchanged', error: null },
    ],
    [
      'is waiting',
      nothing('waiting', 'r'),
      { desired: 'Inactive', action: 'none', outcome: 'waiting', error: null },
    ],
    [
      'has failed',
      UNREADABLE,
      {
        ...{ desired: 'Active', action: 'none', outcome: 'failed' },
        error: { code: 'UnreadableTags', message: 'm', requestId: null },
      },
    ],
  ])('says that it %s, and all that is known', (_what, step, more) => {
    expect(untouched(target, flowLog, step)).toEqual({ ...known, ...more });
  });

  it('says what the config says of one that was not read', () => {
    const named = { ...target, entry: entryOf({ cenId: 'cen-9' }) };
    expect(untouched(named, null, CHANGE)).toMatchObject({
      name: '',
      cenId: 'cen-9',
      observed: null,
      status: null,
    });
    expect(untouched(target, null, CHANGE)).toMatchObject({ cenId: null });
  });
});
