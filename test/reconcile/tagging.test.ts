import { describe, expect, it } from 'vitest';
import type { TaggedChange, Tagging } from '../../lib/reconcile/change.ts';
import { CloudError } from '../../lib/reconcile/cloud-error.ts';
import type { Override } from '../../lib/reconcile/override.ts';
import type { FlowLog } from '../../lib/reconcile/ports.ts';
import { asConfirmed, endOfTagging, isConfirmed } from '../../lib/reconcile/tagging.ts';
import { CALL } from '../support/cloud-call.ts';
import { entryOf, flowLogOf } from '../support/entries.ts';

const TAG = 'flow-log-scheduler:override';
const VALUE = 'Active until 2026-11-23T12:00:00Z';
const BEFORE = 'Inactive until 2026-11-23T10:00:00Z; by=netops';
const UNTIL = Date.parse('2026-11-23T12:00:00Z');
const wanted: Override = { status: 'Active', until: UNTIL, by: null, reason: null };
const tagged = (value: string | undefined, more: Partial<FlowLog> = {}): FlowLog =>
  flowLogOf({
    status: 'Inactive',
    tags: value === undefined ? { env: 'dev' } : { env: 'dev', [TAG]: value },
    ...more,
  });

const SETTING: Tagging = { wanted, value: VALUE, before: BEFORE, sent: null, confirmedAt: null };
const CLEARING: Tagging = { ...SETTING, wanted: null, value: undefined };

function changeOf(tagging: Tagging, more: Partial<TaggedChange> = {}): TaggedChange {
  return {
    target: { entry: entryOf(), selectors: [], conflict: null },
    before: tagged(BEFORE),
    flowLog: tagged(BEFORE),
    step: {
      wanted: { status: 'Active', reason: 'r', nextTransition: null, override: null },
      todo: { kind: 'change', action: 'activate' },
    },
    ...{ phase: 'tag', tagging: { ...tagging }, intent: null, isRead: true, readAt: 0 },
    ...{ notBefore: 0, deadline: 7, attempts: 0, throttled: 0, unsent: null, unread: null },
    ...more,
  };
}

describe('a reading confirms an override that is set', () => {
  it.each<[string, Tagging, FlowLog | null, boolean]>([
    ['when its tag says the same', SETTING, tagged(VALUE), true],
    ['whoever set it, and why', SETTING, tagged(`${VALUE}; by=other; reason=x`), true],
    ['in whatever zone its end is written', SETTING, tagged('Active until 2026-11-23T20:00:00+08:00'), true],
    ['but not with another end', SETTING, tagged('Active until 2026-11-23T12:00:01Z'), false],
    ['but not with another status', SETTING, tagged('Inactive until 2026-11-23T12:00:00Z'), false],
    ['but not with a tag that is no override', SETTING, tagged('Active'), false],
    ['but not without a tag', SETTING, tagged(undefined), false],
    ['but not where there is no flow log', SETTING, null, false],
    ['when it was to go and has gone', CLEARING, tagged(undefined), true],
    ['but not when it was to go and is there', CLEARING, tagged(BEFORE), false],
    [
      'but not when it was to go and its tags cannot be read',
      CLEARING,
      tagged(undefined, { tags: null }),
      false,
    ],
    ['but not when it was to go and the flow log has gone', CLEARING, null, false],
  ])('%s', (_when, tagging, flowLog, confirmed) => {
    const change = changeOf(tagging, { flowLog });
    expect(isConfirmed(change, 5)).toBe(confirmed);
    expect([change.tagging.confirmedAt, change.deadline]).toEqual(
      confirmed ? [5, Number.POSITIVE_INFINITY] : [null, 7],
    );
  });
});

