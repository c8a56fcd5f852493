import { describe, expect, it } from 'vitest';
import { type Override, readOverrideTag } from '../../lib/reconcile/override.ts';
import { remembering, wantedAt } from '../../lib/reconcile/plan.ts';
import { decide } from '../../lib/schedule/decide.ts';
import type { Schedule } from '../../lib/schedule/types.ts';
import { configOf, withWindow } from '../support/config.ts';
import { flowLogOf, scheduleNamed } from '../support/entries.ts';

const instant = (time: string) => Date.parse(`2026-11-23T${time}+08:00`);
const TAG = 'flow-log-scheduler:override';
const tagged = (value: string) => flowLogOf({ tags: { env: 'dev', [TAG]: value } });

describe('the override tag of a flow log', () => {
  const END = instant('18:00:00');
  const override = { status: 'Active', until: END, by: null, reason: null };

  it.each([
    ['a day before', END - 86_400_000, { kind: 'in-force', override }],
    ['in the last millisecond', END - 1, { kind: 'in-force', override }],
    ['at the exact second', END, { kind: 'expired', override }],
    ['later', END + 1, { kind: 'expired', override }],
  ])('is read %s', (_when, at, reading) => {
    expect(readOverrideTag(tagged('active until 2026-11-23T18:00:00+08:00'), at)).toEqual(reading);
  });

  it('may not be there', () => {
    expect(readOverrideTag(flowLogOf({ tags: { override: 'Active' } }), END)).toEqual({ kind: 'none' });
  });

  it.each(['', 'Active', 'Active until 2026-11-23T18:00:00'])('may be unreadable: %j', (value) => {
    expect(readOverrideTag(tagged(value), END)).toEqual({ kind: 'unreadable', value });
  });
});

const OFFICE: Schedule =
  configOf(withWindow({ days: 'daily', from: '08:00', to: '20:00' })).schedules.get('s') ??
  expect.fail('no schedule');

/** What is wanted at a time of the day, with an override until another. */
function desired(at: string, override: Partial<Override> | null, schedule = OFFICE) {
  const ms = instant(at);
  const full = { status: 'Active', until: ms + 1, by: null, reason: null, ...override } as const;
  return wantedAt(schedule, ms, override === null ? null : full, decide);
}

describe('what a flow log should be', () => {
  it("is the schedule's word without an override", () => {
    expect(desired('09:00:00', null)).toEqual({
      status: 'Active',
      reason: expect.stringContaining('08:00'),
      nextTransition: instant('20:00:00'),
      override: null,
    });
  });

  it("is a person's with one, who is named", () => {
    const override = {
      status: 'Inactive',
      until: instant('12:00:00'),
      by: 'netops',
      reason: 'incident 42',
    } as const;
    expect(desired('09:00:00', override)).toEqual({
      status: 'Inactive',
      reason: 'override by netops until 2026-11-23T12:00:00+08:00: incident 42',
      nextTransition: instant('12:00:00'),
      override,
    });
  });

  it.each<[string, string, Partial<Override>, number | null]>([
    [
      'when the override ends and the schedule wants the other',
      '07:00:00',
      { status: 'Active', until: instant('07:30:00') },
      instant('07:30:00'),
    ],
    [
      'when the schedule does after the end, if it wants the same then',
      '07:00:00',
      { status: 'Active', until: instant('08:30:00') },
      instant('20:00:00'),
    ],
    [
      'when the schedule does next, if the override ends as its window opens',
      '07:00:00',
      { status: 'Active', until: instant('08:00:00') },
      instant('20:00:00'),
    ],
    [
      'when the override ends, if that is as the window closes',
      '09:00:00',
      { status: 'Active', until: instant('20:00:00') },
      instant('20:00:00'),
    ],
    [
      'past the changes of the schedule that the override outlives',
      '09:00:00',
      { status: 'Inactive', until: instant('12:00:00') + 86_400_000 },
      instant('12:00:00') + 86_400_000,
    ],
  ])('changes next %s', (_when, at, override, next) => {
    expect(desired(at, override).nextTransition).toBe(next);
  });

  it('never changes again when the override agrees with a schedule that never does', () => {
    const never = scheduleNamed('never');
    expect(desired('09:00:00', { status: 'Inactive' }, never).nextTransition).toBeNull();
    expect(desired('09:00:00', { status: 'Active' }, never).nextTransition).toBe(instant('09:00:00') + 1);
  });

  it('holds until an end that lies farther ahead than any schedule is worked out', () => {
    const until = Date.parse('9999-12-31T23:59:59Z');
    expect(desired('09:00:00', { until })).toMatchObject({ status: 'Active', nextTransition: until });
    expect(desired('09:00:00', { status: 'Inactive', until }, scheduleNamed('never'))).toMatchObject({
      nextTransition: until,
    });
  });
});

describe('decisions that are remembered', () => {
  const asked: number[] = [];
  const remembered = remembering((schedule, at) => {
    asked.push(at);
    return decide(schedule, at);
  });

  it('are made once until their next transition, and anew from it, before their instant and for a schedule of their own', () => {
    const [other = expect.fail('no schedule')] = configOf(
      withWindow({ days: 'daily', from: '00:00', to: '24:00' }),
    ).schedules.values();
    const times = ['09:00:00', '19:59:59', '09:00:00', '20:00:00', '08:30:00'].map(instant);
    for (const at of times) expect(remembered(OFFICE, at)).toEqual(decide(OFFICE, at));
    for (const at of times) expect(remembered(other, at)).toEqual(decide(other, at));
    expect(asked).toEqual(['09:00:00', '20:00:00', '08:30:00', '09:00:00', '08:30:00'].map(instant));
  });
});
