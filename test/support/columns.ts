import { expect } from 'vitest';

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/** A line by the columns of a terminal: what is drawn two columns wide is followed by an empty one. */
const drawn = (line: string): readonly string[] =>
  [...line].flatMap((character) => (WIDE.test(character) ? [character, ''] : [character]));

/**
 * The cells of a table whose columns are two spaces apart, by row. Fails the test unless each column starts at the
 * same place of every line.
 */
export function cellsOf(table: string): readonly (readonly string[])[] {
  const [head = '', ...rows] = table.replace(/\n$/, '').split('\n');
  const starts = [...head.matchAll(/(?<=^| {2})\S/g)].map(({ index }) => index);
  for (const line of [head, ...rows].map(drawn)) {
    for (const start of starts.slice(1)) {
      const gap = line.slice(start - 2, start).join('');
      expect({ line: line.join(''), start, gap: gap.trim() }).toMatchObject({ gap: '' });
    }
  }
  return rows.map(drawn).map((row) =>
    starts.map((start, index) => {
      const cell = row.slice(start, starts[index + 1]).join('');
      // What overhangs to the left would leave a cell that begins with a space.
      expect(cell).not.toMatch(/^ +\S/);
      return cell.trim();
    }),
  );
}

const ESCAPE = String.fromCharCode(27);

/** Whether a text holds what only a terminal understands. */
export const hasColours = (text: string): boolean => text.includes(ESCAPE);
