import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, parseDocument, stringify } from 'yaml';
import { append, type Item } from '../../../lib/tool/init/append.ts';
import { validFile } from '../../support/config-files.ts';

const item = (flowLogId: string, comment: string | null = `about ${flowLogId}`): Item => ({
  key: null,
  value: { flowLogId, regionId: 'cn-hangzhou', schedule: 's' },
  comment,
});
const ITEMS = [item('flowlog-8'), item('flowlog-9')];

/** What came to a text, when nothing else of it changed. */
function inserted(before: string, after: string | null): string {
  if (after === null) throw new Error('no place was found');
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  const end = after.length - (before.length - start);
  expect(after.slice(0, start) + after.slice(end)).toBe(before);
  return after.slice(start, end);
}

const LINES = [
  '  # about flowlog-8',
  '  - { flowLogId: flowlog-8, regionId: cn-hangzhou, schedule: s }',
  '  # about flowlog-9',
  '  - { flowLogId: flowlog-9, regionId: cn-hangzhou, schedule: s }',
];

describe('append adds to a list in block style', () => {
  it.each([
    ['at the end of the file', 'flowLogs:\n  - { a: 1 }\n  - b: 2\n    c: 3\n'],
    ['that lacks its last line break', 'flowLogs:\n  - { a: 1 }'],
    ['before what follows', 'flowLogs:\n  - { a: 1 }\n\nlimits:\n  # few\n  concurrency: 1\n'],
    [
      'with comments everywhere',
      '# top\nflowLogs: # list\n  # one\n  - { a: 1 } # its end\n#  - { off: 1 }\n\n# bottom\n',
    ],
    [
      'whose last value is quoted, folded or empty',
      'flowLogs:\n  - a: "x #y"\n  - a: >-\n      b\n      c\n  - a:\nend: 1\n',
    ],
    ['that has an anchor', 'x: &one { a: 1 }\nflowLogs: &all\n  - *one\n  - &two { a: 2 }\n'],
    ['of a document with marks', '%YAML 1.2\n---\nflowLogs:\n  - { a: 1 }\n...\n'],
    ['that was empty', 'flowLogs:  # none yet\n'],
    ['with wide characters and a mark of its encoding', '\ufeff# 流日志 🚦\nflowLogs:\n  - { a: 季度 }\n'],
  ])('%s', (_, text) => {
    for (const [eol, version] of [
      ['\n', text],
      ['\r\n', text.replaceAll('\n', '\r\n')],
    ] as const) {
      const lines = inserted(version, append(version, 'flowLogs', ITEMS)).split(eol);
      expect(lines.filter((line) => line !== '')).toEqual(LINES);
    }
  });

  it('as far in as it is', () => {
    for (const indent of ['', ' ', '      ']) {
      const text = `flowLogs:\n${indent}- { a: 1 }\n`;
      const added = inserted(text, append(text, 'flowLogs', ITEMS));
      expect(added).toContain(`\n${indent}- { flowLogId: flowlog-9`);
    }
  });
});

describe('append adds to a list in brackets', () => {
  it.each([
    ['that is empty, over two lines', 'flowLogs: [ # none\n  ]\n'],
    ['over lines', 'flowLogs: [\n    { a: 1 },\n    { b: 2 }\n  ]\nend: 1\n'],
    ['with a comma at its end', 'flowLogs: [\n    { a: 1 },\n    { b: 2 }, # last\n  ]\n'],
    ['with a comma and a comment on the next line', 'flowLogs: [\n  { a: 1 } # a, b\n  , # c\n  ]\n'],
    [
      'with comments that have brackets',
      'flowLogs: [ # [\n    { a: 1 }, # ],\n    { b: 2 } # ]\n    # ]\n  ]\n',
    ],
    ['of a document in braces', '{ timezone: UTC, flowLogs: [{ a: 1 }], end: 1 }\n'],
  ])('%s', (_, text) => {
    for (const version of [text, text.replaceAll('\n', '\r\n')]) {
      const after = append(version, 'flowLogs', ITEMS);
      inserted(version, after);
      const list = parse(after ?? '').flowLogs;
      expect(list.slice(0, -2)).toEqual(parse(version).flowLogs);
      expect(list.slice(-2)).toEqual(ITEMS.map(({ value }) => value));
    }
  });

  it.each([
    [
      'on one line',
      'flowLogs: [{ a: 1 }, { b: 2 }] # mine\nend: 1\n',
      ['flowLogs: # mine', '- { a: 1 }', '- { b: 2 }'],
    ],
    ['that is empty', 'flowLogs: []\nend: 1\n', ['flowLogs:']],
    ['of plain words', 'flowLogs: [a,b , ]\nend: 1\n', ['flowLogs:', '- a', '- b']],
    [
      'with anchors',
      'flowLogs: &all [&x { a: 1 }, *x]\nend: 1\n',
      ['flowLogs: &all', '- &x { a: 1 }', '- *x'],
    ],
  ])('that opens and closes on one line, which gets a line for each item: %s', (_, text, there) => {
    for (const version of [text, text.replaceAll('\n', '\r\n')]) {
      const after = append(version, 'flowLogs', ITEMS) ?? '';
      const [head = '', ...members] = there;
      const lines = [head, ...members.map((line) => `  ${line}`), ...LINES, 'end: 1', ''];
      expect(after).toBe(lines.join(version.includes('\r') ? '\r\n' : '\n'));
    }
  });

  it('on the one line where there is no other place', () => {
    const values = ITEMS.map(({ value }) => JSON.stringify(value)).join(', ');
    expect(append('{"flowLogs": [{"a": 1}], "end": 1}', 'flowLogs', ITEMS)).toBe(
      `{"flowLogs": [{"a": 1}, ${values}], "end": 1}`,
    );
  });

  it('with the comma on its own side, so that no line changes', () => {
    const text = 'flowLogs: [\n    { a: 1 } # one\n  ]\n';
    expect(append(text, 'flowLogs', ITEMS)?.split('\n')).toEqual([
      'flowLogs: [',
      '    { a: 1 } # one',
      '    # about flowlog-8',
      '    , { flowLogId: flowlog-8, regionId: cn-hangzhou, schedule: s }',
      '    # about flowlog-9',
      '    , { flowLogId: flowlog-9, regionId: cn-hangzhou, schedule: s }',
      '  ]',
      '',
    ]);
  });

  it('of JSON, which stays JSON', () => {
    for (const space of [0, 2, 4]) {
      const before = { timezone: 'UTC', flowLogs: [{ a: 1 }, { b: [] }], end: {} };
      const text = JSON.stringify(before, null, space);
      const after = append(text, 'flowLogs', ITEMS);
      inserted(text, after);
      const values = ITEMS.map(({ value }) => value);
      expect(JSON.parse(after ?? '')).toEqual({ ...before, flowLogs: [...before.flowLogs, ...values] });
    }
  });
});

