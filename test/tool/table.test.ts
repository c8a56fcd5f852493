import fc from 'fast-check';
import { expect, test } from 'vitest';
import { table } from '../../lib/tool/table.ts';
import { cellsOf, hasColours } from '../support/columns.ts';

test('each column starts at the same place of every line, whatever is in the cells', () => {
  const cell = fc.stringMatching(/^(?:[a-z0-9:+-]|[一-龥]|[，。（）]|[가-힣]){0,12}$/u);
  const head = ['FLOW LOG', 'WHY', 'NEXT CHANGE'];
  const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(rows, (cells) => {
      const text = table(head, cells);
      expect(cellsOf(text)).toEqual(cells);
      expect(hasColours(text)).toBe(false);
      expect(text).not.toMatch(/[ \t]\n/);
    }),
    { numRuns: 200 },
  );
});

test('a table without rows is its head', () => {
  expect(table(['FLOW LOG', 'STATUS'], [])).toBe('FLOW LOG  STATUS\n');
});

test('what does not line up is seen by these tests', () => {
  expect(() => cellsOf('A   B\nlonger\n')).toThrow();
  expect(() => cellsOf('A     B\n名字很长 b\n')).toThrow();
});
