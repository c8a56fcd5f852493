import { expect, test } from 'vitest';
import { coloursFor } from '../../lib/tool/colours.ts';
import { hasColours } from '../support/columns.ts';

const silent = { out: () => {}, err: () => {}, columns: 80 };

test.each([
  ['yes on a terminal', true, {}, true],
  ['yes on a terminal with an empty NO_COLOR', true, { NO_COLOR: '' }, true],
  ['no with NO_COLOR', true, { NO_COLOR: '1' }, false],
  ['no where nobody watches', false, {}, false],
  ['no where nobody watches, whatever the environment asks for', false, { FORCE_COLOR: '1' }, false],
])('colours: %s', (_, isTerminal, env, coloured) => {
  const paint = coloursFor({ ...silent, isTerminal, env });
  expect(hasColours(paint.bold(paint.green('Active')))).toBe(coloured);
});
