import { describe, expect, it } from 'vitest';
import { printable } from '../../lib/text.ts';
import { element, render, trusted } from '../../lib/tool/preview/markup.ts';
import { columnsOf, formatHours, formatShare, wrap } from '../../lib/tool/preview/words.ts';

describe('lengths and shares', () => {
  it.each([
    [0, '0 h'],
    [12 * 3_600_000, '12 h'],
    [12.5 * 3_600_000, '12 h 30 min'],
    [600_000, '10 min'],
    [90_000, '1 min 30 s'],
    [1_234 * 3_600_000, '1,234 h'],
  ])('tell %i ms as %s', (ms, text) => {
    expect(formatHours(ms)).toBe(text);
  });

  it.each([
    [0, 100, '0 %'],
    [100, 100, '100 %'],
    [64.2857, 100, '64.3 %'],
    [0.001, 100, '0.1 %'],
    [99.999, 100, '99.9 %'],
    [0, 0, '0 %'],
  ])('tell %d of %d as %s: all and nothing only when it is so', (savedMs, totalMs, text) => {
    expect(formatShare({ savedMs, totalMs, activeMs: totalMs - savedMs })).toBe(text);
  });
});

describe('text of a config', () => {
  it('cannot steer a terminal', () => {
    expect(printable('a\u001b[2Jb\nc\u202ed\u0000\ud800')).toBe('a\ufffd[2Jb\ufffdc\ufffdd\ufffd\ufffd');
    expect(printable('季度结算 😀 naïve')).toBe('季度结算 😀 naïve');
  });

  it('counts Chinese characters as two columns', () => {
    expect(columnsOf('季度 ok')).toBe(7);
  });

  it.each([
    ['between words', 'quarter close of the year', 12, ['quarter', 'close of the', 'year']],
    ['within a word that is too long', 'abcdefgh ij', 5, ['abcde', 'fgh', 'ij']],
    ['by columns', '季度结算 x', 4, ['季度', '结算', 'x']],
    ['not at all when there is nothing', '', 4, []],
    ['and drops spaces', '  a   b ', 10, ['a b']],
    ['and keeps an offset with its time', 'at Sat 06:00 -05:00 a', 12, ['at Sat', '06:00 -05:00', 'a']],
  ])('is broken into lines %s', (_, text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });
});

describe('markup', () => {
  it('escapes texts and attributes, and nothing twice', () => {
    const inner = element('b', { title: '"<&\'>', missing: undefined, n: 1 }, 'a < b', [' & ', 'c']);
    expect(render(element('p', {}, inner, trusted('<br>')))).toBe(
      '<p><b title="&quot;&lt;&amp;&#39;&gt;" n="1">a &lt; b &amp; c</b><br></p>',
    );
  });

  it('ends elements so that HTML and XML read them alike', () => {
    expect(
      render([element('meta', {}), element('td', {}), element('rect', {}, element('title', {}, 't'))]),
    ).toBe('<meta/><td></td><rect><title>t</title></rect>');
  });
});
