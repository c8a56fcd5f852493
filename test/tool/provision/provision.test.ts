import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createSlsProject } from '../../../lib/cloud/sls/project.ts';
import { type Emulator, type FaultHook, startEmulator } from '../../../lib/emulator/emulator.ts';
import { definitionsFor } from '../../../lib/tool/provision/definitions/definitions.ts';
import { LOG_INDEX } from '../../../lib/tool/provision/definitions/log-index.ts';
import { plannedItems, provision } from '../../../lib/tool/provision/provision.ts';
import { DEFAULT_KEY } from '../../support/emulator-clients.ts';

const P = 'ops-audit';
const TARGET = { regionId: 'cn-hangzhou', project: P, logstore: 'audit-trail' };
const DEFINITIONS = definitionsFor(TARGET, 300_000);
const NAMES = [
  ['logstore', 'audit-trail'],
  ['index', 'audit-trail'],
  ['dashboard', 'audit-trail-overview'],
  ['alert', 'audit-trail-has-not-run'],
  ['alert', 'audit-trail-out-of-status'],
  ['logstore', 'flow-log-scheduler-function'],
  ['index', 'flow-log-scheduler-function'],
];
/** Of what belongs to the function's own log, each the same. */
const own = (state: string) => [state, state];

/** After a failure that would be the same for everything else. */
const STOPPED = ['failed', ...Array(NAMES.length - 1).fill('skipped')];

let emulator: Emulator;
let slept: number[];
beforeEach(async () => {
  emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  slept = [];
});

interface Options {
  readonly update?: boolean;
  readonly target?: typeof TARGET;
  readonly period?: number;
  readonly secret?: string;
}

function run({ update = false, target = TARGET, period = 300_000, secret }: Options = {}) {
  const key = secret === undefined ? DEFAULT_KEY : { ...DEFAULT_KEY, accessKeySecret: secret };
  const sls = createSlsProject({
    recordTo: target,
    endpoint: new URL(emulator.url),
    credentials: async () => key,
  });
  const clock = { sleep: async (ms: number) => void slept.push(ms) };
  return provision(definitionsFor(target, period), update ? 'update' : 'create', { sls, clock });
}

const states = ({ items }: Awaited<ReturnType<typeof run>>) => items.map(({ state }) => state);
const writes = () => emulator.requests.filter(({ action }) => /^(Create|Update)/.test(action)).length;
const refuse =
  (...actions: readonly string[]): FaultHook =>
  ({ action }) =>
    actions.includes(action)
      ? { kind: 'error', code: 'Unauthorized', status: 403, message: 'denied by sts or ram' }
      : undefined;

describe('the first time', () => {
  it('creates everything, in the order in which it is needed', async () => {
    const result = await run();
    expect(result.ok).toBe(true);
    expect(result.items.map(({ kind, name, state }) => [kind, name, state])).toEqual(
      NAMES.map((each) => [...each, 'created']),
    );
    const made = emulator.sls(P);
    expect(made.logstores['audit-trail']).toMatchObject(DEFINITIONS.logstore);
    expect(made.indexes['audit-trail']).toMatchObject(DEFINITIONS.index);
    expect(made.dashboards['audit-trail-overview']).toEqual(DEFINITIONS.dashboard);
    expect(Object.values(made.alerts)).toMatchObject(DEFINITIONS.alerts);
    expect(made.logstores['flow-log-scheduler-function']).toMatchObject(DEFINITIONS.functionLog.logstore);
    expect(made.indexes['flow-log-scheduler-function']).toMatchObject(DEFINITIONS.functionLog.index);
  });

  it('says of alerts that somebody has to choose who is told', async () => {
    const { items } = await run();
    expect(items.filter(({ detail }) => /action policy/.test(detail)).map(({ kind }) => kind)).toEqual([
      'alert',
      'alert',
    ]);
  });

  it('waits until a new Logstore is known everywhere', async () => {
    let unknown = 3;
    emulator.setFault(({ action }) =>
      action === 'GetIndex' || action === 'CreateIndex'
        ? unknown-- > 0
          ? { kind: 'error', code: 'LogStoreNotExist' }
          : undefined
        : undefined,
    );
    expect(states(await run())).toEqual(Array(7).fill('created'));
    expect(slept.length).toBeGreaterThan(0);
  });

  it('does not wait for either longer than a minute, and goes on with the rest', async () => {
    emulator.setFault(({ action }) =>
      action === 'CreateIndex' ? { kind: 'error', code: 'LogStoreNotExist' } : undefined,
    );
    const result = await run();
    expect(states(result)).toEqual([
      'created',
      'failed',
      'created',
      'created',
      'created',
      'created',
      'failed',
    ]);
    expect(slept.reduce((sum, ms) => sum + ms, 0)).toBe(2 * 60_000);
    expect(result.ok).toBe(false);
  });

  it('does not wait for a Logstore that nobody created', async () => {
    emulator.setFault(refuse('CreateLogStore'));
    expect(states(await run())).toEqual([
      'failed',
      'failed',
      'created',
      'created',
      'created',
      ...own('failed'),
    ]);
    expect(slept).toEqual([]);
  });
});

