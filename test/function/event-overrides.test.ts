import { describe, expect, it } from 'vitest';
import { readEvent } from '../../lib/function/event.ts';

const override = { action: 'override', status: 'Active', for: '2h', all: true };
const until = (text: unknown) => ({ action: 'override', status: 'Active', until: text, all: true });

const requestOf = async (event: object) => (await readEvent(Buffer.from(JSON.stringify(event)))).request;

async function refusalOf(event: object): Promise<string> {
  const request = await requestOf(event);
  return 'refused' in request ? request.refused : expect.fail(`it is the command ${request.action}`);
}

describe('an override', () => {
  const base = { action: 'override', status: 'Active', flowLogs: 'all', by: null, reason: null };

  it.each<[object, object]>([
    [override, { ...base, end: { kind: 'for', ms: 7_200_000 } }],
    [
      { ...override, status: 'Inactive' },
      { ...base, status: 'Inactive', end: { kind: 'for', ms: 7_200_000 } },
    ],
    [until('next-transition'), { ...base, end: { kind: 'next-transition' } }],
    [until('2026-11-23T18:00:00+08:00'), { ...base, end: { kind: 'at', ms: Date.UTC(2026, 10, 23, 10) } }],
    [until('2026-11-23T10:00:00Z'), { ...base, end: { kind: 'at', ms: Date.UTC(2026, 10, 23, 10) } }],
    [
      {
        action: 'override',
        status: 'Active',
        for: '30m',
        flowLogIds: ['a', 'b'],
        by: 'netops',
        reason: 'incident 42',
      },
      {
        ...base,
        end: { kind: 'for', ms: 1_800_000 },
        flowLogs: ['a', 'b'],
        by: 'netops',
        reason: 'incident 42',
      },
    ],
    [
      { ...override, all: undefined, select: { regionId: 'cn-hangzhou', schedule: 'office-hours' } },
      {
        ...base,
        end: { kind: 'for', ms: 7_200_000 },
        flowLogs: { regionId: 'cn-hangzhou', schedule: 'office-hours', account: null, tags: {} },
      },
    ],
    [
      { ...override, all: undefined, select: { account: 'retail', tags: { env: 'prod', empty: '' } } },
      {
        ...base,
        end: { kind: 'for', ms: 7_200_000 },
        flowLogs: { regionId: null, schedule: null, account: 'retail', tags: { env: 'prod', empty: '' } },
      },
    ],
    [
      { ...override, by: '网络组', reason: 'a = b, c: d; e' },
      { ...base, end: { kind: 'for', ms: 7_200_000 }, by: '网络组', reason: 'a = b, c: d; e' },
    ],
  ])('may be %j', async (event, request) => {
    expect(await requestOf(event)).toEqual(request);
  });

  it.each<[string, object, string]>([
    ['has no end', { action: 'override', status: 'Active', all: true }, 'expected either for or until'],
    ['has two ends', { ...override, until: 'next-transition' }, 'expected either for or until'],
    [
      'names no flow log',
      { action: 'override', status: 'Active', for: '2h' },
      'expected one of flowLogIds, select and "all": true',
    ],
    [
      'names some and all',
      { ...override, flowLogIds: ['a'] },
      'expected one of flowLogIds, select and "all": true',
    ],
    [
      'names an empty list',
      { ...override, all: undefined, flowLogIds: [] },
      'flowLogIds: expected at least one flow log ID',
    ],
    [
      'names what is no ID',
      { ...override, all: undefined, flowLogIds: [5] },
      'flowLogIds[0]: expected a flow log ID, got 5',
    ],
    [
      'names one ID for a list',
      { ...override, all: undefined, flowLogIds: 'a' },
      'flowLogIds: expected a list of flow log IDs, got "a"',
    ],
    [
      'selects and names all',
      { ...override, select: { regionId: 'cn-hangzhou' } },
      'expected one of flowLogIds, select and "all": true',
    ],
    [
      'selects by nothing',
      { ...override, all: undefined, select: { tags: {} } },
      'select: expected at least one of regionId, schedule, account and tags',
    ],
    [
      'selects by what there is not',
      { ...override, all: undefined, select: { region: 'cn-hangzhou' } },
      'select.region: unknown key; did you mean "regionId"?',
    ],
    [
      'selects by a text',
      { ...override, all: undefined, select: 'cn-hangzhou' },
      'select: expected a filter such as {"regionId": "cn-hangzhou", "schedule": "office-hours"}, got "cn-hangzhou"',
    ],
    [
      'selects by a tag that is no text',
      { ...override, all: undefined, select: { tags: { env: 1 } } },
      'select.tags.env: expected the value of a tag, got 1',
    ],
    ['says not all', { ...override, all: false }, 'all: expected true, or flowLogIds instead, got false'],
    [
      'has no status',
      { action: 'override', for: '2h', all: true },
      'status: missing; expected Active or Inactive',
    ],
    ['has another status', { ...override, status: 'on' }, 'status: expected Active or Inactive, got "on"'],
    ['has no length', { ...override, for: '0s' }, 'for: expected a positive length'],
    [
      'ends at a local time',
      until('2026-11-23T18:00:00'),
      'until: expected "next-transition" or an instant with its offset',
    ],
    [
      'ends at an impossible time',
      until('2026-02-30T18:00:00Z'),
      'until: expected "next-transition" or an instant with its offset',
    ],
    ['ends some day', until('tomorrow'), 'until: expected "next-transition" or an instant with its offset'],
    [
      'ends at a number',
      until(1795428000),
      'until: expected "next-transition" or an instant with its offset',
    ],
    ['is by more than a name', { ...override, by: 'a; reason=b' }, 'by: expected a name without'],
    ['is by nobody', { ...override, by: ' ' }, 'by: expected a name without'],
    ['has a reason of two lines', { ...override, reason: 'a\nb' }, 'reason: expected a line of text'],
    [
      'has a reason that a tag may not hold',
      { ...override, reason: 'see https://x' },
      'reason: expected a line of text',
    ],
    [
      'has a reason that a tag may not hold in any case',
      { ...override, reason: 'see HTTPS://x' },
      'reason: expected a line of text',
    ],
    [
      'has a reason with a control character',
      { ...override, reason: 'a\u0007b' },
      'reason: expected a line of text',
    ],
    [
      'has a reason of two lines by another name',
      { ...override, reason: 'a\u2028b' },
      'reason: expected a line of text',
    ],
    [
      'has a reason of two paragraphs',
      { ...override, reason: 'a\u2029http://b' },
      'reason: expected a line of text',
    ],
    ['has half a character in a name', { ...override, by: 'net\udc00ops' }, 'by: expected a name without'],
    ['has half a character in a reason', { ...override, reason: 'a \ud83d b' }, 'reason: expected a line'],
    ['has half a character for a reason', { ...override, reason: '\ud83d' }, 'reason: expected a line'],
    ['is by an address', { ...override, by: 'http://x' }, 'by: expected a name without'],
    ['is by an address in capitals', { ...override, by: 'HTTP://x' }, 'by: expected a name without'],
    ['is by a name with a tabulator', { ...override, by: 'a\tb' }, 'by: expected a name without'],
    ['is by a name of two lines', { ...override, by: 'a\u2028b' }, 'by: expected a name without'],
    ['has a misspelled key', { ...override, reasn: 'x' }, 'reasn: unknown key; did you mean "reason"?'],
  ])('is refused when it %s', async (_, event, problem) => {
    expect(await refusalOf(event)).toContain(problem);
  });
});

