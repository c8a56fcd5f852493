import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { table } from '../../lib/tool/table.ts';
import { cellsOf, hasColours } from '../support/columns.ts';

test('each column starts at the same place of every line, whatever is in the cells', () => {
  const cell = fc.stringMatching(/^(?:[a-z0-9:+-]|[一-龥]|[，。（）]|[가-힣]){0,12}$/u);
  const head = ['FLOW LOG', 'WHY', 'NEXT CHANGE'];
  const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(rows, (cells) => {
      const text = table(head, cells, null);
      expect(cellsOf(text)).toEqual(cells);
      expect(hasColours(text)).toBe(false);
      expect(text).not.toMatch(/[ \t]\n/);
    }),
    { numRuns: 200 },
  );
});

test('a table without rows is its head', () => {
  expect(table(['FLOW LOG', 'STATUS'], [], null)).toBe('FLOW LOG  STATUS\n');
});

test('what does not line up is seen by these tests', () => {
  expect(() => cellsOf('A   B\nlonger\n')).toThrow();
  expect(() => cellsOf('A     B\n名字很长 b\n')).toThrow();
});

describe('on a terminal', () => {
  const HEAD = ['FLOW LOG', 'NAME', 'REGION', 'STATUS', 'WHY'];
  const ID = 'flowlog-m5evbtbptexample1';

  test('a table that fits looks as it does elsewhere', () => {
    const rows = [[ID, '办公室', 'cn-hangzhou', 'Active', 'window Mon-Fri']];
    expect(table(HEAD, rows, 80)).toBe(table(HEAD, rows, null));
  });

  test('columns that have no room follow on the next line of each row, under their heads', () => {
    const rows = [
      [ID, '杭州办公室', 'cn-hangzhou', 'Active', 'window Mon-Fri'],
      [ID, 'shanghai', 'cn-shanghai', 'Inactive', 'outside every window'],
    ];
    expect(table(HEAD, rows, 64)).toBe(
      [
        'FLOW LOG                   NAME        REGION       STATUS',
        '  WHY',
        'flowlog-m5evbtbptexample1  杭州办公室  cn-hangzhou  Active',
        '  window Mon-Fri',
        'flowlog-m5evbtbptexample1  shanghai    cn-shanghai  Inactive',
        '  outside every window',
        '',
      ].join('\n'),
    );
  });

  test('a row that has nothing for its further line has none', () => {
    expect(
      table(
        ['FLOW LOG', 'WHY'],
        [
          ['a'.repeat(12), ''],
          ['b', 'outside every window'],
        ],
        28,
      ),
    ).toBe(['FLOW LOG', '  WHY', 'aaaaaaaaaaaa', 'b', '  outside every window', ''].join('\n'));
  });

  test('a text that is longer than a line is wrapped where half a line is left', () => {
    expect(table(['RESULT', 'FOUND'], [['fail', 'one two three four five six seven']], 24)).toBe(
      ['RESULT  FOUND', 'fail    one two three', '        four five six', '        seven', ''].join('\n'),
    );
  });

  test('a long text that several rows share is written once', () => {
    const why = 'ProjectNotExist: The Project does not exist: ops-audit';
    const rows = ['a', 'b', 'c'].map((id) => [id, id === 'c' ? 'another' : why]);
    expect(table(['FLOW LOG', 'WHY'], rows, 40)).toBe(
      [
        'FLOW LOG  WHY',
        'a         (1)',
        'b         (1)',
        'c         another',
        '(1) ProjectNotExist: The Project does',
        '    not exist: ops-audit',
        '',
      ].join('\n'),
    );
  });

  test('colours take no room', () => {
    const red = `${String.fromCharCode(27)}[31mfail${String.fromCharCode(27)}[39m`;
    const plain = table(['RESULT', 'CHECK'], [['fail', 'one two three four']], 24);
    expect(stripVTControlCharacters(table(['RESULT', 'CHECK'], [[red, 'one two three four']], 24))).toBe(
      plain,
    );
  });

  test('no line is longer than the terminal, and no word is lost', () => {
    const word = fc.stringMatching(/^(?:[a-z0-9:+-]|[一-龥]){1,7}$/u);
    const cell = fc.array(word, { maxLength: 12 }).map((words) => words.join(' '));
    const rows = fc.array(fc.tuple(cell, cell, cell, cell), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 32, max: 100 }), (cells, width) => {
        const text = table(['A', 'B', 'C', 'D'], cells, width);
        for (const line of text.split('\n')) {
          const wide = [...line].filter((character) => /[一-龥]/.test(character)).length;
          expect(line.length + wide).toBeLessThanOrEqual(width);
        }
        for (const each of cells.flat().flatMap((texts) => texts.split(' '))) expect(text).toContain(each);
      }),
      { numRuns: 300 },
    );
  });
});