describe('the second time', () => {
  it('writes nothing', async () => {
    await run();
    const before = writes();
    const result = await run();
    expect(states(result)).toEqual(Array(7).fill('exists'));
    expect(result.items.every(({ detail }) => detail === '')).toBe(true);
    expect(writes()).toBe(before);
  });

  it('creates what went missing alone', async () => {
    emulator.setFault(refuse('CreateDashboard'));
    expect(states(await run())).toEqual([
      'created',
      'created',
      'failed',
      'created',
      'created',
      ...own('created'),
    ]);
    emulator.setFault(undefined);
    expect(states(await run())).toEqual([
      'exists',
      'exists',
      'created',
      'exists',
      'exists',
      ...own('exists'),
    ]);
  });

  it('takes what somebody else just created as there', async () => {
    await run();
    emulator.setFault(({ action }) => {
      const missing: Readonly<Record<string, string>> = {
        GetLogStore: 'LogStoreNotExist',
        GetIndex: 'IndexConfigNotExist',
        GetDashboard: 'DashboardNotExist',
        GetAlert: 'JobNotExist',
      };
      const code = missing[action];
      return code === undefined ? undefined : { kind: 'error', code, status: 404 };
    });
    expect(states(await run())).toEqual(Array(7).fill('exists'));
  });
});

/** Makes index, dashboard and alerts differ, and adds to each what people add. */
async function changedByPeople() {
  await run();
  const sls = createSlsProject({ ...AT_EMULATOR(), recordTo: TARGET });
  const { indexes, dashboards, alerts } = emulator.sls(P);
  const index = indexes['audit-trail'] as { readonly keys: object };
  await sls.indexes.update('audit-trail', {
    ...index,
    keys: { ...index.keys, lagMs: { type: 'text', token: [' '] }, theirs: { type: 'long' } },
  });
  const board = dashboards['audit-trail-overview'] as { readonly charts: readonly object[] };
  const theirs = { title: 'theirs', type: 'linepro', search: {}, display: {}, action: {} };
  await sls.dashboards.update('audit-trail-overview', {
    ...board,
    charts: [theirs, ...board.charts.slice(1)],
  });
  const alert = alerts['audit-trail-has-not-run'] as { readonly configuration: object };
  const policyConfiguration = { actionPolicyId: 'netops', alertPolicyId: 'x', repeatInterval: '4h' };
  await sls.alerts.update('audit-trail-has-not-run', {
    ...alert,
    configuration: { ...alert.configuration, threshold: 9, policyConfiguration },
  });
}
const AT_EMULATOR = () => ({ endpoint: new URL(emulator.url), credentials: async () => DEFAULT_KEY });

