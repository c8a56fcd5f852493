import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../lib/emulator/emulator.ts';
import type { Answer } from '../../lib/function/answer.ts';
import type { Handler } from '../../lib/function/handler.ts';

const BUILT = fileURLToPath(new URL('../../dist/flow-log-scheduler', import.meta.url));
const LOGSTORE = { regionId: 'cn-hangzhou', project: 'ops-audit', logstore: 'flow-log-scheduler' };
const CREDENTIALS = {
  accessKeyId: 'STS.NUexample',
  accessKeySecret: 'role-secret',
  securityToken: 'role-token',
};
const GONE = 'flowlog-that-is-not-there';

/** 70 in Hangzhou, which takes four pages, and 60 in Shanghai, which takes three. */
const flowLogs = Array.from({ length: 130 }, (_, index) => ({
  flowLogId: `flowlog-${index + 1}`,
  regionId: index < 70 ? 'cn-hangzhou' : 'cn-shanghai',
  // Every fourth until there are thirty of them, so in both regions and on every page.
  status: index % 4 === 0 && index < 120 ? 'Inactive' : 'Active',
}));
const off = flowLogs.filter(({ status }) => status === 'Inactive').map(({ flowLogId }) => flowLogId);

/** What Function Compute hands to an invocation. */
const context = (requestId: string) => ({
  requestId,
  credentials: CREDENTIALS,
  function: { name: 'flow-log-scheduler', handler: 'index.handler', memory: 512, timeout: 120 },
  region: 'cn-hangzhou',
  accountId: '1234567890123456',
});

