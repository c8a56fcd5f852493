/** Text broken into lines for a terminal or a drawing. Pure. */

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Accents that stand on the character before them, and joiners. */
const NONE = /[\p{Mn}\p{Me}\u200b-\u200d]/u;

/** Columns of a text in a terminal; Chinese characters and the like take two. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : NONE.test(character) ? 0 : 1;
  return columns;
}

/** Breaks a text into lines of at most `width` as `measure` counts it, between words where it can. */
export function wrap(
  text: string,
  width: number,
  measure: (text: string) => number = columnsOf,
): readonly string[] {
  const lines: string[] = [];
  let line = '';
  const push = () => {
    if (line !== '') lines.push(line);
    line = '';
  };
  // A time and its offset stay together.
  for (const word of text.trim().split(/\s+(?![+-]\d\d:\d\d\b)/)) {
    if (line !== '' && measure(`${line} ${word}`) > width) push();
    if (line !== '') line += ' ';
    for (const character of word) {
      if (measure(line + character) > width) push();
      line += character;
    }
  }
  push();
  return lines;
}

/** The lines of a label; of one that the day before has too, the first two must do. */
export function shortened(lines: readonly string[], continued: boolean): readonly string[] {
  return continued && lines.length > 2 ? [...lines.slice(0, 1), `${lines[1]} …`] : lines;
}
