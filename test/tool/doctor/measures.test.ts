import { describe, expect, it } from 'vitest';
import { checkMeasures } from '../../../lib/tool/doctor/checks/measure.ts';
import { found, measureSeen, observations, refused, seenConfig, told } from '../../support/observations.ts';

const lines = (checked: ReturnType<typeof checkMeasures>) => checked.map(told);

const lineOf = (check: string, more: Parameters<typeof observations>[0]) =>
  lines(checkMeasures(observations(more))).filter((line) => line.includes(check));

describe('what the person who runs the tool may read', () => {
  it('is said in a line each', () => {
    expect(lines(checkMeasures(observations()))).toEqual([
      'ok: 12 runs recorded in the last hour',
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
    expect(line).toMatch(/^warn: .*the function does not\. `flow-logs policy --operator`/);
  });

  it('says that a hundred runs may be more', () => {
    expect(lineOf('runs', { measure: measureSeen({ runs: found(100) }) })).toEqual([
      'ok: 100 runs or more recorded in the last hour',
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
