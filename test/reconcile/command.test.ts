import { describe, expect, it } from 'vitest';
import { type Command, overrideEnd, refuseCommand, tooLong } from '../../lib/reconcile/command.ts';
import { formatOverride, MAX_TAG_VALUE_CHARS } from '../../lib/reconcile/override.ts';
import type { Filter } from '../../lib/reconcile/selection.ts';
import { configFile, configOf } from '../support/config.ts';

const AT = Date.parse('2026-11-23T00:00:03.120Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const flowLog = (flowLogId: string) => ({ flowLogId, regionId: 'cn-hangzhou', schedule: 'office-hours' });
const config = configOf(configFile({ flowLogs: ['flowlog-1', 'flowlog-2', 'flowlog-2'].map(flowLog) }));
const selecting = configOf(
  configFile({ flowLogs: [{ select: { regionId: 'cn-hangzhou' }, schedule: 'office-hours' }] }),
);

type OverrideCommand = Extract<Command, { action: 'override' }>;
const override = (parts: Partial<OverrideCommand> = {}): OverrideCommand => ({
  action: 'override',
  status: 'Active',
  end: { kind: 'for', ms: 2 * HOUR },
  flowLogs: 'all',
  by: null,
  reason: null,
  ...parts,
});
/** What picks everything. */
const ANY: Filter = { regionId: null, schedule: null, account: null, tags: {} };
const endingAt = (ms: number) => override({ end: { kind: 'at', ms } });
const lasting = (ms: number) => override({ end: { kind: 'for', ms } });

describe('a command', () => {
  it.each<[string, Command]>([
    ['reconcile', { action: 'reconcile', dryRun: false }],
    ['status', { action: 'status' }],
    ['an override of all', override()],
    ['an override of some', override({ flowLogs: ['flowlog-2', 'flowlog-1', 'flowlog-2'] })],
    ['an override of exactly the longest length', lasting(7 * DAY)],
    ['an override to exactly the latest end', endingAt(AT + 7 * DAY)],
    ['an override that ends in the next millisecond', endingAt(AT + 1)],
    ['an override until the schedule changes', override({ end: { kind: 'next-transition' } })],
    ['clearing all', { action: 'clear-override', flowLogs: 'all' }],
    ['clearing one', { action: 'clear-override', flowLogs: ['flowlog-1'] }],
  ])('is fine as %s', (_what, command) => {
    expect(refuseCommand(command, config, AT)).toBeNull();
  });

  it.each<[string, Command, string]>([
    [
      'an override names a flow log that is not there',
      override({ flowLogs: ['flowlog-1', 'flowlog-l'] }),
      'flowLogIds: the config has no flow log "flowlog-l"; did you mean "flowlog-1"?',
    ],
    [
      'clearing names one, and nothing is like it',
      { action: 'clear-override', flowLogs: ['something else'] },
      'flowLogIds: the config has no flow log "something else"',
    ],
    ['it ends now', endingAt(AT), 'until: lies in the past; an override ends in the future'],
    ['it has ended', endingAt(AT - 1), 'until: lies in the past; an override ends in the future'],
    [
      'it is a second too long',
      lasting(7 * DAY + 1000),
      'the override would be longer than limits.maxOverride, 7d',
    ],
    [
      'it ends a second too late',
      endingAt(AT + 7 * DAY + 1000),
      'the override would be longer than limits.maxOverride, 7d',
    ],
  ])('is refused when %s', (_what, command, problem) => {
    expect(refuseCommand(command, config, AT)).toBe(problem);
  });

  it('is told its own limit', () => {
    const short = configOf(configFile({ limits: { maxOverride: '1h30m' } }));
    expect(refuseCommand(lasting(2 * HOUR), short, AT)).toBe(
      'the override would be longer than limits.maxOverride, 1h30m',
    );
  });

  it('may name any flow log when there are selectors, since only a run knows what they select', () => {
    expect(refuseCommand(override({ flowLogs: ['anything'] }), selecting, AT)).toBeNull();
    expect(refuseCommand(lasting(8 * DAY), selecting, AT)).toContain('limits.maxOverride');
  });
});

describe('flow logs that are selected by what they have in common', () => {
  const ROLE = { roleArn: 'acs:ram::1234567890123456:role/flow-log-scheduler' };
  const many = configOf(
    configFile({
      accounts: { retail: ROLE },
      flowLogs: [
        flowLog('flowlog-1'),
        { ...flowLog('flowlog-2'), regionId: 'cn-shanghai', account: 'retail' },
        { select: { regionId: 'cn-beijing' }, schedule: 'office-hours' },
      ],
    }),
  );
  const by = (filter: Partial<Filter>) => ({ ...ANY, ...filter });

  it.each<[string, Partial<Filter>]>([
    ['a region', { regionId: 'cn-shanghai' }],
    ['the region of a select entry', { regionId: 'cn-beijing' }],
    ['a schedule', { schedule: 'office-hours' }],
    ['an account', { account: 'retail' }],
    ['tags, which only a run can read', { tags: { env: 'prod' } }],
    ['several', { regionId: 'cn-shanghai', schedule: 'office-hours', account: 'retail' }],
  ])('are fine by %s', (_what, filter) => {
    expect(refuseCommand(override({ flowLogs: by(filter) }), many, AT)).toBeNull();
  });

  it.each<[Partial<Filter>, string]>([
    [
      { regionId: 'cn-shangha' },
      'select.regionId: no entry of the config has "cn-shangha"; did you mean "cn-shanghai"?',
    ],
    [{ schedule: 'office' }, 'select.schedule: no entry of the config has "office"'],
    [{ account: 'retial' }, 'select.account: no entry of the config has "retial"; did you mean "retail"?'],
    [{ regionId: 'cn-hangzhou', account: 'retail' }, 'select: no flow log of the config has all of this'],
  ])('are refused by %j', (filter, problem) => {
    expect(refuseCommand({ action: 'clear-override', flowLogs: by(filter) }, many, AT)).toBe(problem);
  });
});

describe('the texts of an override', () => {
  const room = MAX_TAG_VALUE_CHARS - 'Active until 2026-11-23T18:00:00+08:00; by=netops; reason='.length;

  it.each([
    ['letters', 'x'],
    ['Chinese', '网'],
    ['characters of two UTF-16 units', '🚨'],
  ])('may fill the tag to its last character with %s', (_what, character) => {
    const parts = { by: 'netops', reason: character.repeat(room) };
    expect(refuseCommand(override(parts), config, AT)).toBeNull();
    const value = formatOverride({ status: 'Active', until: AT + HOUR - 3_120, ...parts }, config.zone);
    expect([...value]).toHaveLength(128);
  });

  it.each([
    [1, 'by and reason: too long by 1 characters; the tag that keeps the override holds 128'],
    [40, 'by and reason: too long by 40 characters; the tag that keeps the override holds 128'],
  ])('are refused with %i more', (more, problem) => {
    expect(refuseCommand(override({ by: 'netops', reason: '网'.repeat(room + more) }), config, AT)).toBe(
      problem,
    );
  });

  it('fit whatever end they are written with', () => {
    const parts = { by: 'netops', reason: 'x'.repeat(room) };
    for (const end of [
      { kind: 'at', ms: AT + HOUR + 0.25 },
      { kind: 'at', ms: AT + HOUR },
      { kind: 'for', ms: 90_000 },
    ] as const) {
      const until = overrideEnd(end, AT, null);
      expect(refuseCommand(override({ ...parts, end }), config, AT)).toBeNull();
      expect(
        formatOverride({ status: 'Active', until: until ?? Number.NaN, ...parts }, config.zone),
      ).toHaveLength(128);
    }
  });
});

describe('the end of an override', () => {
  it.each<[string, Parameters<typeof overrideEnd>, number | null]>([
    ['a length after now, to the next whole second', [{ kind: 'for', ms: HOUR }, AT, null], AT + HOUR + 880],
    ['exactly a length after a whole second', [{ kind: 'for', ms: HOUR }, AT - 120, null], AT - 120 + HOUR],
    ['the instant that was asked for', [{ kind: 'at', ms: AT - 120 + HOUR }, AT, 5], AT - 120 + HOUR],
    ['the whole second after it', [{ kind: 'at', ms: AT + HOUR }, AT, 5], AT + HOUR + 880],
    ["the schedule's next change", [{ kind: 'next-transition' }, AT, AT + 5 * HOUR], AT + 5 * HOUR],
    ['never, when the schedule never changes', [{ kind: 'next-transition' }, AT, null], null],
  ])('is %s', (_what, args, end) => {
    expect(overrideEnd(...args)).toBe(end);
  });

  it('may be one second past the longest, since lengths are rounded up to whole ones', () => {
    const end = overrideEnd({ kind: 'for', ms: 7 * DAY }, AT, null) ?? Number.NaN;
    expect(end - AT).toBeGreaterThan(7 * DAY);
    expect(tooLong(end - AT, config)).toBeNull();
    expect(tooLong(end + 1000 - AT, config)).not.toBeNull();
  });
});
