import { describe, expect, it } from 'vitest';
import { readEvent } from '../../lib/function/event.ts';
import { ACCEPTED_FORMS } from '../../lib/function/read-command.ts';
import { TICK } from '../support/scheduler.ts';

const RECONCILE = { action: 'reconcile', dryRun: false };
const manual = (request: object) => ({ trigger: 'manual', triggerName: '', triggerTime: '', request });
const timer = (payload: unknown) => ({ triggerTime: TICK, triggerName: 'tick', payload });
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

/** Why an event is refused; fails the test when it is not. */
async function refusalOf(event: unknown): Promise<string> {
  const { request } = await readEvent(event);
  return 'refused' in request ? request.refused : expect.fail(`it is the command ${request.action}`);
}

describe('an event that asks for nothing in particular', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty Buffer', Buffer.alloc(0)],
    ['an empty Uint8Array', new Uint8Array(0)],
    ['an empty text', ''],
    ['spaces and line ends', Buffer.from(' \r\n\t')],
    ['a byte order mark', Buffer.from('\uFEFF')],
    ['the JSON of an empty text', JSON.parse('""')],
  ])('is a reconcile: %s', async (_, event) => {
    expect(await readEvent(event)).toEqual(manual(RECONCILE));
  });
});

describe('a command', () => {
  const text = '{"action": "reconcile", "dryRun": true}';

  it.each([
    ['a Buffer', Buffer.from(text)],
    ['a Uint8Array', bytes(text)],
    ['a view on part of a larger buffer', bytes(`xx${text}`).subarray(2)],
    ['a text', text],
    ['an object', JSON.parse(text)],
    ['text with space around it', ` \n${text}\n`],
    ['bytes after a byte order mark', Buffer.from(`\uFEFF${text}`)],
    ['a text after a byte order mark', `\uFEFF${text}`],
  ])('is read from %s', async (_, event) => {
    expect(await readEvent(event)).toEqual(manual({ action: 'reconcile', dryRun: true }));
  });

  it.each([
    [{ action: 'reconcile' }, RECONCILE],
    [{ action: 'reconcile', dryRun: false }, RECONCILE],
    [{ action: 'status' }, { action: 'status' }],
  ])('may be %j', async (event, request) => {
    expect(await readEvent(Buffer.from(JSON.stringify(event)))).toEqual(manual(request));
  });

  it('that is not ASCII is read as UTF-8', async () => {
    expect(await refusalOf(Buffer.from('{"action": "对账"}'))).toContain('there is no action "对账"');
  });
});

describe('what cannot be read as a command is refused, and why is said:', () => {
  it.each<[string, unknown, string]>([
    ['text that is no JSON', 'reconcile', 'it is no JSON: "reconcile"'],
    ['JSON that is cut off', Buffer.from('{"action": "rec'), String.raw`it is no JSON: "{\"action\": \"rec"`],
    ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0x00]), 'it is no JSON'],
    ['a number', 5, 'it is 5, not an object with an action'],
    ['true', Buffer.from('true'), 'it is true, not an object with an action'],
    ['the JSON null', Buffer.from('null'), 'it is null, not an object with an action'],
    ['a quoted command', '"status"', 'it is "status", not an object with an action'],
    [
      'a list of commands',
      '[{"action":"status"}]',
      'it is [{"action":"status"}], not an object with an action',
    ],
    ['no action', {}, 'it has no action'],
    ['only an option', { dryRun: true }, 'it has no action'],
    ['an unknown action', { action: 'stop' }, 'there is no action "stop"'],
    [
      'an action in other letters',
      { action: 'Status' },
      'there is no action "Status"; did you mean "status"?',
    ],
    ['an action that is no text', { action: null }, 'there is no action null'],
    ['an action that every object has', { action: 'toString' }, 'there is no action "toString"'],
    [
      'dryRun as a text',
      { action: 'reconcile', dryRun: 'true' },
      'dryRun: expected true or false, got "true"',
    ],
    [
      'a misspelled option',
      { action: 'reconcile', dryrun: true },
      'dryrun: unknown key; did you mean "dryRun"?',
    ],
    [
      'an option of another action',
      { action: 'status', dryRun: true },
      'dryRun: unknown key; known keys: action',
    ],
    ['an event of another trigger', { events: [{ eventName: 'oss' }] }, 'it has no action'],
    ['an empty list', [], 'it is [], not an object with an action'],
    ['an action of its own kind', { action: { toString: 1 } }, 'there is no action {"toString":1}'],
    ['a reserved key', '{"action": "status", "__proto__": {"all": true}}', '__proto__: unknown key'],
    ['another reserved key', { action: 'status', constructor: 1 }, 'constructor: unknown key'],
    ['a third reserved key', { action: 'status', prototype: 1 }, 'prototype: unknown key'],
    ['an inherited action', '{"__proto__": {"action": "status"}}', 'it has no action'],
    ['nested without end', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'it is nested more than 16 deep'],
    ['nested in itself', inItself(), 'it is nested more than 16 deep'],
    [
      'very long',
      `{"action": "${'x'.repeat(300_000)}"}`,
      'it has 300014 characters; at most 262144 are read',
    ],
    ['of very many values', Array.from({ length: 30_000 }), 'it has more than 20000 values in it'],
  ])('%s', async (_, event, problem) => {
    const refused = await refusalOf(event);
    expect(refused).toContain(`the event is not a command: ${problem}`);
    const [what, form, rest, ...more] = refused.split('\n');
    expect(what).toContain(problem);
    expect(Object.values(ACCEPTED_FORMS).map((accepted) => `Accepted: ${accepted}`)).toContain(form);
    expect([rest, more]).toEqual(['The README has every form. Nothing was touched', []]);
  });

  it('several problems together', async () => {
    const refused = await refusalOf({ action: 'reconcile', dryRun: 1, all: true });
    expect(refused).toContain('dryRun: expected true or false, got 1');
    expect(refused).toContain('all: unknown key');
  });

  it('many problems by the first three', async () => {
    const keys = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`key-${at}`, at]));
    const refused = await refusalOf({ action: 'status', ...keys });
    expect(refused.split('unknown key').length - 1).toBe(3);
    expect(refused).toContain('; and 9997 more');
  });

  it.each<[string, unknown]>([
    ['a long text', 'x'.repeat(10_000)],
    ['a long action', { action: 'x'.repeat(10_000) }],
    ['a long key', { action: 'status', ['x'.repeat(100_000)]: 1 }],
    ['three long keys', Object.fromEntries(['a', 'b', 'c', 'd'].map((key) => [key.repeat(50_000), 1]))],
    ['a long value', { action: 'override', status: '\u0001'.repeat(50_000), for: '2h', all: true }],
  ])('%s only by its beginning', async (_, event) => {
    expect((await refusalOf(event)).length).toBeLessThan(1_000);
  });

  it('without what must not be repeated, cut or not', async () => {
    const secret = 'made+up/accessKeySecret==';
    const clean = (text: string) => text.replaceAll(secret, '***');
    for (const before of Array.from({ length: 60 }, (_, at) => 'x'.repeat(at))) {
      for (const event of [
        `${before}${secret}`,
        { action: `${before}${secret}` },
        { [`${before}${secret}`]: 1 },
      ]) {
        const { request } = await readEvent(event, clean);
        expect(JSON.stringify(request)).not.toContain(secret.slice(0, 6));
      }
    }
  });
});

