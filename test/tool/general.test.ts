import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { hasColours } from '../support/columns.ts';
import { commandLine } from '../support/command-line.ts';
import { configOnDisk } from '../support/config-on-disk.ts';
import { inFolder } from '../support/project-folder.ts';

const VALID = configOnDisk();
const INVALID = configOnDisk(
  'timezone: Asia/Shangai\nrecordTo: stdout\nschedules: {}\nflowLogs: []\nowner: x\n',
);

/** Of the contract; there may be more. */
const COMMANDS = ['validate', 'preview', 'explain', 'plan', 'run', 'override', 'policy', 'provision'];
const MORE_COMMANDS = [
  'doctor',
  'invoke',
  'emulator',
  'demo',
  'override set',
  'override clear',
  'override list',
];

it('tells its version', async () => {
  expect(await commandLine(['--version'])).toMatchObject({
    status: 0,
    out: `${manifest.version}\n`,
    err: '',
  });
});

describe('help', () => {
  it('lists every command', async () => {
    const { status, out, err } = await commandLine(['--help']);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const listed = [...out.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
    for (const name of [...COMMANDS, ...MORE_COMMANDS]) expect(listed).toContain(name.split(' ')[0]);
  });

  it.each([...COMMANDS, ...MORE_COMMANDS])('of %s says what it does and what it takes', async (command) => {
    const { status, out, err } = await commandLine([...command.split(' '), '--help']);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toMatch(new RegExp(`^Usage: flow-logs ${command} .*\\n\\n\\S.{20}`));
    expect(hasColours(out)).toBe(false);
  });

  it('comes by itself where nothing is said, with status 2', async () => {
    for (const args of [[], ['override']]) {
      const { status, out, err } = await commandLine(args);
      expect({ status, out }).toEqual({ status: 2, out: '' });
      expect(err).toMatch(/^Usage: flow-logs /);
    }
  });
});

describe('wrong usage is told with the part that is wrong, status 2', () => {
  it.each([
    [['vaildate'], "unknown command 'vaildate'\n(Did you mean validate?)"],
    [['override', 'sett'], "unknown command 'sett'\n(Did you mean set?)"],
    [['--jsn'], "unknown option '--jsn'"],
    [['validate', '--jsn'], "unknown option '--jsn'\n(Did you mean --json?)"],
    [['validate', '--config'], "option '--config <file>' argument missing"],
    [['validate', 'flow-logs.yaml'], "too many arguments for 'validate'"],
    [['plan', '--at'], "option '--at <instant>' argument missing"],
    [
      ['plan', '--at', 'tomorrow'],
      "option '--at <instant>' argument 'tomorrow' is invalid. Expected an ISO date",
    ],
    [['plan', '--at', '2026-02-30'], "option '--at <instant>' argument '2026-02-30' is invalid"],
    [['explain'], "required option '--flow-log <id>' not specified"],
    [['override', 'set', '--all', '--for', '2h'], "required option '--status <status>' not specified"],
    [
      ['override', 'set', '--status', 'on'],
      "option '--status <status>' argument 'on' is invalid. Allowed choices are Active, Inactive",
    ],
    [
      ['emulator', '--port', '65536'],
      "option '--port <n>' argument '65536' is invalid. Expected a port, 0 to 65535",
    ],
    [['emulator', '--port', 'http'], "option '--port <n>' argument 'http' is invalid. Expected a port"],
    [
      ['policy', '--function-role', 'Me'],
      "option '--function-role <role>' argument 'Me' is invalid. Expected the name of a role in lower case, or its ARN such as acs:ram::",
    ],
  ])('%j', async (args, message) => {
    const { status, out, err } = await commandLine(args, { FLOW_LOGS_CONFIG: VALID });
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(`error: ${message}`);
    expect(err).toMatch(/\(add --help for what is accepted\)\n$/);
  });
});

const READERS = [
  ['plan'],
  ['run'],
  ['override', 'list'],
  ['override', 'clear', '--all'],
  ['override', 'set', '--status', 'Active', '--for', '2h', '--all'],
  ['policy'],
  ['explain', '--flow-log', 'flowlog-m5evbtbptexample1'],
  ['preview'],
];

describe('a config that cannot be used ends every command that needs it, with status 1', () => {
  it.each([['validate'], ...READERS])('no such file: %s %s', async (...args) => {
    const { status, out, err } = await commandLine([...args, '--config', 'nowhere.yaml']);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toBe(
      'nowhere.yaml cannot be read (ENOENT): there is no such file; name another with --config FILE\n',
    );
  });

  it('in a folder of something else: both places that were looked at, and how to get a project', async () => {
    const folder = inFolder({});
    const { status, err } = await commandLine(['validate']);
    expect(status).toBe(1);
    expect(err).toBe(
      `there is no config here: neither functions/flow-logs.yaml nor flow-logs.yaml is in ${folder}; change to the folder ` +
        'of your project, make one with `npx flow-log-scheduler init DIR`, or name the file with --config FILE\n',
    );
  });

  it.each(READERS)('not valid: %s %s', async (...args) => {
    const { status, out, err } = await commandLine([...args, '--config', INVALID]);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toContain(`${INVALID} is not valid:\n`);
    expect(err).toContain(' timezone: expected an IANA time zone such as Asia/Shanghai');
    expect(err).toContain(' owner: unknown key');
    expect(err).toContain(' flowLogs: expected at least one flow log');
  });
});

test('a config is looked for where --config says, else the environment, else in the project', async () => {
  const fileOf = async (args: readonly string[], env: Readonly<Record<string, string>>) =>
    JSON.parse((await commandLine(['validate', '--json', ...args], env)).out).file;
  expect(await fileOf(['--config', VALID], { FLOW_LOGS_CONFIG: INVALID })).toBe(VALID);
  expect(await fileOf([], { FLOW_LOGS_CONFIG: INVALID })).toBe(INVALID);
  expect(await fileOf([], { FLOW_LOGS_CONFIG: '' })).toBe('functions/flow-logs.yaml');
});

test('every command that a message names can be pasted', () => {
  const names =
    'provision|policy|invoke|validate|override|deploy|doctor|init|bundle|preview|report|plan|status';
  const bare = new RegExp(`(?<!npx |--no )\\bflow-logs (?:${names})\\b`);
  const found: string[] = [];
  for (const file of readdirSync('lib', { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    // The dashboard is in SLS, where nobody pastes; package.json's scripts need no npx.
    if (/definitions\/dashboard\.ts$|init\/project-files\.ts$/.test(file)) continue;
    for (const line of readFileSync(join('lib', file), 'utf8').split('\n')) {
      if (bare.test(line) && !/^\s*(?:\/\*\*|\*|\/\/)/.test(line)) found.push(`${file}: ${line.trim()}`);
    }
  }
  expect(found).toEqual([]);
});
