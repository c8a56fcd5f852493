import { describe, expect, it } from 'vitest';
import { escapeUnprintable } from '../../lib/text.ts';
import { guarded, type Terminal } from '../../lib/tool/io.ts';
import { commandLine } from '../support/command-line.ts';
import { configOnDisk } from '../support/config-on-disk.ts';
import { emulatedCloud } from '../support/emulated-cloud.ts';

const ESC = '\u001b';
/** What steers a terminal or a reader: C0, C1, DEL, and marks that turn the direction of text. */
const STEERING = `${ESC}[2J${ESC}]0;title\u0007\u0008\r\u007f\u009b2J\u009d0;x\u009c\u200f\u202e\u2066\u2028`;
const hasSteering = (text: string) =>
  [...STEERING].some((each) => (each < '!' || each > '}' ? text.includes(each) : false));

/** Has text of others in it, which was put there by whoever may tag a flow log. */
const CONFIG = configOnDisk();
const [ONE] = ['flowlog-m5evbtbptexample1'];

function ioOf(isTerminal: boolean) {
  const said: string[] = [];
  const write = (text: string) => void said.push(text);
  const terminal: Terminal = { env: {}, out: write, err: write, isTerminal, columns: 80 };
  return { io: guarded(terminal), said };
}

describe('what steers a terminal', () => {
  it('is escaped wherever the tool writes', () => {
    const { io, said } = ioOf(true);
    for (const write of [io.out, io.err, io.outInColour]) write(`a${STEERING}b\n\tc`);
    for (const text of said) {
      expect(hasSteering(text)).toBe(false);
      expect(text).toContain('a\\u001b[2J\\u001b]0;title\\u0007');
      expect(text).toContain('b\n\tc');
    }
  });

  it('leaves JSON the same data', () => {
    const data = {
      [`key${STEERING}`]: `value${STEERING}`,
      halves: '\ud800',
      astral: '\u{e0041} 😀 中文 "\\"',
    };
    for (const indent of [0, 2]) {
      expect(JSON.parse(escapeUnprintable(JSON.stringify(data, null, indent)))).toEqual(data);
    }
  });

  it('is no colour of our own, which only a terminal gets', () => {
    const painted = `${ESC}[32mgreen${ESC}[39m ${ESC}[8mhidden?${ESC}[0;31mred?`;
    const terminal = ioOf(true);
    terminal.io.outInColour(painted);
    terminal.io.out(painted);
    expect(terminal.said[0]).toContain(`${ESC}[32mgreen${ESC}[39m`);
    expect(terminal.said[0]).toContain('\\u001b[0;31mred?');
    expect(terminal.said[1]).not.toContain(ESC);
    const file = ioOf(false);
    file.io.outInColour(painted);
    expect(file.said[0]).not.toContain(ESC);
  });

  it.each([
    ['override', 'list'],
    ['override', 'list', '--json'],
    ['plan'],
    ['plan', '--json'],
    ['run'],
    ['run', '--json'],
    ['explain', '--live', '--flow-log', ONE],
    ['doctor'],
    ['doctor', '--json'],
  ])('never comes from a tag: %s %s %s', async (...args) => {
    const { env, emulator } = await emulatedCloud();
    emulator.removeFlowLog(ONE);
    const tag = `Active until 2099-11-23T18:00:00+08:00; by=net${STEERING}ops; reason=why${STEERING}not\nfake: line`;
    emulator.addFlowLog('1234567890123456', {
      flowLogId: ONE,
      regionId: 'cn-hangzhou',
      status: 'Active',
      tags: { 'flow-log-scheduler:override': tag },
    });
    const given = args.filter((arg) => arg !== undefined);
    for (const isTerminal of [false, true]) {
      const { out, err } = await commandLine([...given, '--config', CONFIG], env, { isTerminal });
      const said = `${out}${err}`.replaceAll(new RegExp(`${ESC}\\[\\d+m`, 'g'), '');
      expect(said).toContain(ONE);
      expect(hasSteering(said)).toBe(false);
      if (!given.includes('--json')) expect(said).not.toMatch(/^fake: line/m);
    }
  });

  it('never comes from the command line', async () => {
    for (const args of [[`validate${STEERING}`], ['validate', '--config', `x${STEERING}`]]) {
      const { out, err } = await commandLine(args);
      expect(err).not.toBe('');
      expect(hasSteering(`${out}${err}`)).toBe(false);
    }
  });
});

describe('a secret', () => {
  it('of the key that was signed with is in nothing that is written', async () => {
    const { run, emulator } = await emulatedCloud();
    const secret = 'emulator-access-key-secret';
    const message = [
      secret,
      secret.toUpperCase(),
      Buffer.from(secret).toString('base64'),
      secret.slice(0, 20),
    ];
    emulator.setFault(() => ({
      kind: 'error',
      code: 'Forbidden.RAM',
      status: 403,
      message: message.join(' '),
    }));
    for (const args of [
      ['plan'],
      ['run'],
      ['run', '--json'],
      ['override', 'list'],
      ['doctor'],
      ['provision'],
    ]) {
      const { out, err } = await run(...args, '--config', CONFIG);
      expect(`${out}${err}`).toContain('***');
      for (const each of message) expect(`${out}${err}`).not.toContain(each);
    }
  });
});