describe('a replica that shows the tag of before', () => {
  const confirmed = (tagging: Tagging) => changeOf({ ...tagging, confirmedAt: 1_000 });

  it.each([
    ['set', SETTING, { env: 'dev', [TAG]: VALUE }],
    ['cleared', CLEARING, { env: 'dev' }],
  ])('is corrected for three seconds after the override was %s', (_what, tagging, tags) => {
    const change = confirmed(tagging);
    expect(asConfirmed(change, tagged(BEFORE), 4_000)).toStrictEqual({ ...tagged(BEFORE), tags });
    expect(asConfirmed(change, tagged(BEFORE), 4_001)).toEqual(tagged(BEFORE));
  });

  it('is believed where it shows something else, since somebody set that', () => {
    const other = tagged('Inactive until 2026-11-23T15:00:00Z');
    expect(asConfirmed(confirmed(SETTING), other, 1_000)).toBe(other);
  });

  it('is believed as long as nothing is confirmed, and about what the run does not tag', () => {
    expect(asConfirmed(changeOf(SETTING), tagged(BEFORE), 0)).toEqual(tagged(BEFORE));
    expect(asConfirmed({ ...changeOf(SETTING), tagging: null }, tagged(BEFORE), 0)).toEqual(tagged(BEFORE));
  });

  it('is left alone where its tags cannot be read', () => {
    const unreadable = tagged(undefined, { tags: null });
    expect(asConfirmed(confirmed({ ...SETTING, before: undefined }), unreadable, 1_000)).toBe(unreadable);
  });
});

describe('an override that did not show in time', () => {
  const unread = new CloudError('no listing', { ...CALL, code: 'NoList', requestId: 'r-2' });
  const unsure = new CloudError('no answer', {
    ...CALL,
    code: 'RequestTimeout',
    effect: 'unknown',
    requestId: 'r-1',
  });

  it.each<[string, TaggedChange, object]>([
    [
      'without an answer may have been changed',
      changeOf({ ...SETTING, sent: unsure }, { unread }),
      {
        code: 'RequestTimeout',
        message: 'no answer; its override may or may not have been changed; {"action": "status"} tells',
        requestId: 'r-1',
      },
    ],
    [
      'since nothing could be read says so',
      changeOf(SETTING, { unread }),
      {
        code: 'NoList',
        message: 'CEN accepted the override of a, but reading back failed: no listing; try again',
        requestId: 'r-2',
      },
    ],
    [
      'since the run ended says so',
      changeOf(SETTING, { isRead: false }),
      {
        code: 'OverrideNotConfirmed',
        message:
          "CEN accepted the override of a, but the run's time ended before it could be read back; try again",
        requestId: null,
      },
    ],
    [
      'since the flow log has gone says so',
      changeOf(SETTING, { flowLog: null }),
      {
        code: 'FlowLogNotFound',
        message: 'CEN accepted the override of a, but it is not listed any more; was it deleted meanwhile?',
        requestId: null,
      },
    ],
    [
      'says what is there instead',
      changeOf(SETTING),
      {
        code: 'OverrideNotConfirmed',
        message: `CEN accepted the override of a, but tag ${TAG} holds "${BEFORE}" now; try again`,
        requestId: null,
      },
    ],
    [
      'says that nothing is there',
      changeOf(SETTING, { flowLog: tagged(undefined) }),
      {
        code: 'OverrideNotConfirmed',
        message: `CEN accepted the override of a, but there is no tag ${TAG} now; try again`,
        requestId: null,
      },
    ],
    [
      'says so of one that was to be cleared',
      changeOf(CLEARING),
      {
        code: 'OverrideNotConfirmed',
        message: `CEN accepted to clear the override of a, but tag ${TAG} holds "${BEFORE}" now; try again`,
        requestId: null,
      },
    ],
  ])('%s', (_what, change, error) => {
    const result = endOfTagging(change);
    expect(result).toMatchObject({ outcome: 'failed', action: 'none', attempts: 0 });
    expect(result.error).toEqual(error);
    expect(result.status).toBe(change.flowLog?.status ?? null);
  });
});
