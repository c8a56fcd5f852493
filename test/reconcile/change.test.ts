import { describe, expect, it } from 'vitest';
import { type Change, judge, type Sending } from '../../lib/reconcile/change.ts';
import { CloudError } from '../../lib/reconcile/cloud-error.ts';
import type { Step } from '../../lib/reconcile/plan.ts';
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
