import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { compileConfig, compiledPath } from '../../lib/config/compiled.ts';
import type { Config } from '../../lib/config/config.ts';
import { loadConfigFile } from '../../lib/config/load.ts';
import { parsePlainJson } from '../../lib/config/read-config.ts';
import { parseConfig } from '../../lib/tool/lint/parse.ts';
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
  const TEXT = `# YAML\n${JSON.stringify(CONFIG)}`;
  const NOW = Date.UTC(2026, 10, 23);
  /** As it would be compiled of a config for Berlin, so that it shows which one was loaded. */
  const BERLIN = compiled(TEXT.replace('Asia/Shanghai', 'Europe/Berlin')).replace(/^.*\n/, '');

  function compiled(text: string): string {
    const parsed = parseConfig(text);
    if (!parsed.ok) expect.fail('the config is valid');
    return compileConfig(text, parsed.file, NOW);
  }
  async function zoneIn(file: string) {
    const loaded = await loadConfigFile(file);
    return loaded.ok && loaded.config.zone;
  }

  it('is what the source says', async () => {
    const file = await fileWith(TEXT);
    const fromSource = await loadConfigFile(file);
    await writeFile(compiledPath(file), compiled(TEXT));
    const fromCompiled = await loadConfigFile(file);
    if (!fromSource.ok || !fromCompiled.ok) expect.fail('the config is valid');
    const withoutTables = (config: Config) =>
      JSON.stringify({ ...config, schedules: [...config.schedules] }, (key, value) =>
        key === 'table' ? null : value,
      );
    expect(withoutTables(fromCompiled.config)).toBe(withoutTables(fromSource.config));
    expect(fromSource.config.zone.table).toBeNull();
    expect(fromCompiled.config.zone.table).toMatchObject({ offsets: [[Date.UTC(2024), 28_800_000]] });
    expect(fromCompiled.config.zoneData).toBe(process.versions.tz);
  });

  it('has a table for each zone, from two years before until ten years after', async () => {
    const text = TEXT.replace('"office":{', '"office":{"timezone":"America/New_York",');
    const file = await fileWith(text);
    await writeFile(compiledPath(file), compiled(text));
    const loaded = await loadConfigFile(file);
    if (!loaded.ok) expect.fail('the config is valid');
    const { zone } = loaded.config.schedules.get('office') ?? expect.fail('there is such a schedule');
    expect(zone).toMatchObject({
      name: 'America/New_York',
      table: { fromMs: Date.UTC(2024), toMs: Date.UTC(2037) },
    });
    expect(zone.table?.offsets).toHaveLength(1 + 2 * 13);
  });

  it('is not used once a character of the source is another one', async () => {
    const file = await fileWith(TEXT);
    await writeFile(compiledPath(file), compiled(TEXT));
    expect(await zoneIn(file)).toMatchObject({ table: expect.anything() });
    await writeFile(file, `${TEXT}\n`);
    expect(await zoneIn(file)).toEqual({ name: 'Asia/Shanghai', table: null });
  });

  it.each([
    ['28800000', '28800001'],
    ['Asia/Shanghai', 'Asia/Shangha1'],
    ['Active', 'active'],
  ])('is not used once its %s is %s', async (was, is) => {
    const text = TEXT.replace(
      '"office":{',
      '"office":{"exceptions":[{"from":"2026-12-01","to":"2026-12-02","status":"Active"}],',
    );
    const written = compiled(text);
    expect(written).toContain(was);
    const file = await fileWith(text);
    await writeFile(compiledPath(file), written.replace(was, is));
    expect(await zoneIn(file)).toEqual({ name: 'Asia/Shanghai', table: null });
  });

  it.each([['no JSON'], ['null'], ['{}'], [BERLIN]])('is ignored when it is %s', async (text) => {
    const file = await fileWith(TEXT);
    await writeFile(compiledPath(file), text);
    expect(await zoneIn(file)).toEqual({ name: 'Asia/Shanghai', table: null });
  });

  it('is ignored when it is of another config', async () => {
    const file = await fileWith(TEXT);
    await writeFile(compiledPath(file), compiled(TEXT.replace('Asia/Shanghai', 'Europe/Berlin')));
    expect(await zoneIn(file)).toEqual({ name: 'Asia/Shanghai', table: null });
  });
});
