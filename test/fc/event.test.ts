import { describe, expect, it } from 'vitest';
import { accepted, readEvent } from '../../lib/fc/event.ts';
import { TICK } from '../support/scheduler.ts';

const RECONCILE = { action: 'reconcile', dryRun: false };
const manual = (request: object) => ({ trigger: 'manual', triggerName: '', triggerTime: '', request });
const timer = (payload: unknown) => ({ triggerTime: TICK, triggerName: 'tick', payload });
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

/** Why an event is refused; fails the test when it is not. */
function refusalOf(event: unknown): string {
  const { request } = readEvent(event);
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
  ])('is a reconcile: %s', (_, event) => {
    expect(readEvent(event)).toEqual(manual(RECONCILE));
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
  ])('is read from %s', (_, event) => {
    expect(readEvent(event)).toEqual(manual({ action: 'reconcile', dryRun: true }));
  });

  it.each([
    [{ action: 'reconcile' }, RECONCILE],
    [{ action: 'reconcile', dryRun: false }, RECONCILE],
    [{ action: 'status' }, { action: 'status' }],
  ])('may be %j', (event, request) => {
    expect(readEvent(Buffer.from(JSON.stringify(event)))).toEqual(manual(request));
  });

  it('that is not ASCII is read as UTF-8', () => {
    expect(refusalOf(Buffer.from('{"action": "对账"}'))).toContain('there is no action "对账"');
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
    ['half a timer event', { triggerTime: TICK }, 'it has no action'],
  ])('%s', (_, event, problem) => {
    const refused = refusalOf(event);
    expect(refused).toContain(`the event is not a command: ${problem}`);
    expect(refused).toContain(accepted());
  });

  it('several problems together', () => {
    const refused = refusalOf({ action: 'reconcile', dryRun: 1, all: true });
    expect(refused).toContain('dryRun: expected true or false, got 1');
    expect(refused).toContain('all: unknown key');
  });

  it('a long text only by its beginning', () => {
    expect(refusalOf('x'.repeat(10_000)).length).toBeLessThan(accepted().length + 200);
  });
});

describe('the accepted forms that a refusal shows', () => {
  const shown = [...accepted().matchAll(/\{[^{}]*\}/g)].map(([form]) => form);

  it('include the commands that change nothing by surprise', () => {
    expect(shown).toEqual(
      expect.arrayContaining([
        '{"action": "reconcile"}',
        '{"action": "reconcile", "dryRun": true}',
        '{"action": "status"}',
      ]),
    );
  });

  it.each(shown)('are accepted: %s', (form) => {
    expect(readEvent(form).request).not.toHaveProperty('refused');
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
  ])('is a reconcile when its payload %s', (_, payload) => {
    expect(readEvent(Buffer.from(JSON.stringify(timer(payload))))).toEqual({ ...fired, request: RECONCILE });
  });

  it.each([
    ['{"action": "reconcile", "dryRun": true}', { action: 'reconcile', dryRun: true }],
    ['{"action": "status"}', { action: 'status' }],
  ])('is the command that its payload holds: %s', (payload, request) => {
    expect(readEvent(Buffer.from(JSON.stringify(timer(payload))))).toEqual({ ...fired, request });
  });

  it.each([
    ['office-hours', 'it is no JSON: "office-hours"'],
    ['{"action": "stop"}', 'there is no action "stop"'],
    ['{}', 'it has no action'],
    [JSON.stringify(timer('')), 'it has no action'],
  ])('is refused when its payload is %s', (payload, problem) => {
    const event = Buffer.from(JSON.stringify(timer(payload)));
    expect(readEvent(event)).toMatchObject(fired);
    expect(refusalOf(event)).toContain(problem);
  });

  it('keeps its time as it was written', () => {
    expect(readEvent({ ...timer(''), triggerTime: 'soon' })).toMatchObject({ triggerTime: 'soon' });
  });
});
