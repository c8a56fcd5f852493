import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { formatIssue } from '../../lib/config/issues.ts';
import { loadConfigFile } from '../../lib/config/load.ts';
import { commandLine } from '../support/command-line.ts';
import { configFile } from '../support/config.ts';

const directory = mkdtempSync(join(tmpdir(), 'reading-'));
afterAll(() => rmSync(directory, { recursive: true }));

function fileWith(content: string | Buffer): string {
  const file = join(directory, 'flow-logs.yaml');
  writeFileSync(file, content);
  return file;
}

/** What the function and `validate` say about a file; they must agree. */
async function messagesFor(content: string | Buffer): Promise<readonly string[]> {
  const file = fileWith(content);
  const loaded = await loadConfigFile(file);
  const messages = loaded.ok ? [] : loaded.issues.map(formatIssue);
  const { status, out } = await commandLine(['validate', '--config', file]);
  expect(status).toBe(loaded.ok ? 0 : 1);
  expect(out.split('\n').flatMap((line) => (line.startsWith('error: ') ? [line.slice(7)] : []))).toEqual(
    messages,
  );
  return messages;
}

const JSON_TEXT = JSON.stringify(configFile(), null, 2);
const YAML = `timezone: Asia/Shanghai
recordTo: stdout
schedules:
  s:
    windows:
      - { cron: "*/30 * * * *", duration: 10m }
flowLogs: [{ flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: s }]
`;
const YAML_IN_BRACES = `{ # all of it
  timezone: UTC, # the zone
  recordTo: stdout,
  schedules: { s: { windows: [{ cron: '*/30 * * * *', duration: 10m }] } },
  flowLogs: [{ flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: s }],
}
`;
const cronNeedsQuotes = 'a cron expression needs quotes: cron: "*/30 * * * *" (line 6)';
const comment = (mark: string, line: number) =>
  `JSON has no comments; remove it, or write # in place of ${mark}, which makes the file YAML (line ${line})`;

describe('a file gets one message that says what it is and what to do:', () => {
  it.each<[string, string | Buffer, string]>([
    ['an empty file', '', 'the file is empty; expected timezone, recordTo, schedules and flowLogs'],
    [
      'comments only',
      '# timezone: UTC\n',
      'the file has comments only; expected timezone, recordTo, schedules and flowLogs',
    ],
    ['JSON with a line comment', JSON_TEXT.replace('{', '{ // mine'), comment('//', 1)],
    [
      'JSON with a comment on a line of its own',
      JSON_TEXT.replace('"recordTo"', '/* to SLS */\n  "recordTo"'),
      comment('/*', 3),
    ],
    ['JSON after a comment', `// mine\n${JSON_TEXT}`, comment('//', 1)],
    ['a cron without quotes, in braces', YAML.replaceAll(/"(\*[^"]*)"/g, '$1'), cronNeedsQuotes],
    [
      'a cron without quotes, on a line of its own',
      YAML.replace(/{ (cron: )"(.*)", (duration: 10m) }/, '$1$2\n        $3'),
      cronNeedsQuotes,
    ],
    [
      'a cron with a comma and without quotes, in braces',
      YAML.replaceAll(/"(\*[^"]*)"/g, '0,30 8,20 * * *'),
      'a cron expression with a comma needs quotes: cron: "0,30 8,20 * * *" (line 6)',
    ],
    [
      'two documents',
      `${YAML}---\n${YAML}`,
      'a second document begins here (after --- or ...); a config is one (line 8)',
    ],
    [
      'GBK',
      Buffer.concat([
        Buffer.from('timezone: UTC\n# '),
        Buffer.from([0xb0, 0xec, 0xb9, 0xab]),
        Buffer.from('\n'),
      ]),
      'the file is not UTF-8 (but GBK or UTF-16, perhaps); save it as UTF-8 (line 2)',
    ],
    [
      'UTF-16',
      Buffer.from(`\ufeff${YAML}`, 'utf16le'),
      'the file is not UTF-8 (but GBK or UTF-16, perhaps); save it as UTF-8 (line 1)',
    ],
    [
      'more than 4 MB',
      `${YAML}${'# and so on\n'.repeat(400_000)}`,
      'the file is 4.6 MB large, and 4 MB are the most; one select can stand for many flow logs',
    ],
  ])('%s', async (_, content, message) => {
    expect(await messagesFor(content)).toEqual([message]);
  });

  it('a directory', async () => {
    const loaded = await loadConfigFile(directory);
    expect(loaded.ok ? [] : loaded.issues.map(formatIssue)).toEqual([
      'cannot be read (EISDIR): it is a directory; FLOW_LOGS_CONFIG names another file',
    ]);
    expect(await commandLine(['validate', '--config', directory])).toEqual({
      status: 1,
      out: '',
      err: `${directory} cannot be read (EISDIR): it is a directory; name another with --config FILE\n`,
    });
  });
});

