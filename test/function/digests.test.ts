import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { digestsOf } from '../../lib/function/digests.ts';
import { fcContext, startScheduler } from '../support/scheduler.ts';

function folder(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'digests-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
  return directory;
}

const FILES = { 'index.js': 'handler', 'yaml.js': 'parser', 'flow-logs.yaml': 'timezone: UTC' };
const digests = (files: Readonly<Record<string, string>>) => {
  const directory = folder(files);
  return digestsOf(directory, join(directory, 'flow-logs.yaml'));
};

describe('the digests of what is deployed', () => {
  it('are the same for the same files, wherever they are', () => {
    expect(digests(FILES)).toEqual(digests(FILES));
    expect(digests(FILES)).toEqual({
      code: expect.stringMatching(/^[0-9a-f]{64}$/),
      config: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it.each([
    ['other code', { ...FILES, 'yaml.js': 'parses' }],
    ['another name', { 'index.js': 'handler', 'json.js': 'parser', 'flow-logs.yaml': 'timezone: UTC' }],
    ['a file more', { ...FILES, 'more.js': '' }],
    ['the same text elsewhere', { ...FILES, 'index.js': 'handlerp', 'yaml.js': 'arser' }],
  ])('tell %s', (_, files) => {
    expect(digests(files).code).not.toBe(digests(FILES).code);
    expect(digests(files).config).toBe(digests(FILES).config);
  });

  it('tell another config, and nothing else from it', () => {
    const { code, config } = digests({ ...FILES, 'flow-logs.yaml': 'timezone: Asia/Shanghai' });
    expect(code).toBe(digests(FILES).code);
    expect(config).not.toBe(digests(FILES).config);
  });

  it('are without one for a config that is not there', () => {
    expect(digests({ 'index.js': '' }).config).toBe('');
  });

  it('are answered with a status, and with nothing else', async () => {
    const { handler } = await startScheduler();
    expect(await handler({ action: 'status' }, fcContext())).toMatchObject({
      digests: {
        code: expect.stringMatching(/^[0-9a-f]{64}$/),
        config: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
    expect(await handler({ action: 'reconcile' }, fcContext())).not.toHaveProperty('digests');
  });
});
