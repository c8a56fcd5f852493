import { describe, expect, it } from 'vitest';
import { toRecords } from '../../../lib/reconcile/records.ts';
import { type FlowLogResult, OUTCOMES, type Report, summarise } from '../../../lib/reconcile/report.ts';
import { PERIOD_LIMITS_MS } from '../../../lib/tool/provision/definitions/alerts.ts';
import { type Definitions, definitionsFor } from '../../../lib/tool/provision/definitions/definitions.ts';
import * as queries from '../../../lib/tool/provision/definitions/queries.ts';
import { RUNTIME } from '../../support/runtime.ts';

const TARGET = { regionId: 'cn-hangzhou', project: 'ops-audit', logstore: 'flow-log-scheduler' };
const DEFINITIONS = definitionsFor(TARGET, 300_000);

const FLOW_LOG: FlowLogResult = {
  ...{
    position: 0,
    service: 'cen',
    flowLogId: 'flowlog-1',
    name: 'hangzhou-office',
    regionId: 'cn-hangzhou',
    cenId: 'cen-1',
    account: 'retail',
    schedule: 'office',
  },
  ...{ observed: 'Inactive', desired: 'Active', status: 'Active', reason: 'window', action: 'activate' },
  ...{
    outcome: 'confirmed',
    nextTransition: Date.parse('2026-11-23T12:00:00.000Z'),
    attempts: 2,
    settleMs: 1_500,
  },
  doubt: null,
  error: { code: 'Throttling.User', message: 'slow down', requestId: 'request-1' },
  override: {
    status: 'Active',
    until: Date.parse('2026-11-23T12:00:00.000Z'),
    by: 'netops',
    reason: 'incident',
  },
};
const REPORT: Report = {
  ...{
    runId: 'run-1',
    action: 'reconcile',
    dryRun: false,
    ok: true,
    at: Date.parse('2026-11-23T00:00:03.120Z'),
  },
  summary: summarise([FLOW_LOG]),
  flowLogs: [FLOW_LOG],
  warnings: [{ subject: null, message: 'calendar ends' }],
  error: { code: 'InvalidConfig', message: 'no', requestId: null },
  ...{ apiCalls: 4, durationMs: 2_345 },
  notInConfig: [],
  statuses: { active: 3, inactive: 1 },
};
/** Every field has a value here, so that its type shows. */
const RECORDS = toRecords(
  REPORT,
  {
    trigger: 'timer',
    requestId: 'fc-1',
    triggerName: 'tick',
    triggerTime: '2026-11-23T00:00:00Z',
    runtime: RUNTIME,
  },
  true,
);
const VALUES = new Map(RECORDS.flatMap((record) => Object.entries(record)));
const [RUN = {}, FLOW_LOG_RECORD = {}] = RECORDS;

describe('the index', () => {
  const { keys } = DEFINITIONS.index;

  it('has exactly the fields that the records of a run have', () => {
    expect(Object.keys(keys).sort()).toEqual([...VALUES.keys()].sort());
  });

  it.each(Object.entries(keys))('lets SQL read %s, as a number where it is one', (name, key) => {
    const value = VALUES.get(name) ?? '';
    const isWhole = /^\d+$/.test(value) && name !== 'schemaVersion';
    expect(key.doc_value).toBe(true);
    expect(key.type).toBe(isWhole ? 'long' : /^\d+\.\d+$/.test(value) ? 'double' : 'text');
    expect(key.token === undefined).toBe(key.type !== 'text');
  });

  it('keeps IDs whole and cuts sentences', () => {
    const { token = [] } = keys.errorMessage ?? {};
    expect(token).not.toContain('-');
    expect(token).toEqual(expect.arrayContaining([' ', ',', ':', '\n', '"']));
    expect(new Set(token).size).toBe(token.length);
  });

  it('sees long error messages whole, as far as SLS allows', () => {
    expect(DEFINITIONS.index.max_text_len).toBe(16_384);
  });
});

const { captureHours, ...constants } = queries;

