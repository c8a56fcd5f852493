import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { compileConfig, compiledPath, digest, writeCompiled } from '../../lib/config/compiled.ts';
import { loadConfigFile, parsePlainJson } from '../../lib/config/load.ts';
import { parseConfig } from '../../lib/config/parse.ts';
import { isKnownZone, NO_CLOCKS, useKnownClocks } from '../../lib/schedule/zone.ts';
import { CONFIG } from '../support/scheduler.ts';

async function fileWith(text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'flow-log-scheduler-load-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, 'flow-logs.yaml');
  await writeFile(file, text);
  return file;
}

describe('a config in JSON', () => {
  it('is read as the YAML parser reads it', async () => {
    const text = JSON.stringify(CONFIG);
    const parsed = parseConfig(text);
    const loaded = await loadConfigFile(await fileWith(text));
    expect(loaded.ok && loaded.config).toEqual(parsed.ok && parsed.config);
    expect(loaded.ok).toBe(true);
  });

  it.each([
    ['a key twice', `{"timezone": "UTC", ${JSON.stringify(CONFIG).slice(1)}`],
    ['a comma too many', JSON.stringify(CONFIG).replace(/}$/, ',}')],
    [
      'an unknown schedule',
      JSON.stringify(CONFIG, null, 2).replace('"schedule": "night"', '"schedule": "nigth"'),
    ],
  ])('with %s is judged by the YAML parser', async (_what, text) => {
    const parsed = parseConfig(text);
    const loaded = await loadConfigFile(await fileWith(text));
    expect(loaded.ok).toBe(parsed.ok);
    expect('issues' in loaded && loaded.issues).toEqual('issues' in parsed && parsed.issues);
  });
});

describe('plain JSON', () => {
  it.each([
    ['{"a": {"b": [1, {"c": "x:y"}]}}', { a: { b: [1, { c: 'x:y' }] } }],
    ['\n {"a\\": \\\\": "\\"b\\":"}', { 'a": \\': '"b":' }],
    ['{}', {}],
  ])('is %s', (text, value) => {
    expect(parsePlainJson(text)).toEqual(value);
  });

  it.each([['{"a": 1, "a": 2}'], ['[{"a": {"b": 1, "b": 1}}]'], ['a: 1'], ['{a: 1}'], ['"text"'], ['']])(
    'is not %s',
    (text) => {
      expect(parsePlainJson(text)).toBeUndefined();
    },
  );
});

describe('what the build compiled', () => {
  const compiled = { ...CONFIG, timezone: 'Europe/Berlin' };
  const timezoneOf = async (file: string) => {
    const loaded = await loadConfigFile(file);
    return loaded.ok && loaded.config.timezone;
  };

  it('is believed while the file is the one that was built', async () => {
    const text = `# YAML\n${JSON.stringify(CONFIG)}`;
    const file = await fileWith(text);
    await writeFile(
      compiledPath(file),
      writeCompiled({ sha256: digest(text), document: compiled, clocks: NO_CLOCKS }),
    );
    expect(await timezoneOf(file)).toBe('Europe/Berlin');
    await writeFile(file, `${text}\n`);
    expect(await timezoneOf(file)).toBe('Asia/Shanghai');
  });

  it('has the clocks of its zones, which are used from then on', async () => {
    onTestFinished(() => useKnownClocks(NO_CLOCKS, ''));
    const text = `# YAML\n${JSON.stringify(CONFIG)}`;
    const parsed = parseConfig(text);
    if (!parsed.ok) expect.fail('the config is valid');
    const compiledNow = compileConfig(text, CONFIG, parsed.config, Date.UTC(2026, 10, 23));
    expect(Object.keys(compiledNow.clocks?.zones ?? {})).toEqual(['Asia/Shanghai']);
    const file = await fileWith(text);
    await writeFile(compiledPath(file), writeCompiled(compiledNow));
    expect(isKnownZone('Asia/Shanghai')).toBe(false);
    expect(await timezoneOf(file)).toBe('Asia/Shanghai');
    expect(isKnownZone('Asia/Shanghai')).toBe(true);
    await writeFile(file, `${text}\n`);
    await timezoneOf(file);
    expect(isKnownZone('Asia/Shanghai')).toBe(true);
    await rm(compiledPath(file));
    await timezoneOf(file);
    expect(isKnownZone('Asia/Shanghai')).toBe(false);
  });

  it('is not believed when a character of it is another one', async () => {
    onTestFinished(() => useKnownClocks(NO_CLOCKS, ''));
    const text = `# YAML\n${JSON.stringify(CONFIG)}`;
    const parsed = parseConfig(text);
    if (!parsed.ok) expect.fail('the config is valid');
    const written = writeCompiled(compileConfig(text, compiled, parsed.config, Date.UTC(2026, 10, 23)));
    const file = await fileWith(text);
    await writeFile(compiledPath(file), written);
    expect(await timezoneOf(file)).toBe('Europe/Berlin');
    for (const [was, is] of [
      ['Europe/Berlin', 'Europe/Madrid'],
      ['28800000', '28800001'],
    ] as const) {
      expect(written).toContain(was);
      await writeFile(compiledPath(file), written.replace(was, is));
      expect(await timezoneOf(file)).toBe('Asia/Shanghai');
      expect(isKnownZone('Asia/Shanghai')).toBe(false);
    }
  });

  it.each([['no JSON'], ['null'], ['{}']])('is ignored when it is %s', async (text) => {
    const file = await fileWith(JSON.stringify(CONFIG));
    await writeFile(compiledPath(file), text);
    expect(await timezoneOf(file)).toBe('Asia/Shanghai');
  });
});
