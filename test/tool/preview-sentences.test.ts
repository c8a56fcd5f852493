import { describe, expect, it } from 'vitest';
import { printable } from '../../lib/text.ts';
import { formatHours } from '../../lib/tool/hours.ts';
import { markup } from '../../lib/tool/preview/markup.ts';
import { formatShare } from '../../lib/tool/preview/sentences.ts';
import { columnsOf, wrap } from '../../lib/tool/wrap.ts';

describe('lengths and shares', () => {
  it.each([
    [0, '0 h'],
    [12 * 3_600_000, '12 h'],
    [12.5 * 3_600_000, '12 h 30 min'],
    [600_000, '10 min'],
    [90_000, '1 min 30 s'],
    [1_234 * 3_600_000, '1,234 h'],
  ])('show %i ms as %s', (ms, text) => {
    expect(formatHours(ms)).toBe(text);
  });

  it.each([
    [0, 100, '0 %'],
    [100, 100, '100 %'],
    [64.2857, 100, '64.3 %'],
    [0.001, 100, '0.1 %'],
    [99.999, 100, '99.9 %'],
    [0, 0, '0 %'],
  ])('show %d of %d as %s: all and nothing only when it is so', (inactiveMs, totalMs, text) => {
    expect(formatShare({ totalMs, activeMs: totalMs - inactiveMs })).toBe(text);
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
  it('escapes what is filled in, and nothing twice', () => {
    const inner = markup`<b title="${'"<&\'>'}" n="${1}">${'a < b'}${[' & ', 'c']}</b>`;
    expect(markup`<p>${inner}${[]}</p>`.markup).toBe(
      '<p><b title="&quot;&lt;&amp;&#39;&gt;" n="1">a &lt; b &amp; c</b></p>',
    );
  });
});
