import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { parseStringPromise } from 'xml2js';
import type { PreviewJson } from '../../lib/tool/preview/json.ts';
import { commandLine } from '../support/command-line.ts';
import { configOnDisk } from '../support/config-on-disk.ts';

const HOSTILE = '</text></svg><script>alert(1)</script>"\'& \u0007\u202e';

const CONFIG = configOnDisk(`
timezone: America/New_York
recordTo: stdout
schedules:
  nights:
    lead: 15m
    windows:
      - { days: daily, from: "22:00", to: "06:00" }
    exceptions:
      - { from: 2026-10-27T12:00, to: 2026-10-28T12:00, status: Inactive, reason: ${JSON.stringify(HOSTILE)} }
      - { from: 2026-10-30, to: 2026-10-30, status: Active }
  china-workdays:
    timezone: Asia/Shanghai
    calendar: china
    windows:
      - { days: workdays, from: "08:00", to: "20:00" }
  sampling-${'x'.repeat(90)}:
    windows:
      - { cron: "0 * * * *", duration: 10m }
flowLogs:
  - { flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: nights }
  - { flowLogId: flowlog-2, regionId: cn-hangzhou, schedule: nights }
  - { flowLogId: flowlog-3, regionId: cn-nowhere, schedule: china-workdays }
`);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-10-28T16:05:00Z') });
  return () => vi.useRealTimers();
});

async function preview(format: string, from = '2026-10-26', to = '2026-11-09', more: readonly string[] = []) {
  const args = ['preview', '--config', CONFIG, '--from', from, '--to', to, '--format', format, ...more];
  const { status, out, err } = await commandLine(args);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return out;
}

/** The rectangles of a class in the bars, as [x, width] in seconds after midnight. */
function rects(svg: string, look: string): readonly (readonly [number, number])[] {
  const pattern = new RegExp(`<rect class="${look}" x="([\\d.]+)" y="[\\d.]+" width="([\\d.]+)"`, 'g');
  return [...svg.slice(svg.indexOf('>Mon<')).matchAll(pattern)].map(([, x, width]) => [
    Number(x),
    Number(width),
  ]);
}

