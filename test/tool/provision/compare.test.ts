import { describe, expect, it } from 'vitest';
import {
  alertDifferences,
  dashboardDifferences,
  differences,
  mergeAlert,
  mergeDashboard,
  mergeIndex,
} from '../../../lib/tool/provision/compare.ts';

describe('differences', () => {
  it.each([
    ['what is equal', { a: 1, b: ['x'] }, { a: 1, b: ['x'] }, []],
    ['fields of others', { a: 1, added: 2 }, { a: 1 }, []],
    ['a number that is text', { a: '1' }, { a: 1 }, []],
    ['false that is left out', {}, { a: false, b: '', c: [], d: {} }, []],
    ['another value', { a: { b: 'text' } }, { a: { b: 'long' } }, ['a.b is "text", wanted "long"']],
    ['what is absent', {}, { a: { b: 1 } }, ['a.b is absent, wanted 1']],
    ['false for true', { a: false }, { a: true }, ['a is false, wanted true']],
    ['a list of another length', { a: [1] }, { a: [1, 2] }, ['a has 1 entries, wanted 2']],
    [
      'another order',
      { a: ['x', 'y'] },
      { a: ['y', 'x'] },
      ['a[0] is "x", wanted "y"', 'a[1] is "y", wanted "x"'],
    ],
    ['an object for a text', { a: {} }, { a: 'x' }, ['a is {}, wanted "x"']],
    ['a text for an object', { a: 'x' }, { a: { b: 1 } }, ['a.b is absent, wanted 1']],
  ])('%s', (_, existing, wanted, expected) => {
    expect(differences(existing, wanted)).toEqual(expected);
  });

  it('show the beginning of long values', () => {
    const [told = ''] = differences({ a: 'x'.repeat(200) }, { a: 'y' });
    expect(told).toMatch(/^a is "x{58}…, wanted "y"$/);
  });
});

const CHART = { title: 'ours', type: 'linepro', search: { start: '-1d' } };
const DASHBOARD = { dashboardName: 'board', charts: [CHART] };

describe('a dashboard', () => {
  it('may hold charts of others, in any order', () => {
    const existing = { ...DASHBOARD, charts: [{ title: 'theirs' }, CHART] };
    expect(dashboardDifferences(existing, DASHBOARD)).toEqual([]);
    expect(mergeDashboard(existing, DASHBOARD).charts).toEqual([CHART, { title: 'theirs' }]);
  });

  it('differs by a chart that is missing or another', () => {
    expect(dashboardDifferences({ ...DASHBOARD, charts: [] }, DASHBOARD)).toEqual(['chart ours is missing']);
    const changed = { ...CHART, search: { start: '-2d' } };
    expect(dashboardDifferences({ ...DASHBOARD, charts: [changed] }, DASHBOARD)).toEqual([
      'chart ours.search.start is "-2d", wanted "-1d"',
    ]);
    expect(mergeDashboard({ ...DASHBOARD, charts: [changed] }, DASHBOARD).charts).toEqual([CHART]);
  });
});

const ALERT = {
  name: 'no-run',
  configuration: { threshold: 1, policyConfiguration: { actionPolicyId: 'sls.builtin' } },
};

describe('an alert', () => {
  const chosen = { threshold: 1, policyConfiguration: { actionPolicyId: 'netops' }, muteUntil: 5 };

  it('keeps the policies that people chose, and does not differ by them', () => {
    const existing = { ...ALERT, configuration: chosen, status: 'ENABLED' };
    expect(alertDifferences(existing, ALERT)).toEqual([]);
    expect(mergeAlert({ ...existing, configuration: { ...chosen, threshold: 2 } }, ALERT)).toEqual({
      ...ALERT,
      configuration: chosen,
    });
  });

  it('gets ours where there are none', () => {
    expect(mergeAlert({ configuration: {} }, ALERT)).toEqual(ALERT);
    expect(alertDifferences({ name: 'no-run' }, ALERT)).toEqual([
      'configuration.threshold is absent, wanted 1',
    ]);
  });
});

it('an index keeps the fields of others', () => {
  const existing = {
    log_reduce: true,
    line: { token: [','], exclude_keys: ['big'] },
    keys: { theirs: { type: 'text' }, lagMs: { type: 'text' } },
  };
  const wanted = { line: { token: [' '] }, keys: { lagMs: { type: 'long' } }, max_text_len: 64 };
  expect(mergeIndex(existing, wanted)).toEqual({
    log_reduce: true,
    line: { token: [' '], exclude_keys: ['big'] },
    keys: { theirs: { type: 'text' }, lagMs: { type: 'long' } },
    max_text_len: 64,
  });
});
