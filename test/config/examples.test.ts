import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { commandLine } from '../support/command-line.ts';

const folder = resolve(import.meta.dirname, '../../examples');
const examples = readdirSync(folder);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-23T00:00:00Z') });
  return () => vi.useRealTimers();
});

it('there is an example for each question', () => {
  expect(examples).toEqual(
    expect.arrayContaining([
      'flow-logs.yaml',
      'many-accounts.yaml',
      'office-hours-china.yaml',
      'sampling.yaml',
      'selectors.yaml',
    ]),
  );
});

it.each(examples)('%s is valid, with nothing to warn of but years not announced yet', async (example) => {
  const { status, out, err } = await commandLine([
    'validate',
    '--strict',
    '--config',
    resolve(folder, example),
  ]);
  const warnings = out.split('\n').filter((line) => line.startsWith('warning: '));
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(warnings.filter((warning) => !/ does not know 20\d\d: /.test(warning))).toEqual([]);
});

it.each(examples)('the schedules of %s capture something in two months', async (example) => {
  const args = ['preview', '--json', '--from', '2026-11-23', '--to', '2027-01-23'];
  const { status, out } = await commandLine([...args, '--config', resolve(folder, example)]);
  expect(status).toBe(0);
  const schedules: Record<string, { activeSeconds: number }> = JSON.parse(out).schedules;
  for (const [name, { activeSeconds }] of Object.entries(schedules)) {
    expect({ name, isActive: activeSeconds > 0 }).toEqual({ name, isActive: true });
  }
});