describe('append adds to a mapping', () => {
  const ROLE = { roleArn: 'acs:ram::1234567890123456:role/flow-log-scheduler' };
  const RETAIL: Item = { key: 'retail', value: ROLE, comment: null };
  it.each([
    ['in block style', 'accounts:\n  old: { roleArn: x } # there\nflowLogs: []\n'],
    ['in braces', 'accounts: {\n  old: { roleArn: x } }\nflowLogs: []\n'],
    ['that is not there', 'flowLogs:\n  - { a: 1 }\n# end\n'],
    ['that is not there, in a document in braces', '{ flowLogs: [] }'],
    ['that is not there, in JSON', '{\n  "flowLogs": []\n}\n'],
    ['that is empty', 'accounts: # none\nflowLogs: []\n'],
  ])('%s', (_, text) => {
    const after = append(text, 'accounts', [RETAIL]);
    inserted(text, after);
    const before = parse(text);
    expect(parse(after ?? '')).toEqual({ ...before, accounts: { ...before.accounts, retail: ROLE } });
  });
});

it('append gives each entry of a mapping in braces on one line a line', () => {
  const retail: Item = { key: 'retail', value: { roleArn: 'r' }, comment: null };
  expect(append('accounts: { old: { roleArn: x } }\n', 'accounts', [retail])).toBe(
    'accounts:\n  old: { roleArn: x }\n  retail: { roleArn: r }\n',
  );
});

describe('append finds no place, and says so,', () => {
  it.each([
    ['where the list is an alias', 'x: &all []\nflowLogs: *all\n'],
    ['where it is no list', 'flowLogs: none\n'],
    ['where more than it would change', 'flowLogs: &all [{ a: 1 }]\nx: *all\n'],
    ['where the document is none', '- flowLogs: []\n'],
    ['where the text is not YAML', 'flowLogs: [\n'],
    ['where the name is taken', 'flowLogs: []\nflowLogs: []\n'],
  ])('%s', (_, text) => {
    expect(append(text, 'flowLogs', ITEMS)).toBeNull();
  });

  it('where the mapping has the name already', () => {
    expect(
      append('accounts:\n  retail: {}\n', 'accounts', [{ key: 'retail', value: {}, comment: null }]),
    ).toBeNull();
  });
});

it('append quotes what YAML would read as something else', () => {
  for (const schedule of ['on', '123', 'a b', '1e3', 'null', '~', '2026-11-26', '#x', '-', 'a: b', '季度']) {
    const added = append('flowLogs:\n  - { a: 1 }\n', 'flowLogs', [
      { key: null, value: { schedule }, comment: null },
    ]);
    expect(parse(added ?? '').flowLogs.at(-1)).toEqual({ schedule });
  }
});

it('append changes nothing else of any valid config, however it is written', () => {
  const written = fc
    .tuple(
      validFile,
      fc.record({
        indent: fc.integer({ min: 2, max: 6 }),
        indentSeq: fc.boolean(),
        collectionStyle: fc.constantFrom('any' as const, 'block' as const, 'flow' as const),
        lineWidth: fc.constantFrom(0, 40),
      }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
    )
    .map(([file, options, eol, isJson]) =>
      (isJson ? JSON.stringify(file, null, options.indent) : stringify(file, options)).replaceAll('\n', eol),
    );
  fc.assert(
    fc.property(written, (text) => {
      // An empty list in block style is written so that it cannot be read back.
      fc.pre(parseDocument(text).errors.length === 0);
      inserted(text, append(text, 'flowLogs', ITEMS));
    }),
    { numRuns: 40 },
  );
});
