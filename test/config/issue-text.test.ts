import { describe, expect, it } from 'vitest';
import { formatIssue, formatPath } from '../../lib/config/issues.ts';
import { didYouMean, show } from '../../lib/text.ts';

describe('the text of an issue', () => {
  it.each([
    [[], ''],
    [['limits', 'maxFlowLogs'], 'limits.maxFlowLogs'],
    [['flowLogs', 2, 'schedule'], 'flowLogs[2].schedule'],
    [['schedules', 'office-hours', 'windows', 0], 'schedules.office-hours.windows[0]'],
    [['schedules', 'a b', 'windows'], 'schedules["a b"].windows'],
    [['schedules', 'a.b'], 'schedules["a.b"]'],
    [['schedules', ''], 'schedules[""]'],
  ])('writes the path %j as %s', (keys, path) => {
    expect(formatPath(keys)).toBe(path);
  });

  it.each([
    [{ path: 'limits', message: 'is off', line: 3 }, 'limits: is off (line 3)'],
    [{ path: 'limits', message: 'is off', line: null }, 'limits: is off'],
    [{ path: '', message: 'is off', line: 1 }, 'is off (line 1)'],
    [{ path: '', message: 'is off', line: null }, 'is off'],
  ])('of %j is "%s"', (issue, text) => {
    expect(formatIssue(issue)).toBe(text);
  });
});

describe('a suggestion', () => {
  it.each([
    ['ofice-hours', '; did you mean "office-hours"?'],
    ['OFFICE-HOURS', '; did you mean "office-hours"?'],
    ['offcie-hours', '; did you mean "office-hours"?'],
    ['sampl', '; did you mean "Sample"?'],
    ['cn', '; did you mean "cn2"?'],
  ])('is made for %s', (name, hint) => {
    expect(didYouMean(name, ['office-hours', 'Sample', 'cn2'])).toBe(hint);
  });

  it.each(['weekend', 'from', 'x', ''])('is not made for "%s"', (name) => {
    expect(didYouMean(name, ['office-hours', 'cron'])).toBe('');
  });

  it('is not made when nothing is known', () => {
    expect(didYouMean('office-hours', [])).toBe('');
  });
});

describe('a value in an issue', () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;

  it.each([
    ['a text', 'a "b"', String.raw`"a \"b\""`],
    ['a number', 5, '5'],
    ['null', null, 'null'],
    ['what is not there', undefined, 'nothing'],
    ['an object', { a: [1] }, '{"a":[1]}'],
    ['what JSON leaves out', Symbol('x'), 'Symbol(x)'],
    ['an object that contains itself', circle, 'a value that JSON cannot write'],
    ['what JSON refuses', 5n, 'a value that JSON cannot write'],
  ])('is readable: %s', (_, value, text) => {
    expect(show(value)).toBe(text);
  });

  it('is never longer than 60 characters', () => {
    expect(show('x'.repeat(58))).toBe(`"${'x'.repeat(58)}"`);
    expect(show('x'.repeat(59))).toBe(`"${'x'.repeat(56)}…`);
  });
});
