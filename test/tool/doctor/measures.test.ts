import { describe, expect, it } from 'vitest';
import { checkMeasures } from '../../../lib/tool/doctor/checks/measure.ts';
import {
  found,
  functionSeen,
  measureSeen,
  observations,
  refused,
  seenConfig,
  told,
} from '../../support/observations.ts';

const HOUR_MS = 3_600_000;

const lines = (checked: ReturnType<typeof checkMeasures>) => checked.map(told);

const lineOf = (check: string, more: Parameters<typeof observations>[0]) =>
  lines(checkMeasures(observations(more))).filter((line) => line.includes(check));

describe('what the person who runs the tool may read', () => {
  it('is said in a line each', () => {
    expect(lines(checkMeasures(observations()))).toEqual([
      'ok: 12 runs recorded in the last 15m, 3 of them by the timer',
      'ok: 1.00 GB received in the last hour',
      'ok: ChargeByDataIngest',
    ]);
  });

  it.each([
    [
      'log:GetLogStoreLogs on acs:log:cn-hangzhou:*:project/ops-audit/logstore/audit',
      { runs: refused('Unauthorized', 401) },
    ],
    ['cms:QueryMetricList on *', { logstore: { ...LOGSTORE(), bytes: refused('NoPermission', 403) } }],
    [
      'log:GetLogStoreMeteringMode on *',
      { logstore: { ...LOGSTORE(), meteringMode: refused('Unauthorized', 401) } },
    ],
  ] as const)('names %s when it is not allowed, and that the function does not need it', (action, seen) => {
    const [line] = lineOf(action, { measure: measureSeen(seen) });
    expect(line).toMatch(/^warn: .*the function does not\. `npx flow-logs policy --operator`/);
  });

  it('says that a hundred runs may be more', () => {
    const runs = found({ stretchMs: HOUR_MS, all: 100, byTimer: 12 });
    expect(lineOf('runs', { measure: measureSeen({ runs }) })).toEqual([
      'ok: 100 runs or more recorded in the last 1h, 12 of them by the timer',
    ]);
  });

  it.each([
    ['long ago', functionSeen({ settings: { lastModifiedTime: '2026-11-22T00:00:00Z' } }), /own log$/],
    ['when is not known', functionSeen(), /; if it was deployed just now, look again in 60 minutes$/],
    [
      'which one is not known',
      'not-named' as const,
      /; if it was deployed just now, look again in 60 minutes$/,
    ],
  ])('warns when no timer started any of the runs, of a function deployed %s', (_, seen, expected) => {
    const runs = found({ stretchMs: HOUR_MS, all: 20, byTimer: 0 });
    const [line] = lineOf('runs', { measure: measureSeen({ runs }), function: seen });
    expect(line).toMatch(
      /^warn: none of 20 runs recorded in the last 1h is by the timer → look at .* timer trigger/,
    );
    expect(line).toMatch(expected);
  });

  it('waits for the timer of a function that was deployed just now', () => {
    const runs = found({ stretchMs: 15 * 60_000, all: 0, byTimer: 0 });
    const seen = functionSeen({ settings: { lastModifiedTime: '2026-11-22T23:56:00Z' } });
    expect(lineOf('recorded', { measure: measureSeen({ runs }), function: seen })).toEqual([
      'skip: no run was recorded in the last 15m, and the function was deployed 4 minutes ago → look again in 11 minutes',
    ]);
  });

  it('is not asked without a Logstore, and has no records with recordTo: stdout', () => {
    const measure = { runs: null, logstore: null };
    expect(
      lines(checkMeasures(observations({ config: seenConfig({ recordTo: 'stdout' }), measure }))),
    ).toEqual([expect.stringMatching(/^skip: not asked, since no Logstore of a flow log is known/)]);
    expect(checkMeasures(observations({ measure: null }))).toEqual([]);
  });
});

function LOGSTORE() {
  return {
    name: 'net/flowlogs',
    regionId: 'cn-hangzhou',
    bytes: found(0),
    meteringMode: found('ChargeByFunction'),
  };
}