describe('what is there and differs', () => {
  it('is told and left', async () => {
    await changedByPeople();
    const before = [writes(), emulator.sls(P)];
    const result = await run();
    expect(states(result)).toEqual(['exists', 'differs', 'differs', 'differs', 'exists', ...own('exists')]);
    expect(result.ok).toBe(true);
    expect(result.items.map(({ detail }) => detail)).toEqual([
      '',
      expect.stringMatching(/^keys\.lagMs\.type is "text", wanted "long"; .*; --update brings it in line$/),
      'chart last-run is missing; --update brings it in line',
      'configuration.threshold is 9, wanted 1; --update brings it in line',
      ...['', '', ''],
    ]);
    expect([writes(), emulator.sls(P)]).toEqual(before);
  });

  it('is brought in line by --update, without what people added being lost', async () => {
    await changedByPeople();
    expect(states(await run({ update: true }))).toEqual([
      'exists',
      'updated',
      'updated',
      'updated',
      'exists',
      ...own('exists'),
    ]);
    const { indexes, dashboards, alerts } = emulator.sls(P);
    expect(indexes['audit-trail']).toMatchObject(DEFINITIONS.index);
    expect(indexes['audit-trail']).toMatchObject({ keys: { theirs: { type: 'long' } } });
    const { charts } = dashboards['audit-trail-overview'] as { readonly charts: readonly object[] };
    expect(charts).toMatchObject([...DEFINITIONS.dashboard.charts, { title: 'theirs' }]);
    expect(alerts['audit-trail-has-not-run']).toMatchObject({
      configuration: { threshold: 1, policyConfiguration: { actionPolicyId: 'netops' } },
    });
    expect(states(await run())).toEqual(Array(7).fill('exists'));
  });

  it('are the dashboard and the alerts when the period of the timer changed', async () => {
    await run();
    expect(states(await run({ period: 600_000 }))).toEqual([
      'exists',
      'exists',
      'differs',
      'differs',
      'differs',
      ...own('exists'),
    ]);
    await run({ period: 600_000, update: true });
    expect(states(await run({ period: 600_000 }))).toEqual(Array(7).fill('exists'));
  });

  it('is told with every difference, however many there are', async () => {
    const sls = createSlsProject({ ...AT_EMULATOR(), recordTo: TARGET });
    await sls.logstores.create('audit-trail', { ttl: 7, shardCount: 2 });
    await sls.indexes.create('audit-trail', { keys: { other: { type: 'long' } } });
    const { items } = await run();
    expect(items.map(({ state }) => state).slice(0, 2)).toEqual(['exists', 'differs']);
    const differences = items[1]?.detail.split('; ') ?? [];
    expect(differences[0]).toMatch(/^line\.token has 0 entries/);
    expect(differences.at(-1)).toBe('--update brings it in line');
    for (const field of Object.keys(LOG_INDEX.keys)) {
      expect(differences.some((each) => each.startsWith(`keys.${field}.`))).toBe(true);
    }
  });

  it('is a Logstore without SQL, which --update does not change', async () => {
    const sls = createSlsProject({ ...AT_EMULATOR(), recordTo: TARGET });
    await sls.logstores.create('audit-trail', { ttl: 7, shardCount: 2, mode: 'query' });
    const { items } = await run({ update: true });
    expect(items[0]).toMatchObject({ state: 'manual', detail: expect.stringMatching(/Query Logstore/) });
  });
});