describe.each(['svg', 'html'])('the preview as %s', (format) => {
  it('is well-formed', async () => {
    await expect(parseStringPromise(await preview(format), { strict: true })).resolves.toBeTruthy();
  });

  it('needs nothing from elsewhere and has no script', async () => {
    const text = await preview(format);
    expect(text.replaceAll('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
      /https?:|\/\/\w|@import|src=/,
    );
    expect(text).not.toMatch(
      /<(script|link|img|iframe|object|use|image|foreignObject)|\son\w+=|javascript:/i,
    );
  });

  it('shows what a config says as text, whatever it says', async () => {
    const text = await preview(format);
    expect(text).toContain(
      '&lt;/text&gt;&lt;/svg&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp; \ufffd\ufffd',
    );
    expect(text).not.toContain('\u202e');
  });

  it('follows the colours that the reader prefers', async () => {
    const text = await preview(format);
    expect(text).toContain('@media (prefers-color-scheme: dark)');
    expect(text).toContain('color-scheme: light dark');
  });

  it('has a text alternative for every drawing', async () => {
    const text = await preview(format);
    const drawings = text.match(/<svg [^>]*>/g) ?? [];
    expect(drawings.length).toBe(1);
    const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    expect(ids.size).toBe([...text.matchAll(/ id="/g)].length);
    for (const drawing of drawings) {
      expect(drawing).toContain('role="img"');
      const named = /aria-labelledby="([^"]+)"/.exec(drawing)?.[1]?.split(' ') ?? [];
      expect(named.length).toBeGreaterThan(0);
      for (const id of named) expect(ids).toContain(id);
    }
    for (const [, id] of text.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
  });

  it('shows warnings, totals, and that it cannot know the past', async () => {
    const text = await preview(format);
    expect(text).toContain('flowLogs[2].regionId: cn-nowhere is no region that this version knows');
    expect(text).toMatch(/3 flow logs in all will be Active [\d, hmin]+ of 1,011 h/);
    expect(text).toContain('`npx flow-logs report` says what was really captured');
  });

  it('marks today, holidays, make-up workdays, exceptions and clock changes', async () => {
    const autumn = await preview(format);
    for (const label of ['today, now 12:05', 'exception: Active', 'clock -1 h 02:00']) {
      expect(autumn).toContain(label);
    }
    const october = await preview(format, '2026-09-28', '2026-10-12');
    expect(october).toContain('holiday: National Day');
    expect(october).toMatch(/make-up workday:.*?National Day/s);
  });

  it('has the same legend whatever it shows', async () => {
    const text = await preview(format, '2026-12-01T12:00', '2026-12-01T13:00', ['--schedule', 'nights']);
    const entries = [...text.matchAll(/class="key"[^>]*>([^<]*)</g)].map(([, entry]) => entry);
    expect(entries).toEqual([
      'Active',
      'Inactive',
      'Active ahead of a window',
      'Active by an exception',
      'Inactive by an exception',
      'rest day',
      'holiday',
      'today',
      'skipped by the clock',
      'hour that comes twice',
    ]);
  });
});

describe('the drawn bars', () => {
  it('are exact to the second, in seconds after midnight', async () => {
    const text = await preview('svg', '2026-10-26T23:59:30', '2026-10-27T06:00:01', ['--schedule', 'nights']);
    expect(rects(text, 'on')).toEqual([
      [86_370, 30],
      [0, 21_600],
    ]);
    expect(rects(text, 'off')).toEqual([
      [86_370, 30],
      [0, 21_601],
    ]);
  });

  it('show an exception, and lead time, apart from windows', async () => {
    const text = await preview('svg', '2026-10-26', '2026-10-31', ['--schedule', 'nights']);
    expect(rects(text, 'exception')).toEqual([
      [43_200, 43_200],
      [0, 43_200],
      [0, 86_400],
    ]);
    expect(rects(text, 'lead')).toEqual([
      [78_300, 900],
      [78_300, 900],
      [78_300, 900],
    ]);
  });

  it('split the hour that comes twice into two halves', async () => {
    const day = await preview('svg', '2026-11-01', '2026-11-02', ['--schedule', 'nights']);
    const bars = day.slice(day.indexOf('>Mon<'));
    const on = [...bars.matchAll(/<rect class="on" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/g)];
    expect(on.map((match) => match.slice(1).map(Number))).toEqual([
      [0, 0, 3_600, 16],
      [3_600, 0, 3_600, 7],
      [3_600, 9, 3_600, 7],
      [7_200, 0, 14_400, 16],
      [79_200, 0, 7_200, 16],
    ]);
  });

  it('leave out the hour that is skipped, and hatch it', async () => {
    const text = await preview('svg', '2026-03-08', '2026-03-09', ['--schedule', 'nights']);
    expect(rects(text, 'gap')).toEqual([[7_200, 3_600]]);
    expect(rects(text, 'on')).toEqual([
      [0, 7_200],
      [10_800, 10_800],
      [79_200, 7_200],
    ]);
  });

  it('say in a tooltip from when to when and why', async () => {
    const text = await preview('svg', '2026-10-26', '2026-10-27', ['--schedule', 'nights']);
    expect(text).toContain(
      'Active Mon 2026-10-26 22:00 -04:00 to Tue 2026-10-27 00:00 -04:00 (2 h): window daily 22:00-06:00',
    );
    expect(text).toContain(
      '<title>Mon 2026-10-26: Active 00:00–06:00, 21:45–24:00; 8 h 15 min of 24 h</title>',
    );
  });

  it('are as long in sum as JSON says', async () => {
    const range = ['2026-02-23', '2026-03-23'] as const;
    const json = JSON.parse(await preview('json', ...range)) as PreviewJson;
    for (const [name, { activeSeconds }] of Object.entries(json.schedules)) {
      const text = await preview('svg', ...range, ['--schedule', name]);
      const drawn = [...rects(text, 'on'), ...rects(text, 'lead')];
      expect(drawn.reduce((sum, [, width]) => sum + width, 0)).toBe(activeSeconds);
    }
  });

  it('give long labels eight lines, and a shorter text on the days after', async () => {
    const reason = `季度结算 WWW ${'word '.repeat(60)}`.trim();
    const config = configOnDisk(`
timezone: UTC
recordTo: stdout
schedules:
  s: { windows: [], exceptions: [{ from: 2026-11-02, to: 2026-11-03, status: Active, reason: ${reason} }] }
flowLogs: [{ flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: s }]
`);
    const { out } = await commandLine([
      'preview',
      '--config',
      config,
      '--from',
      '2026-11-02',
      '--to',
      '2026-11-09',
      '--format',
      'svg',
    ]);
    expect([...out.matchAll(/class="label exception"/g)]).toHaveLength(7 + 2);
    expect(out).toContain('<text class="label clock" x="5" y="132">…</text>');
    expect(out).toContain('季度结算');
  });
});

describe('the page', () => {
  it('holds the very drawing of the SVG document', async () => {
    const [document, page] = [await preview('svg'), await preview('html')];
    expect(page).toContain(document.slice(document.indexOf('<svg')).trimEnd());
  });

  it('says in tables what the drawing shows', async () => {
    const page = await preview('html');
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).toContain('<meta name="viewport" content="width=device-width, initial-scale=1"/>');
    expect(page).toContain('<td>Wed 2026-10-28 21:45 -04:00</td>');
    expect(page).toContain('(today)');
    expect(page).toContain('<td>never</td>');
    expect(page).toContain('24 stretches, 00:00–00:10 to 23:00–23:10');
    // On the day of a clock change times have their offsets.
    expect(page).toContain('00:00 -04:00–06:00 -05:00, 21:45 -05:00–24:00');
  });

  it('has no warnings, no note of the past and no next change where there are none', async () => {
    const config = configOnDisk(`
timezone: UTC
recordTo: stdout
schedules: { always: { windows: [{ days: daily, from: "00:00", to: "24:00" }] } }
flowLogs: [{ flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: always }]
`);
    const { out } = await commandLine([
      'preview',
      '--config',
      config,
      '--from',
      '2026-11-02',
      '--format',
      'html',
    ]);
    expect(out).not.toMatch(/class="warning"|flow-logs report/);
    expect(out).toContain('<tr><th scope="row">always</th><td>Active</td><td>never</td>');
  });
});

describe('--out', () => {
  it('writes to a file and says so', async () => {
    const file = join(CONFIG, '..', 'preview.svg');
    const args = ['preview', '--config', CONFIG, '--format', 'svg', '--out', file];
    const { status, out, err } = await commandLine(args, {}, { isTerminal: true });
    expect({ status, out }).toEqual({ status: 0, out: `${file}: 3 schedules as svg\n` });
    expect(err).toMatch(/^warning: schedules\.nights\.exceptions/);
    expect(await readFile(file, 'utf8')).toMatch(/^<\?xml .*<\/svg>\n$/s);
  });

  it('has no colours in it', async () => {
    const file = join(CONFIG, '..', 'preview.txt');
    await commandLine(['preview', '--config', CONFIG, '--out', file], {}, { isTerminal: true });
    expect(await readFile(file, 'utf8')).not.toContain('\u001b');
  });

  it('is refused when the file cannot be written', async () => {
    const args = ['preview', '--config', CONFIG, '--out', join(CONFIG, 'no', 'such.svg')];
    expect(await commandLine(args)).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringContaining('cannot be written (ENOTDIR)'),
    });
  });
});
