import { expect, test } from 'vitest';
import { createAccessKeys } from '../../lib/emulator/access-keys.ts';

const HALF_HOUR = 30 * 60_000;

test('a nonce can be used again after half an hour, and by another key at once', () => {
  let now = 0;
  const keys = createAccessKeys(() => now);
  expect(keys.useNonce('a', 'n')).toBe(true);
  expect(keys.useNonce('b', 'n')).toBe(true);
  now = HALF_HOUR - 1;
  expect(keys.useNonce('a', 'n')).toBe(false);
  now = HALF_HOUR;
  expect(keys.useNonce('a', 'n')).toBe(true);
  expect(keys.useNonce('a', 'n')).toBe(false);
});

test('young nonces are remembered however many there are', () => {
  let now = 0;
  const keys = createAccessKeys(() => now);
  for (let n = 0; n < 60_000; n++) {
    now = n;
    keys.useNonce('a', String(n));
  }
  expect(keys.useNonce('a', '0')).toBe(false);
  now = HALF_HOUR + 10;
  expect(keys.useNonce('a', '11')).toBe(false);
  expect(keys.useNonce('a', '10')).toBe(true);
});
