import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { guarded } from '../../lib/tool/io.ts';
import { withProgress } from '../../lib/tool/progress.ts';

const io = guarded({ env: {}, out: () => {}, err: () => {}, isTerminal: true, columns: 80 });

/** Done after so long. */
const work = (ms: number) => new Promise<string>((resolve) => setTimeout(() => resolve('done'), ms));

function written(): string {
  const calls = [
    ...vi.mocked(process.stderr.write).mock.calls,
    ...vi.mocked(process.stdout.write).mock.calls,
  ];
  return calls.map(([text]) => String(text)).join('');
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test('what takes no second says nothing', async () => {
  const result = withProgress(io, 'Reading flow logs', work(999));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await result).toBe('done');
  expect(written()).toBe('');
});

test('what takes longer is told on standard error once the second is over, and no more when it has ended', async () => {
  const result = withProgress(io, 'Reading flow logs', work(3_000));
  await vi.advanceTimersByTimeAsync(999);
  expect(written()).toBe('');
  await vi.advanceTimersByTimeAsync(500);
  expect(written()).toContain('Reading flow logs');
  expect(process.stdout.write).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await result).toBe('done');
  expect(vi.getTimerCount()).toBe(0);
});

test('nothing is said where nobody watches, however long it takes', async () => {
  const result = withProgress({ ...io, isTerminal: false }, 'Reading flow logs', work(60_000));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await result).toBe('done');
  expect(written()).toBe('');
});

test('a failure comes through, and ends what is said', async () => {
  const failing = work(2_000).then(() => {
    throw new Error('no');
  });
  const result = withProgress(io, 'Reading flow logs', failing);
  const refused = expect(result).rejects.toThrow('no');
  await vi.advanceTimersByTimeAsync(2_000);
  await refused;
  expect(vi.getTimerCount()).toBe(0);
});