describe('the built function, alone in its folder', () => {
  let folder: string;
  let emulator: Emulator;
  let handler: Handler;
  const printed: string[] = [];

  beforeAll(async () => {
    if (!existsSync(BUILT)) throw new Error(`${BUILT} is missing; build it first: npm run build`);
    folder = await mkdtemp(join(tmpdir(), 'flow-log-scheduler-'));
    await cp(BUILT, folder, { recursive: true });
    const config = {
      timezone: 'Asia/Shanghai',
      recordTo: LOGSTORE,
      schedules: { always: { windows: [{ days: 'daily', from: '00:00', to: '24:00' }] } },
      flowLogs: [...flowLogs, { flowLogId: GONE, regionId: 'cn-shanghai' }].map(
        ({ flowLogId, regionId }) => ({
          flowLogId,
          regionId,
          schedule: 'always',
        }),
      ),
    };
    await writeFile(join(folder, 'list.yaml'), JSON.stringify(config));
    emulator = await startEmulator({
      accounts: [{ accountId: '1234567890123456', accessKeys: [CREDENTIALS], flowLogs }],
      logstores: [LOGSTORE],
    });
    vi.stubEnv('CBN_ENDPOINT', emulator.url);
    vi.stubEnv('SLS_ENDPOINT', emulator.url);
    vi.stubEnv('FLOW_LOGS_CONFIG', 'list.yaml');
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed.push(...String(text).trimEnd().split('\n'));
      return true;
    });
    const load = createRequire(join(folder, 'index.js'));
    ({ handler } = load('./index.js') as { readonly handler: Handler });
  });

  afterAll(async () => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    await emulator?.close();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  const records = (kind: string) =>
    emulator
      .logs(LOGSTORE.project, LOGSTORE.logstore)
      .map(({ contents }) => contents)
      .filter((contents) => contents.kind === kind);
  const requests = (action: string) => emulator.requests.filter((request) => request.action === action);

  describe('enables thirty of 130 flow logs', () => {
    let answer: Answer;
    beforeAll(async () => {
      answer = await handler(Buffer.from(''), context('request-1'));
    });

    it('with one call for each of the thirty, and none for another', () => {
      expect(off).toHaveLength(30);
      expect(
        requests('ActiveFlowLog')
          .map(({ params }) => params.FlowLogId)
          .sort(),
      ).toEqual([...off].sort());
      expect(requests('DeactiveFlowLog')).toEqual([]);
    });

    it('all of which are on then', () => {
      const statuses = new Set(emulator.flowLogs().map(({ status }) => status));
      expect([emulator.flowLogs().length, ...statuses]).toEqual([130, 'Active']);
    });

    it('each confirmed by reading it back', () => {
      expect(answer).toMatchObject({
        action: 'reconcile',
        ok: false,
        summary: {
          total: 131,
          unchanged: 100,
          confirmed: 30,
          accepted: 0,
          waiting: 0,
          planned: 0,
          failed: 1,
        },
      });
      const confirmed = answer.flowLogs.filter(({ outcome }) => outcome === 'confirmed');
      expect(confirmed.map(({ flowLogId }) => flowLogId)).toEqual(off);
      for (const each of confirmed)
        expect(each).toMatchObject({ observed: 'Inactive', action: 'activate', error: null });
      // Both regions were listed again after the last toggle that was accepted in them.
      for (const regionId of ['cn-hangzhou', 'cn-shanghai']) {
        const ofRegion = emulator.requests.filter(({ params }) => params.RegionId === regionId);
        const last = (action: string) => ofRegion.map((request) => request.action).lastIndexOf(action);
        expect(last('DescribeFlowlogs')).toBeGreaterThan(last('ActiveFlowLog'));
      }
    });

    it('and fails for the one that does not exist', () => {
      expect(answer.flowLogs.filter(({ outcome }) => outcome === 'failed')).toMatchObject([
        { flowLogId: GONE, observed: null, action: 'none', error: { code: 'FlowLogNotFound' } },
      ]);
    });

    it('and records the run, each change and the failure', () => {
      expect(records('run')).toMatchObject([
        {
          runId: answer.runId,
          requestId: 'request-1',
          trigger: 'manual',
          ok: 'false',
          confirmed: '30',
          failed: '1',
        },
      ]);
      expect(records('flow-log').map(({ flowLogId }) => flowLogId)).toEqual([...off, GONE]);
      expect(records('flow-log').filter(({ outcome }) => outcome === 'confirmed')).toHaveLength(30);
      expect(Number(records('run')[0]?.apiCalls)).toBe(
        emulator.requests.filter(({ service }) => service === 'Cbn').length,
      );
    });

    it('and prints the same records', () => {
      const kinds = printed.map((line) => (JSON.parse(line) as { readonly kind: string }).kind);
      expect(kinds.filter((kind) => kind !== 'toggle')).toEqual(['run', ...Array(31).fill('flow-log')]);
      // Each change when it is sent and when it has settled, before the records.
      expect(kinds.slice(0, 60)).toEqual(Array(60).fill('toggle'));
    });

    it('and shows nothing that is secret', () => {
      const shown = `${printed.join('\n')}${JSON.stringify(answer)}${JSON.stringify(records('run'))}`;
      for (const secret of Object.values(CREDENTIALS)) expect(shown).not.toContain(secret);
    });
  });

  describe('has nothing left to do at the next tick', () => {
    let before: number;
    let failure: unknown;
    beforeAll(async () => {
      before = emulator.requests.length;
      const tick = { triggerTime: '2026-11-23T00:00:00Z', triggerName: 'tick', payload: '' };
      failure = await handler(Buffer.from(JSON.stringify(tick)), context('request-2')).then(
        () => null,
        (error: unknown) => error,
      );
    });

    it('so it lists each page of each region once, and one that is empty, records, and calls nothing else', () => {
      const sent = emulator.requests
        .slice(before)
        .map(({ action, params }) =>
          action === 'DescribeFlowlogs' ? `${params.RegionId} ${params.PageNumber}` : action,
        );
      expect(sent.sort()).toEqual([
        'PutLogs',
        ...[1, 2, 3, 4].map((page) => `cn-hangzhou ${page}`),
        // The third page is full, and one that the config names was not on it.
        ...[1, 2, 3, 4].map((page) => `cn-shanghai ${page}`),
      ]);
    });

    it('but still fails for the one that does not exist, so that Function Compute sees it', () => {
      expect(failure).toMatchObject({
        name: 'ReconcileFailed',
        message: expect.stringMatching(
          /1 of 131 flow logs failed: flowlog-that-is-not-there: FlowLogNotFound/,
        ),
      });
    });

    it('which it records too', () => {
      expect(records('run')).toHaveLength(2);
      expect(records('run')[1]).toMatchObject({
        requestId: 'request-2',
        trigger: 'timer',
        triggerName: 'tick',
        unchanged: '130',
        confirmed: '0',
        failed: '1',
        apiCalls: '8',
      });
      expect(
        records('flow-log')
          .slice(31)
          .map(({ flowLogId }) => flowLogId),
      ).toEqual([GONE]);
    });
  });
});