describe('a failure', () => {
  it('of one thing does not stop the others, and names the RAM action and the resource', async () => {
    emulator.setFault(refuse('CreateIndex', 'CreateDashboard', 'GetAlert'));
    const result = await run();
    expect(result.ok).toBe(false);
    expect(states(result)).toEqual(['created', 'failed', 'failed', 'failed', 'failed', 'created', 'failed']);
    const within = 'acs:log:cn-hangzhou:*:project/ops-audit';
    const details = result.items.map(({ detail }) => detail);
    expect(details[1]).toMatch(
      /^Unauthorized: CreateIndex: denied by sts or ram \(request \w+\); grant log:Create/,
    );
    expect(details[1]).toContain(`grant log:CreateIndex on ${within}/logstore/audit-trail`);
    expect(details[2]).toContain(`grant log:CreateDashboard on ${within}/dashboard/audit-trail-overview`);
    expect(details[3]).toContain(`grant log:GetJob on ${within}/job/audit-trail-has-not-run`);
    expect(details[6]).toContain(`grant log:CreateIndex on ${within}/logstore/flow-log-scheduler-function`);
  });

  it('names the RAM action of reading and creating a Logstore', async () => {
    emulator.setFault(refuse('GetLogStore'));
    const within = 'acs:log:cn-hangzhou:*:project/ops-audit/logstore/audit-trail';
    expect((await run()).items[0]?.detail).toContain(`grant log:GetLogStore on ${within}`);
    emulator.setFault(refuse('CreateLogStore'));
    expect((await run()).items[0]?.detail).toContain(`grant log:CreateLogStore on ${within}`);
  });

  it('of the project stops at once, creates nothing, and says how to get one', async () => {
    const result = await run({ target: { ...TARGET, project: 'nobodys' } });
    expect(states(result)).toEqual(STOPPED);
    expect(emulator.requests.map(({ action }) => action)).toEqual(['GetLogStore']);
    expect(result.items[0]?.detail).toMatch(
      /^ProjectNotExist: GetLogStore: .*Project nobodys does not exist/,
    );
    expect(result.items[0]?.detail).toContain('https://sls.console.aliyun.com');
    expect(result.items[0]?.detail).toContain(
      'aliyun sls CreateProject --region cn-hangzhou --body \'{"projectName":"nobodys"',
    );
  });

  it('to reach SLS stops at once', async () => {
    emulator.setFault(() => ({ kind: 'reset', when: 'before' }));
    const result = await run();
    expect(states(result)).toEqual(STOPPED);
    expect(result.items[0]?.detail).toMatch(/check that this network reaches it, and SLS_ENDPOINT/);
  });

  it.each([
    ['InvalidAccessKeyId', 401, /belong together, exist, are enabled and have not expired/],
    ['RequestTimeExpired', 400, /set the clock of this machine/],
    ['ServerBusy', 503, /SLS itself is in trouble/],
    ['TooManyRequests', 429, /run this again: what is there already is left alone/],
    ['ParameterInvalid', 400, /look at the definition with --dry-run/],
    ['LogStoreNotExist', 404, /its Logstore has to be there first/],
  ])('%s is told with what to do', async (code, status, advice) => {
    await run();
    const sls = createSlsProject({ ...AT_EMULATOR(), recordTo: TARGET });
    await sls.indexes.update('audit-trail', { keys: { other: { type: 'long' } } });
    emulator.setFault(({ action }) =>
      action === 'UpdateIndex' ? { kind: 'error', code, status } : undefined,
    );
    const { items } = await run({ update: true });
    expect(items[1]).toMatchObject({ state: 'failed', detail: expect.stringMatching(advice) });
  });

  it('holds no secret', async () => {
    const result = await run({ secret: 'another-secret' });
    expect(JSON.stringify(result)).not.toContain('another-secret');
    expect(result.items[0]?.detail).toMatch(/SignatureNotMatch/);
  });

  it('without credentials stops at once', async () => {
    const sls = createSlsProject({
      ...AT_EMULATOR(),
      recordTo: TARGET,
      credentials: () => Promise.reject(new Error('none')),
    });
    const result = await provision(DEFINITIONS, 'create', { sls, clock: { sleep: async () => {} } });
    expect(states(result)).toEqual(STOPPED);
    expect(result.items[0]?.detail).toMatch(
      /GetLogStore: no credentials; looked for: none; .*set ALIBABA_CLOUD_ACCESS_KEY_ID/,
    );
  });

  it('that is a mistake of ours is not swallowed', async () => {
    const broken = { get: () => Promise.reject(new TypeError('oops')), create: async () => {} };
    const sls = { ...createSlsProject({ ...AT_EMULATOR(), recordTo: TARGET }), logstores: broken };
    await expect(provision(DEFINITIONS, 'create', { sls, clock: { sleep: async () => {} } })).rejects.toThrow(
      'oops',
    );
  });
});

it('a plan lists what a run would look at', () => {
  expect(plannedItems(DEFINITIONS).map(({ kind, name, state }) => [kind, name, state])).toEqual(
    NAMES.map((each) => [...each, 'planned']),
  );
});