describe('the accepted form that a refusal shows', () => {
  const forms = Object.values(ACCEPTED_FORMS);

  it.each(forms)('is accepted: %s', async (form) => {
    expect((await readEvent(form)).request).not.toHaveProperty('refused');
  });

  it.each<[keyof typeof ACCEPTED_FORMS, unknown]>([
    ['status', 'hello'],
    ['status', {}],
    ['status', '{"action": "stat'],
    ['status', { action: 'stop' }],
    ['reconcile', 'reconcile please'],
    ['reconcile', { action: 'Reconsile' }],
    ['reconcile', { dryRun: true }],
    ['override', { action: 'override' }],
    ['override', { action: 'overide', all: true }],
    ['override', { status: 'Active', for: '2h', all: true }],
    ['override', '{action: override, status: Active}'],
    ['clear-override', { action: 'clear-override', status: 'Active' }],
    ['clear-override', { action: 'clear' }],
    ['clear-override', { all: true }],
  ])('is the one that was probably meant: %s by %j', async (action, event) => {
    expect(await refusalOf(event)).toContain(`\nAccepted: ${ACCEPTED_FORMS[action]}\n`);
  });
});

describe("a timer's event", () => {
  const fired = { trigger: 'timer', triggerName: 'tick', triggerTime: TICK };

  it.each([
    ['is empty', ''],
    ['is spaces', '  '],
    ['is null', null],
    ['is missing', undefined],
    ['is the command as text', '{"action": "reconcile"}'],
    ['is the command as an object', { action: 'reconcile' }],
  ])('is a reconcile when its payload %s', async (_, payload) => {
    expect(await readEvent(Buffer.from(JSON.stringify(timer(payload))))).toEqual({
      ...fired,
      request: RECONCILE,
    });
  });

  it.each([
    ['{"action": "reconcile", "dryRun": true}', { action: 'reconcile', dryRun: true }],
    ['{"action": "status"}', { action: 'status' }],
  ])('is the command that its payload holds: %s', async (payload, request) => {
    expect(await readEvent(Buffer.from(JSON.stringify(timer(payload))))).toEqual({ ...fired, request });
  });

  it.each([
    ['office-hours', 'it is no JSON: "office-hours"'],
    ['{"action": "stop"}', 'there is no action "stop"'],
    ['{}', 'it has no action'],
    [JSON.stringify(timer('')), 'it has no action'],
    ['5', 'it is 5, not an object'],
  ])('is refused when its payload is %s', async (payload, problem) => {
    const event = Buffer.from(JSON.stringify(timer(payload)));
    expect(await readEvent(event)).toMatchObject(fired);
    expect(await refusalOf(event)).toContain(problem);
  });

  it('keeps its time as it was written', async () => {
    expect(await readEvent({ ...timer(''), triggerTime: 'soon' })).toMatchObject({ triggerTime: 'soon' });
  });

  it.each<[string, object, string, string]>([
    ['has no name', { triggerTime: TICK }, '', TICK],
    ['has no time', { triggerName: 'tick', payload: '' }, 'tick', ''],
    ['has a number for a time', { triggerTime: 1795428000, triggerName: 'tick' }, 'tick', '1795428000'],
    ['has nothing in both', { triggerTime: null, triggerName: null }, '', ''],
    ['has an object for a name', { triggerTime: '', triggerName: { a: 1 } }, '{"a":1}', ''],
    ['has more keys than it should', { triggerName: 'tick', action: 'status' }, 'tick', ''],
    ['has a very long name', { triggerName: 'x'.repeat(10_000) }, `${'x'.repeat(199)}…`, ''],
  ])('is one, and a reconcile, when it %s', async (_, event, triggerName, triggerTime) => {
    const read = await readEvent(Buffer.from(JSON.stringify(event)));
    expect(read).toEqual({ trigger: 'timer', triggerName, triggerTime, request: RECONCILE });
  });
});

/** A list that contains itself. */
function inItself(): unknown[] {
  const list: unknown[] = [];
  list.push(list, list);
  return list;
}
