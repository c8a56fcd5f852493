import { describe, expect, it } from 'vitest';
import { parseStringPromise } from 'xml2js';
import { coloursFor } from '../../../lib/tool/colours.ts';
import { GB } from '../../../lib/tool/report/charge.ts';
import { reportCsv } from '../../../lib/tool/report/csv.ts';
import { reportHtml } from '../../../lib/tool/report/html.ts';
import { type Report, reportOf } from '../../../lib/tool/report/report.ts';
import { reportSvg } from '../../../lib/tool/report/svg.ts';
import { reportText } from '../../../lib/tool/report/text.ts';
import { activated, at, change, deactivated, facts, run, type World } from './facts.ts';

const HOSTILE = '</text><script>alert(1)</script>"\'& \u0007\u202e';
const HOUR = 3_600_000;
const FROM = at('2026-11-01T00:00-04:00');
const KEY = 'net/flowlogs';

/** A month that begins with the end of summer time: on from 08:00 to 20:00, a GB an hour. */
const MONTH: World = {
  zone: 'America/New_York',
  from: FROM,
  to: at('2026-12-01T00:00-05:00'),
  now: at('2026-12-05T00:00Z'),
  records: Array.from({ length: 30 }, (_, day) => FROM + HOUR + day * 24 * HOUR).flatMap((midnight) => [
    ...Array.from({ length: 24 * 12 }, (_, tick) => run(midnight + tick * 300_000)),
    change(midnight + 8 * HOUR, activated),
    change(midnight + 20 * HOUR, deactivated),
  ]),
  configured: [{}, { flowLogId: 'flowlog-2' }],
  listed: [{ name: HOSTILE, logstore: { project: 'net', logstore: 'flowlogs' }, status: 'Inactive' }],
  bytes: {
    [KEY]: Array.from({ length: 30 }, (_, day) => FROM + (9 + day * 24) * HOUR).flatMap((eight) =>
      Array.from({ length: 48 }, (_, quarter) => [eight + quarter * 900_000, GB / 4] as const),
    ),
  },
  modes: { [KEY]: 'ChargeByDataIngest' },
};

const reportOn = (world: Partial<World> = {}): Report => reportOf(facts({ ...MONTH, ...world }));
const plain = coloursFor({ isTerminal: false, env: {} });

describe.each([
  ['text', (report: Report) => reportText(report, { paint: plain, columns: 200, width: null })],
  ['html', reportHtml],
  ['svg', reportSvg],
] as const)('the report as %s', (_, write) => {
  it('begins with what was saved, and says what it rests on', () => {
    const text = write(reportOn()).replace(/<style>.*?<\/style>/s, '');
    expect(text).toMatch(/About 144\.40 CNY saved in November 2026/);
    expect(text).toMatch(/Spent 144\.00 CNY on 360 GB/);
    for (const source of [
      /How this is known/,
      /CloudMonitor \(acs_sls_dashboard\), LogInflow/,
      /as of 2026-02/,
      /60 changes recorded/,
    ]) {
      expect(text.replaceAll(/<[^>]*>|\s+/g, ' ').replaceAll(/ +/g, ' ')).toMatch(source);
    }
  });

  it('begins with the figure to rely on too, and says where it comes from', () => {
    const [, ...others] = MONTH.bytes?.[KEY] ?? [];
    // One captured hour is quieter by a quarter.
    const text = write(reportOn({ bytes: { [KEY]: others } }));
    expect(text).toMatch(/About 144\.\d\d CNY saved in November 2026, 108\.\d\d CNY by a cautious estimate/);
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(/hours of the week (that )?were never captured/);
  });

  it('does not say what capturing around the clock costs where a Logstore lacks a figure', () => {
    const sampled = {
      ...MONTH.listed?.[0],
      flowLogId: 'flowlog-2',
      logstore: { project: 'net', logstore: 'other' },
    };
    const text = write(
      reportOn({
        listed: [...(MONTH.listed ?? []), sampled],
        bytes: { ...MONTH.bytes, 'net/other': [[FROM, GB]] },
        modes: { ...MONTH.modes, 'net/other': 'ChargeByDataIngest' },
      }),
    ).replaceAll(/\s+/g, ' ');
    expect(text).not.toMatch(/around the clock/);
    expect(text).toMatch(/What was saved is known for 1 of 2 Logstores only/);
  });

  it('shows what is not known as unknown, never as zero', () => {
    const text = write(reportOn({ bytes: {}, modes: {}, problems: ['CloudMonitor refused: NoPermission'] }));
    expect(text).toContain('What was saved in November 2026 is not known');
    expect(text).toContain('unknown');
    expect(text).toContain('CloudMonitor refused: NoPermission');
    expect(text).not.toMatch(/\b0(\.00)? (GB|CNY)\b/);
  });

  it('names the stretches without a run', () => {
    const records = MONTH.records?.filter((each) => !each.at?.startsWith('2026-11-10T1')) ?? [];
    expect(write(reportOn({ records }))).toMatch(
      /Tue 2026-11-10 04:55 -05:00 to Tue 2026-11-10 15:00 -05:00 \(10\.1 h\)/,
    );
  });

  it('lets no other person’s text turn its direction', () => {
    expect(write(reportOn())).not.toContain('\u202e');
  });
});

