import { describe, expect, it } from 'vitest';
import { GB } from '../../../lib/tool/report/charge.ts';
import { reportJson } from '../../../lib/tool/report/json.ts';
import { reportOf } from '../../../lib/tool/report/report.ts';
import { activated, at, change, deactivated, facts, measuredAs, run, type World } from './facts.ts';

const FROM = at('2026-10-01T00:00+08:00');
const HOUR = 3_600_000;
const NET = { project: 'net-flowlogs', logstore: 'flowlogs' };
const KEY = 'net-flowlogs/flowlogs';

/** Two days: on from 08:00 to 20:00, a GB an hour, in four parts. */
const TWO_DAYS: World = {
  from: FROM,
  to: FROM + 48 * HOUR,
  records: [8, 32].flatMap((hour) => [
    change(FROM + hour * HOUR, activated),
    change(FROM + (hour + 12) * HOUR, deactivated),
  ]),
  configured: [{}],
  listed: [{ logstore: NET, status: 'Inactive' }],
  bytes: {
    [KEY]: [8, 32].flatMap((hour) =>
      Array.from({ length: 48 }, (_, quarter) => [FROM + hour * HOUR + quarter * 900_000, GB / 4] as const),
    ),
  },
  modes: { [KEY]: 'ChargeByDataIngest' },
};

const jsonOf = (world: World) => reportJson(reportOf(facts(world)));