describe('what only looks odd is accepted:', () => {
  it.each([
    ['YAML in braces, with comments of YAML', YAML_IN_BRACES],
    [
      'a cron with a comma and without quotes, on a line of its own',
      YAML.replace(/{ (cron: )".*", (duration: 10m) }/, '$10,30 8,20 * * *\n        $2'),
    ],
    ['JSON with slashes in texts', JSON.stringify({ ...configFile(), $schema: 'https://x/y // z /* a' })],
    ['a byte order mark', `\ufeff${YAML}`],
    ['line ends of Windows', YAML.replaceAll('\n', '\r\n')],
    ['one document that begins with ---', `---\n${YAML}`],
    [
      'many brackets in comments and texts',
      `# ${'['.repeat(99)}\n${YAML}# "\n#${'{'.repeat(99)}\n$schema: "${'['.repeat(99)}"\n`,
    ],
    [
      'ten thousand flow logs',
      YAML.replace(
        /flowLogs: \[(.*)]/,
        (_, entry) =>
          `limits: { maxFlowLogs: 100000 }\nflowLogs:\n${Array.from({ length: 10_000 }, (_each, index) => `  - ${entry.replace('-1', `-${index}`)}`).join('\n')}`,
      ),
    ],
  ])('%s', async (_, content) => {
    expect(await messagesFor(content)).toEqual([]);
  });
});

describe('however deep it is nested, a config is refused with one message:', () => {
  const steps = (text: (step: number) => string, count: number) =>
    Array.from({ length: count }, (_, step) => text(step)).join('');
  const SHAPES: Readonly<Record<string, (depth: number) => string>> = {
    'JSON objects': (depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
    'JSON in a config': (depth) => JSON_TEXT.replace('"stdout"', `${'['.repeat(depth)}${']'.repeat(depth)}`),
    lists: (depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`,
    'brackets that are never closed': (depth) => '{a: '.repeat(depth),
    'brackets after an odd quote': (depth) => `'"': ${'['.repeat(depth)}`,
    'dashes in a row': (depth) => `${'- '.repeat(depth)}x\nb: 1\n`,
    'question marks in a row': (depth) => `${'? '.repeat(depth)}x`,
    indentation: (depth) => `${steps((step) => `${' '.repeat(step)}a:\n`, Math.min(depth, 2500))}b: 1\n`,
    'dashes and indentation': (depth) =>
      steps((step) => `${' '.repeat(step * 20)}${'- '.repeat(10)}\n`, Math.min(Math.ceil(depth / 10), 500)),
  };

  it.each(Object.keys(SHAPES).flatMap((shape) => [51, 2000, 60_000].map((depth) => [shape, depth] as const)))(
    '%s, %d levels',
    async (shape, depth) => {
      const content = SHAPES[shape]?.(depth) ?? '';
      expect(await messagesFor(content)).toEqual([
        expect.stringMatching(
          /^the file is nested more than 50 levels deep; a config needs eight \(line \d+\)$/,
        ),
      ]);
    },
  );

  it('reads a text of nothing but quotes in linear time', async () => {
    const started = performance.now();
    await messagesFor(`{"a": ${'\\"'.repeat(500_000)}`);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('text that has half a character is refused', () => {
  const half = '\\ud83d';
  const withAccount = (externalId: string) =>
    JSON.stringify(
      configFile({ accounts: { a: { roleArn: 'acs:ram::1:role/r', externalId: 'ID' } } }),
    ).replace('ID', externalId);

  it.each([
    ['an external ID', withAccount(half), 'accounts.a.externalId'],
    ['the second half alone', withAccount('x\\ude00'), 'accounts.a.externalId'],
    [
      'a reason',
      JSON_TEXT.replace(
        '"windows"',
        `"exceptions": [{"from": "2026-01-01", "to": "2026-01-02", "status": "Active", "reason": "${half}"}], "windows"`,
      ),
      'schedules.office-hours.exceptions[0].reason',
    ],
  ])('%s', async (_, content, path) => {
    expect(await messagesFor(content)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^${path.replaceAll(/[.[\]]/g, '\\$&')}: expected text in Unicode, got .*half a character`,
        ),
      ),
    ]);
  });

  it('in a key', async () => {
    const select = { select: { regionId: 'cn-beijing', tags: { KEY: 'x' } }, schedule: 'office-hours' };
    const content = JSON.stringify(configFile({ flowLogs: [select] })).replace('KEY', half);
    expect(await messagesFor(content)).toEqual([
      expect.stringContaining(': a key with half a character; write it in Unicode'),
    ]);
  });

  it('and a whole one is not', async () => {
    expect(await messagesFor(withAccount('\\ud83d\\ude00'))).toEqual([]);
  });
});

describe('the function', () => {
  it('has no code that only warns', async () => {
    const { metafile } = await build({
      entryPoints: ['functions/flow-log-scheduler.ts'],
      bundle: true,
      platform: 'node',
      write: false,
      metafile: true,
      logLevel: 'silent',
    });
    const inputs = Object.keys(metafile.inputs);
    expect(inputs).toContain('lib/config/load.ts');
    expect(
      inputs.filter((file) => /^lib\/(config\/(lint|parse)|schedule\/overlap|cli\/)/.test(file)),
    ).toEqual([]);
  });
});