describe.each([
  ['html', reportHtml],
  ['svg', reportSvg],
] as const)('the drawn report as %s', (_, write) => {
  it('is well-formed', async () => {
    await expect(parseStringPromise(write(reportOn()), { strict: true })).resolves.toBeTruthy();
  });

  it('needs nothing from elsewhere and has no script', () => {
    const text = write(reportOn());
    expect(text.replaceAll('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
      /https?:|\/\/\w|@import|src=/,
    );
    expect(text).not.toMatch(
      /<(script|link|img|iframe|object|use|image|foreignObject)|\son\w+=|javascript:/i,
    );
  });

  it('shows a name as text, whatever it says', () => {
    expect(write(reportOn())).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp; \ufffd\ufffd');
  });

  it('has a cell for every hour, with what it means', () => {
    const titles = [...write(reportOn()).matchAll(/<title>([^<]*)<\/title>/g)].map(([, title]) => title);
    expect(titles.filter((title) => title === 'Mon 2 Nov 08:00: captured, 1.00 GB written')).toHaveLength(1);
    expect(
      titles.filter((title) => title?.startsWith('Mon 2 Nov 03:00: not captured, about 1.00 GB')),
    ).toHaveLength(1);
    // The clock shows one o'clock twice.
    expect(titles.filter((title) => title?.startsWith('Sun 1 Nov 01:00'))).toHaveLength(2);
    expect(titles.filter((title) => /^\w{3} \d+ Nov \d\d:00: /.test(title ?? ''))).toHaveLength(30 * 24 + 1);
  });

  it('draws every hour inside the picture', () => {
    for (const [, x, width] of write(reportOn()).matchAll(/<rect [^>]*x="([\d.]+)"[^>]* width="([\d.]+)"/g)) {
      expect(Number(x) + Number(width)).toBeLessThanOrEqual(1120.01);
    }
  });
});

it('the page has the price among what the figure rests on', () => {
  expect(reportHtml(reportOn())).toMatch(/<dt>Priced<\/dt><dd>0\.4 CNY a GB<\/dd>/);
  expect(reportHtml(reportOn({ modes: {} }))).toMatch(/<dt>Priced<\/dt><dd>unknown<\/dd>/);
});

describe('the report as csv', () => {
  const rowsOf = (report: Report) =>
    reportCsv(report)
      .split('\r\n')
      .slice(0, -1)
      .map((line) => line.split(','));

  it('has a row for each flow log, Logstore and total', () => {
    const rows = rowsOf(
      reportOn({ listed: [{ logstore: { project: 'net', logstore: 'flowlogs' }, status: 'Inactive' }] }),
    );
    const [head = []] = rows;
    expect(rows.slice(1).map(([kind]) => kind)).toEqual(['flow log', 'flow log', 'logstore', 'total']);
    const column = (name: string) => rows.map((row) => row[head.indexOf(name)]);
    expect(column('activeSeconds').slice(1, 3)).toEqual([String(360 * 3600), '0']);
    expect(column('bytesWritten').slice(3)).toEqual([String(360 * GB), String(360 * GB)]);
    expect(column('currency').slice(3)).toEqual(['CNY', 'CNY']);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
  });

  it.each([
    ['a, "b"', '"a, ""b"""'],
    ['=1+1', "'=1+1"],
    ['@cmd', "'@cmd"],
    ['a\r\nb', 'a\ufffd\ufffdb'],
  ])('writes the name %j so that a spreadsheet takes it as text', (name, written) => {
    const csv = reportCsv(reportOn({ listed: [{ name, logstore: null }] }));
    expect(csv).toContain(`,cen,${written},cn-hangzhou,`);
  });

  it('leaves out what is not known', () => {
    const total = rowsOf(reportOn({ bytes: {} })).at(-1);
    expect(total?.slice(-3)).toEqual(['', '', '']);
  });
});
