import { expect, test } from 'vitest';
import { checkClock } from '../../../lib/tool/doctor/checks/clock.ts';
import type { Exchange } from '../../../lib/tool/doctor/exchanges.ts';
import { observations, told } from '../../support/observations.ts';

const NOW = Date.parse('2026-11-23T00:00:10Z');
const S = 1_000;

/** An exchange with a server whose clock is ahead of ours, as its header tells it. */
const exchange = (aheadMs: number, elapsedMs = 0, host = 'cbn.aliyuncs.com') => ({
  host,
  action: null,
  sentAt: NOW,
  elapsedMs,
  date: Math.floor((NOW + elapsedMs / 2 + aheadMs) / S) * S,
});

const clock = (exchanges: readonly Exchange[]) => checkClock(observations({ exchanges })).map(told).join();

test.each([
  [0, 'ok: within 1 s of cbn.aliyuncs.com'],
  [999, 'ok: within 1 s of cbn.aliyuncs.com'],
  [-5 * S, 'ok: within 5 s of'],
  [59 * S, 'ok: within 60 s of'],
  [62 * S, 'warn: 63 s behind cbn.aliyuncs.com → set the clock'],
  [-62 * S, 'warn: 62 s ahead of cbn.aliyuncs.com → set the clock'],
  [14 * 60 * S, 'warn: 14 min behind'],
  [16 * 60 * S, 'fail: 16 min behind cbn.aliyuncs.com: every signature is refused → set the clock'],
  [-20 * 60 * S, 'fail: 20 min ahead of'],
])('a server that is %i ms ahead: %s', (aheadMs, expected) => {
  expect(clock([exchange(aheadMs)])).toContain(expected);
});

test('the answer that came fastest is believed', () => {
  expect(clock([exchange(-90 * S, 9_000, 'slow'), exchange(0, 20, 'fast')])).toContain(
    'ok: within 1 s of fast',
  );
});

test('half of the time that an answer took is not counted as skew', () => {
  expect(clock([exchange(0, 8_000)])).toContain('ok: within 1 s');
});

test('without a date nothing is said', () => {
  expect(clock([{ ...exchange(0), date: null }])).toBe(
    'skip: no answer had a date → see credentials and endpoints first',
  );
});