describe('the report', () => {
  it('has the fields that the contract names, and no others', () => {
    const json = jsonOf(TWO_DAYS);
    expect(Object.keys(json)).toEqual([
      'from',
      'to',
      'flowLogs',
      'logstores',
      'totals',
      'notWatched',
      'basis',
      'warnings',
    ]);
    expect(json.flowLogs).toEqual([
      {
        ...{
          flowLogId: 'flowlog-1',
          service: 'cen',
          regionId: 'cn-hangzhou',
          account: null,
          name: null,
          logstore: NET,
        },
        ...{ activeSeconds: 86_400, inactiveSeconds: 86_400, unknownSeconds: 0, changes: 4, failed: 0 },
      },
    ]);
    expect(json.logstores).toEqual([
      {
        ...{ ...NET, regionId: 'cn-hangzhou', flowLogIds: ['flowlog-1'] },
        // No hour of the night was ever measured: the mean of the days stands for them.
        ...{ bytesWritten: 24 * GB, bytesNotWritten: 24 * GB, bytesNotWrittenAtLeast: 24 * GB },
        ...{ estimatedFrom: 'all-active-hours', pricePerGB: 0.4, currency: 'CNY', extractionFee: null },
        ...{ amountWritten: 24 * 0.4, amountSaved: 24 * 0.4, amountSavedAtLeast: 24 * 0.4 },
      },
    ]);
    expect(json.totals[0]).toEqual({
      ...{
        currency: 'CNY',
        bytesWritten: 24 * GB,
        bytesNotWritten: 24 * GB,
        bytesNotWrittenAtLeast: 24 * GB,
      },
      ...{ amountWritten: 24 * 0.4, amountSaved: 24 * 0.4, amountSavedAtLeast: 24 * 0.4 },
    });
    expect(json.notWatched).toEqual([{ from: '2026-09-30T16:00:00.000Z', to: '2026-10-02T16:00:00.000Z' }]);
  });

  it('names the source of every figure', () => {
    const basis = jsonOf(TWO_DAYS).basis.join('\n');
    expect(basis).toMatch(/4 changes recorded in Logstore flow-log-scheduler of project ops-audit/);
    expect(basis).toMatch(/LogInflow of 1 Logstore .* the larger of LogInflow and NetFlow/);
    expect(basis).toMatch(/0\.4 CNY\/GB: list price for ChargeByDataIngest .* as of 2026-02/);
    expect(basis).toMatch(/Not written \(an estimate\)/);
    expect(basis).toMatch(/CEN charges nothing yet/);
  });

  it('takes the larger of the two metrics for the raw size', () => {
    const { LogInflow, NetFlow } = measuredAs(TWO_DAYS.bytes?.[KEY] ?? []);
    const json = jsonOf({
      ...TWO_DAYS,
      measured: new Map([[KEY, { LogInflow: NetFlow, NetFlow: LogInflow }]]),
    });
    expect(json.logstores[0]?.bytesWritten).toBe(24 * GB);
    expect(json.basis.join('\n')).toContain('NetFlow of 1 Logstore');
  });

  it('says so when only one of them could be read', () => {
    const { NetFlow } = measuredAs(TWO_DAYS.bytes?.[KEY] ?? []);
    const json = jsonOf({ ...TWO_DAYS, measured: new Map([[KEY, { LogInflow: null, NetFlow }]]) });
    expect(json.basis.join('\n')).toMatch(
      /the other metric could not be read, so this may be the compressed size/,
    );
  });

  it('keeps what is known when CloudMonitor refuses', () => {
    const json = jsonOf({ ...TWO_DAYS, bytes: {}, problems: ['CloudMonitor refused: NoPermission'] });
    expect(json.flowLogs[0]?.activeSeconds).toBe(86_400);
    expect(json.logstores[0]).toMatchObject({ bytesWritten: null, bytesNotWritten: null, amountSaved: null });
    expect(json.totals).toEqual([
      expect.objectContaining({ currency: 'CNY', bytesWritten: null, amountSaved: null }),
    ]);
    expect(json.warnings).toEqual(
      expect.arrayContaining([
        'CloudMonitor refused: NoPermission',
        expect.stringMatching(/what it received is not known/),
      ]),
    );
  });

  it('gives bytes without money when the price is not known', () => {
    const json = jsonOf({ ...TWO_DAYS, modes: {} });
    expect(json.totals).toEqual([
      expect.objectContaining({ currency: null, bytesWritten: 24 * GB, amountWritten: null }),
    ]);
    expect(json.warnings.join('\n')).toMatch(/no amounts, since its charging mode could not be read/);
  });

  it('never adds currencies', () => {
    const abroad = { project: 'eu', logstore: 'flowlogs' };
    const json = jsonOf({
      ...TWO_DAYS,
      configured: [{}, { flowLogId: 'flowlog-2' }],
      listed: [
        { logstore: NET, status: 'Inactive' },
        { flowLogId: 'flowlog-2', regionId: 'eu-central-1', logstore: abroad, status: 'Active' },
      ],
      bytes: { ...TWO_DAYS.bytes, 'eu/flowlogs': [[FROM, GB]] },
      modes: { [KEY]: 'ChargeByDataIngest', 'eu/flowlogs': 'ChargeByFunction' },
    });
    expect(json.totals.map(({ currency, bytesWritten }) => [currency, bytesWritten])).toEqual([
      ['CNY', 24 * GB],
      ['USD', GB],
    ]);
  });

  it('does not guess what was not written without an hour to measure by', () => {
    const json = jsonOf({ ...TWO_DAYS, records: [change(FROM - HOUR, deactivated)] });
    expect(json.logstores[0]).toMatchObject({
      bytesWritten: 24 * GB,
      bytesNotWritten: null,
      estimatedFrom: null,
      amountSaved: null,
    });
    expect(json.warnings.join('\n')).toMatch(
      /what was not written is not known, since there was no whole hour/,
    );
  });

  it('counts nothing as saved while a flow log that is in no entry captures into the Logstore', () => {
    const json = jsonOf({
      ...TWO_DAYS,
      listed: [...(TWO_DAYS.listed ?? []), { flowLogId: 'flowlog-other', logstore: NET, status: 'Active' }],
    });
    expect(json.flowLogs.map(({ flowLogId }) => flowLogId)).toEqual(['flowlog-1']);
    expect(json.logstores[0]).toMatchObject({
      flowLogIds: ['flowlog-1', 'flowlog-other'],
      bytesNotWritten: 0,
    });
    expect(json.warnings.join('\n')).toMatch(
      /also receives from flow logs that are in no entry .*: flowlog-other/,
    );
  });

  it('says what CloudMonitor no longer keeps', () => {
    const json = jsonOf({ ...TWO_DAYS, now: FROM + 24 * HOUR + 91 * 24 * HOUR });
    expect(json.warnings.join('\n')).toMatch(
      /CloudMonitor keeps 91 days, so only what came since Fri 2026-10-02/,
    );
    const gone = jsonOf({ ...TWO_DAYS, now: FROM + 400 * 24 * HOUR });
    expect(gone.logstores[0]).toMatchObject({ bytesWritten: null, bytesNotWritten: null });
  });

  it.each([
    ['its capture interval and ten minutes later', 20 * HOUR + 20 * 60_000 + 10 * 60_000, true],
    ['sooner', 20 * HOUR + 15 * 60_000, false],
    ['while it is Active', 10 * HOUR, false],
  ])('points out what arrives while the flow log is Inactive: %s', (_, offset, isLeak) => {
    const json = jsonOf({ ...TWO_DAYS, bytes: { [KEY]: [[FROM + offset, GB / 2]] } });
    const leak = expect.stringMatching(
      /received 0\.50 GB while flowlog-1 was Inactive, first at Thu 2026-10-01 20:30/,
    );
    if (isLeak) expect(json.warnings).toContainEqual(leak);
    else expect(json.warnings.join('\n')).not.toMatch(/while flowlog-1 was/);
  });

  it("adds VPC's extraction fee where its currency is the Logstore's", () => {
    const vpc = (regionId: string): World => ({
      ...TWO_DAYS,
      records: TWO_DAYS.records?.map((each) => ({ ...each, flowLogId: 'fl-1' })) ?? [],
      configured: [{ flowLogId: 'fl-1', service: 'vpc' }],
      listed: [{ flowLogId: 'fl-1', service: 'vpc', regionId, logstore: NET, status: 'Inactive' }],
      modes: { [KEY]: 'ChargeByFunction' },
    });
    const [abroad] = jsonOf(vpc('eu-central-1')).logstores;
    expect(abroad?.extractionFee).toBeCloseTo(19 * 0.37, 9);
    expect(abroad?.amountWritten).toBeCloseTo(24 * 0.0965 + 19 * 0.37, 9);
    expect(abroad?.amountSaved).toBeCloseTo(24 * 0.0965 + 24 * 0.37, 9);
    const mainland = jsonOf(vpc('cn-hangzhou'));
    expect(mainland.logstores[0]).toMatchObject({ extractionFee: null, currency: 'CNY' });
    expect(mainland.warnings.join('\n')).toMatch(
      /extraction fee is not in its amounts: .* USD only \(7\.03 USD .* 8\.88 USD saved\)/,
    );
    // Without any hour with capture nothing can be estimated.
    const never = jsonOf({ ...vpc('cn-hangzhou'), records: [] });
    expect(never.warnings.join('\n')).toMatch(/USD only \(7\.03 USD .*, what was saved is not known\)/);
  });

  it('tells a flow log that left the config, and one that is gone', () => {
    const json = jsonOf({ ...TWO_DAYS, configured: [{ flowLogId: 'flowlog-gone' }] });
    expect(json.flowLogs.map(({ flowLogId, logstore }) => [flowLogId, logstore])).toEqual([
      ['flowlog-gone', null],
      ['flowlog-1', NET],
    ]);
    expect(json.warnings.join('\n')).toMatch(/flowlog-gone is in the config but is not listed now/);
  });

  it('tells that nothing was ever recorded for a flow log', () => {
    const json = jsonOf({ ...TWO_DAYS, records: [run(FROM)] });
    expect(json.warnings.join('\n')).toMatch(/flowlog-1 was never recorded; it is taken for what it is now/);
  });

  it('says once what is alike of many flow logs', () => {
    const configured = Array.from({ length: 30 }, (_, index) => ({ flowLogId: `flowlog-gone-${index}` }));
    const { warnings } = jsonOf({ ...TWO_DAYS, configured });
    expect(warnings.length).toBeLessThan(5);
    expect(warnings.join('\n')).toMatch(
      /30 flow logs are in the config but .*: flowlog-gone-0, .* and 20 more/,
    );
  });
});