describe.each(Object.entries({ ...constants, captureHours: captureHours(300_000) }))(
  'the query %s',
  (_, query) => {
    const at = query.indexOf(' | ');
    const [search, statement] = [query.slice(0, at), query.slice(at + 3)];

    it('searches by fields of the records, for values that they have', () => {
      const terms = [...search.matchAll(/(\w+): ("?)([\w-]+)\2/g)].map(([, field, , value]) => ({
        field,
        value,
      }));
      expect(terms.length).toBeGreaterThan(0);
      expect(search.replace(/\w+: "?[\w-]+"?/g, '').replace(/\b(and|or)\b|[() ]/g, '')).toBe('');
      for (const { field = '', value = '' } of terms) {
        expect([...VALUES.keys()]).toContain(field);
        expect(KNOWN_VALUES[field]).toContain(value);
      }
    });

    it('selects fields of the records only', () => {
      const fields = [...statement.matchAll(/"([^"]+)"/g)].map(([, field]) => field);
      for (const field of fields) expect([...VALUES.keys()]).toContain(field);
    });

    it('compares with values that they have', () => {
      const comparisons = [...statement.matchAll(/"(\w+)" (?:=|in) (\([^)]*\)|'[^']*')/g)];
      for (const [, field = '', list = ''] of comparisons) {
        for (const [, value] of list.matchAll(/'([^']*)'/g)) expect(KNOWN_VALUES[field]).toContain(value);
      }
    });

    it('calculates with numbers only', () => {
      const { keys } = DEFINITIONS.index;
      for (const [, field = ''] of statement.matchAll(/(?:sum|max|avg)\("(\w+)"\)/g)) {
        expect(keys[field]?.type).toBe('long');
      }
    });

    it('names where it reads from, and is one line', () => {
      expect(statement).toMatch(/^select .* from log|^select .* from \(/);
      expect(query).not.toMatch(/\n| {2}/);
    });
  },
);

const KNOWN_VALUES: Readonly<Record<string, readonly string[]>> = {
  kind: RECORDS.map(({ kind = '' }) => kind),
  action: ['reconcile', 'activate', 'deactivate', 'none'],
  dryRun: ['true', 'false'],
  outcome: OUTCOMES,
};

it('asks runs for fields of runs, and flow logs for fields of flow logs', () => {
  const fieldsOf = (query: string) => [...query.matchAll(/"(\w+)"/g)].map(([, field]) => field);
  for (const query of [
    queries.RUNS,
    queries.LAST_RUN,
    queries.STATUSES,
    queries.LAG,
    queries.OUTCOMES,
    captureHours(300_000),
  ]) {
    for (const field of fieldsOf(query)) expect(Object.keys(RUN)).toContain(field);
  }
  for (const query of [queries.CAPTURE_TIMELINE, queries.RECENT_CHANGES]) {
    const [, statement = ''] = query.split(' | ');
    for (const field of fieldsOf(statement)) expect(Object.keys(FLOW_LOG_RECORD)).toContain(field);
  }
});

describe('the dashboard', () => {
  const { dashboardName, displayName, charts } = DEFINITIONS.dashboard;

  it('has names that SLS takes', () => {
    expect(dashboardName).toMatch(/^[0-9a-z][0-9a-z_-]{0,126}[0-9a-z]$/);
    expect(displayName.length).toBeLessThanOrEqual(512);
    const titles = charts.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    for (const title of titles) expect(title).toMatch(/^[0-9a-z][0-9a-z_-]{0,98}[0-9a-z]$/);
  });

  it('shows the timeline, the outcomes, the overrides, the hours of capture, and the last run', () => {
    expect(charts.map(({ title }) => title)).toEqual(
      expect.arrayContaining([
        'capture-timeline',
        'outcomes',
        'overrides-in-force',
        'capture-hours',
        'last-run',
      ]),
    );
  });

  it('draws columns that the queries give', () => {
    for (const { title, display, search } of charts) {
      const [{ query = '' } = {}] = search.chartQueries as readonly { readonly query?: string }[];
      const { A = {} } = (display.queryOptionMap ?? {}) as { readonly A?: Readonly<Record<string, unknown>> };
      const { name: _, ...drawn } = A;
      for (const column of Object.values(drawn).flat()) expect(query, title).toMatch(` as ${column}`);
    }
  });

  it('puts no chart over another, nor outside the 24 columns', () => {
    const taken = new Set<string>();
    for (const { title, display } of charts) {
      const { xPos, yPos, width, height } = display as Readonly<Record<string, number>>;
      for (let x = xPos ?? 0; x < (xPos ?? 0) + (width ?? 0); x++) {
        expect(x, title).toBeLessThan(24);
        for (let y = yPos ?? 0; y < (yPos ?? 0) + (height ?? 0); y++) {
          expect(taken.has(`${x}/${y}`), `${title} at ${x}/${y}`).toBe(false);
          taken.add(`${x}/${y}`);
        }
      }
    }
  });
});

describe('the alerts', () => {
  const alertOf = ({ alerts }: Definitions, ending: string) =>
    alerts.find(({ name }) => name.endsWith(ending))?.configuration as {
      readonly noDataFire: boolean;
      readonly queryList: readonly { readonly query: string; readonly start: string; readonly end: string }[];
      readonly groupConfiguration: { readonly type: string; readonly fields: readonly string[] };
      readonly severityConfigurations: readonly { readonly evalCondition: { readonly condition: string } }[];
      readonly annotations: readonly { readonly value: string }[];
    };

  it.each([
    ['5m', 300_000, '-15m', '-20m'],
    ['90s', 90_000, '-270s', '-6m'],
    ['1h', 3_600_000, '-180m', '-240m'],
    ['8h, where SLS looks back no further', PERIOD_LIMITS_MS.max, '-1440m', '-1440m'],
  ])('look back three and four periods of %s', (_, period, hasNotRun, outOfStatus) => {
    const definitions = definitionsFor(TARGET, period);
    expect(alertOf(definitions, 'has-not-run').queryList[0]).toMatchObject({ start: hasNotRun, end: 'now' });
    expect(alertOf(definitions, 'out-of-status').queryList[0]).toMatchObject({ start: outOfStatus });
  });

  it('tell silence from health, whether SLS answers a count of nothing with 0 or with no row', () => {
    const { queryList, severityConfigurations, noDataFire } = alertOf(DEFINITIONS, 'has-not-run');
    expect(queryList[0]?.query).toMatch(/count\(\*\) as runs from log$/);
    expect(severityConfigurations[0]?.evalCondition.condition).toBe('runs == 0');
    expect(noDataFire).toBe(true);
    expect(alertOf(DEFINITIONS, 'out-of-status').noDataFire).toBe(false);
  });

  it('mention columns that their queries give', () => {
    const { queryList, groupConfiguration, annotations } = alertOf(DEFINITIONS, 'out-of-status');
    const used = annotations.flatMap(({ value }) =>
      [...value.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name),
    );
    expect(used).toContain('flow_log');
    for (const column of [...used, ...groupConfiguration.fields]) {
      expect(queryList[0]?.query).toContain(` as ${column}`);
    }
  });

  it('check at least every five minutes, and as often as the timer fires', () => {
    const interval = (period: number) => definitionsFor(TARGET, period).alerts[0]?.schedule.interval;
    expect([60_000, 120_000, 300_000, 3_600_000].map(interval)).toEqual(['1m', '2m', '5m', '5m']);
  });

  it('have names that SLS takes', () => {
    for (const { name, displayName } of DEFINITIONS.alerts) {
      expect(name).toMatch(/^[a-z0-9][a-z0-9_-]+$/);
      expect(displayName.length).toBeLessThanOrEqual(64);
    }
  });
});

it('names of two schedulers in one project do not meet', () => {
  const other = definitionsFor({ ...TARGET, logstore: 'second' }, 300_000);
  const names = (all: Definitions) => [
    all.logstore.logstoreName,
    all.dashboard.dashboardName,
    ...all.alerts.map(({ name }) => name),
  ];
  expect(names(other).filter((name) => names(DEFINITIONS).includes(name))).toEqual([]);
});