describe('clearing overrides', () => {
  it.each<[object, object]>([
    [
      { action: 'clear-override', all: true },
      { action: 'clear-override', flowLogs: 'all' },
    ],
    [
      { action: 'clear-override', flowLogIds: ['a'] },
      { action: 'clear-override', flowLogs: ['a'] },
    ],
  ])('may be %j', async (event, request) => {
    expect(await requestOf(event)).toEqual(request);
  });

  it.each<[string, object, string]>([
    ['names no flow log', {}, 'expected one of flowLogIds, select and "all": true'],
    [
      'names some and all',
      { all: true, flowLogIds: ['a'] },
      'expected one of flowLogIds, select and "all": true',
    ],
    [
      'has a status',
      { all: true, status: 'Active' },
      'status: unknown key; known keys: action, flowLogIds, select, all',
    ],
  ])('is refused when it %s', async (_, parts, problem) => {
    expect(await refusalOf({ action: 'clear-override', ...parts })).toContain(problem);
  });
});

it.each([
  [{ action: 'override', status: 'Active', for: '1h', regionId: 'cn-hangzhou' }],
  [{ action: 'override', status: 'Active', for: '1h', select: {} }],
  [{ action: 'clear-override', schedule: 'office-hours' }],
])('whoever tries to select is shown how: %j', async (event) => {
  const [, accepted = ''] = (await refusalOf(event)).split('\n');
  const form = JSON.parse(accepted.replace('Accepted: ', ''));
  expect(form).toMatchObject({ action: event.action, select: { regionId: 'cn-hangzhou' } });
  expect(await requestOf(form)).toMatchObject({ action: event.action });
});
