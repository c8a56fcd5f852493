/** The whole deployment with the real Serverless Devs, into the emulator. */
import { describe, expect, it } from 'vitest';
import { objectAt, objectsAt } from '../../lib/json.ts';
import type { Terminal } from '../../lib/tool/io.ts';
import { rpcClient } from '../support/emulator-clients.ts';
import {
  ACCOUNT,
  CONFIG,
  emulator,
  entry,
  KEY,
  NAME,
  project,
  RETAIL_ROLE,
  status,
  WITH_RETAIL,
  writes,
} from './emulated-project.ts';
import { handedOver, USER_S_YAML } from './serverless-devs.ts';

const GROWN = { ...CONFIG, flowLogs: [...CONFIG.flowLogs, entry('flowlog-new', 'never')] };

async function policyVersions(): Promise<readonly unknown[]> {
  const ask = rpcClient<unknown>(emulator, '2015-05-01', KEY);
  const { body } = await ask('ListPolicyVersions', { PolicyName: NAME, PolicyType: 'Custom' });
  return objectsAt(objectAt(objectAt(body).PolicyVersions).PolicyVersion).map(({ VersionId }) => VersionId);
}

describe('flow-logs deploy', () => {
  it('deploys everything, then nothing, then what a flow log more needs', async () => {
    const { flowLogs, configure, ...made } = project({ source: USER_S_YAML });
    const first = await flowLogs(['deploy', '--yes']);
    expect(first).toMatchObject({ status: 0, err: '' });
    for (const what of [
      'role',
      'policy',
      'attachment',
      'index',
      'dashboard',
      'alert',
      'logstore',
      'function',
      'timer',
    ]) {
      expect(first.out).toMatch(new RegExp(`^create +${what} `, 'm'));
      expect(first.out).toMatch(new RegExp(`^created ${what} `, 'm'));
    }
    // What the first run will do is known before anything calls it.
    expect(first.out).toMatch(/^flowlog-on .* activate +planned/m);
    expect(first.out.indexOf('planned')).toBeLessThan(first.out.indexOf('created timer'));
    const actions = emulator.requests.map(({ action }) => action);
    expect(actions.indexOf('DescribeFlowlogs')).toBeLessThan(actions.indexOf('CreateTrigger'));
    expect(handedOver(made)).toMatchObject([
      { accountId: ACCOUNT, accessKeyId: KEY.accessKeyId, hasToken: true },
    ]);
    expect(first.out).toContain('status: ok, 2 flow logs, 2 to change at the next tick');
    expect([status('flowlog-on'), status('flowlog-off')]).toEqual(['Inactive', 'Active']);
    expect(await emulator.fireTimer(NAME, 'tick')).toMatchObject({ ok: true });
    expect([status('flowlog-on'), status('flowlog-off')]).toEqual(['Active', 'Inactive']);

    const before = writes().length;
    const second = await flowLogs(['deploy', '--yes']);
    expect(second).toMatchObject({ status: 0, err: '' });
    expect(second.out).toContain('nothing to change: everything is there as it should be');
    expect(second.out).not.toMatch(/^(create|change)/m);
    expect(writes()).toHaveLength(before);
    expect(handedOver(made)).toHaveLength(1);

    configure(GROWN);
    const third = await flowLogs(['deploy', '--yes', '--json']);
    expect(third.status).toBe(0);
    expect(third.err).toContain(`changed policy ${NAME}: its default version is v2 now`);
    expect(third.err).toContain(`changed function ${NAME}`);
    expect(third.err).toContain('status: ok, 3 flow logs, 1 to change at the next tick');
    expect(JSON.parse(third.out)).toMatchObject({
      ...{
        ok: true,
        changed: true,
        accountId: ACCOUNT,
        function: NAME,
        regionId: 'cn-beijing',
        notPlanned: [],
      },
      plan: { summary: { planned: 1 } },
      items: expect.arrayContaining([
        { kind: 'function', name: NAME, state: 'updated', detail: '' },
        { kind: 'timer', name: 'tick', state: 'exists', detail: '' },
      ]),
      status: { ok: true, digests: { code: expect.any(String), config: expect.any(String) } },
    });
    expect(await policyVersions()).toEqual(['v1', 'v2']);
    expect(writes().slice(before)).not.toContain('CreateRole');
  });

  it('asks once, changes nothing for anything but a yes, and goes on after what failed', async () => {
    const { flowLogs } = project();
    const questions: string[] = [];
    const answering =
      (answer: string): Terminal['ask'] =>
      async (question) => {
        questions.push(question);
        return answer;
      };
    const refused = await flowLogs(['deploy'], { ask: answering('') });
    expect(refused).toMatchObject({ status: 1, err: 'nothing was changed\n' });
    expect(questions).toEqual([
      expect.stringMatching(/^Create \d+\? From then on the timer runs\. \[y\/N\] $/),
    ]);
    expect(writes()).toEqual([]);
    expect(await flowLogs(['deploy', '--dry-run'])).toMatchObject({
      status: 0,
      out: expect.stringContaining('nothing was changed (--dry-run)'),
    });
    expect(writes()).toEqual([]);

    emulator.setFault(({ action }) =>
      action === 'CreateDashboard' ? { kind: 'error', code: 'Unauthorized', status: 403 } : undefined,
    );
    const half = await flowLogs(['deploy'], { ask: answering('y') });
    expect(half.status).toBe(1);
    expect(half.out).toContain(`created role ${NAME}`);
    expect(half.err).toMatch(/failed dashboard audit-overview: .*log:CreateDashboard/);
    expect(half.err).toMatch(
      /not done: .*function flow-log-scheduler, timer tick\. What was created or changed stays/,
    );
    expect(writes()).not.toContain('CreateFunction');
    expect(questions).toHaveLength(2);
    emulator.setFault(undefined);
    expect(await flowLogs(['deploy', '--yes'])).toMatchObject({ status: 0, err: '' });
  });

  it('stops before anything is changed when the plan has failures, unless a person wants it so', async () => {
    const { flowLogs } = project({
      config: { ...CONFIG, flowLogs: [...CONFIG.flowLogs, entry('flowlog-gone', 'always')] },
    });
    const refused = await flowLogs(['deploy', '--yes']);
    expect(refused).toMatchObject({
      status: 1,
      out: expect.stringMatching(/^flowlog-gone: FlowLogNotFound: /m),
      err:
        'nothing was changed, since 1 flow log fails in the plan above: remove the cause, or add --with-failures to deploy ' +
        'all the same\n',
    });
    expect((await flowLogs(['deploy', '--dry-run'])).status).toBe(1);
    const questions: string[] = [];
    const ask = async (question: string) => {
      questions.push(question);
      return '';
    };
    expect(await flowLogs(['deploy'], { ask })).toMatchObject({ status: 1, err: 'nothing was changed\n' });
    expect(questions).toEqual([
      expect.stringMatching(/^Create \d+, although 1 flow log fails in the plan\? /),
    ]);
    expect(writes()).toEqual([]);
    expect((await flowLogs(['deploy', '--yes', '--with-failures'])).out).toContain(
      `created function ${NAME}`,
    );
  });

  it('says why when only RAM and SLS had to change and the function is another one then', async () => {
    const { flowLogs } = project();
    expect(await flowLogs(['deploy', '--yes'])).toMatchObject({ status: 0, err: '' });
    const ask = rpcClient<unknown>(emulator, '2015-05-01', KEY);
    await ask('DetachPolicyFromRole', { PolicyName: NAME, PolicyType: 'Custom', RoleName: NAME });
    // Somebody else deletes the timer while RAM is set up.
    emulator.setFault(({ action }) =>
      action === 'ListTriggers' && writes().at(-1) === 'AttachPolicyToRole'
        ? { kind: 'error', code: 'TriggerNotFound', status: 404 }
        : undefined,
    );
    const { status: ended, err } = await flowLogs(['deploy', '--yes']);
    expect(ended).toBe(1);
    expect(err).toMatch(/^function flow-log-scheduler is not there$/m);
  });

  it('names accounts that only the function reaches, and what to do about them', async () => {
    const { flowLogs } = project({ config: WITH_RETAIL });
    const { status, out, err } = await flowLogs(['deploy', '--yes']);
    expect(out).toContain(`account retail is not planned: these credentials may not assume ${RETAIL_ROLE}`);
    expect(out).toMatch(/^flowlog-on .* planned/m);
    expect({ status, err }).toEqual({
      status: 1,
      err: 'the function is deployed, and says that not all is well: see above\n',
    });
    expect(out).toContain(
      `npx flow-logs provision --account retail --function-role acs:ram::${ACCOUNT}:role/${NAME}`,
    );
  });

  it('believes nobody: what is not there is not deployed, whatever Serverless Devs says', async () => {
    const { flowLogs } = project();
    // Without it the stand-in does nothing, and says nothing either.
    const { status, out, err } = await flowLogs(['deploy', '--yes'], {
      env: { FC_CODE_TEMP_OSS_ENDPOINT: '' },
    });
    expect(status).toBe(1);
    expect(err).toContain('Serverless Devs ended with status 0; read back:');
    expect(err).toContain(`function ${NAME} is not there`);
    expect(err).toContain(
      `done: RAM, SLS; not done: function ${NAME}, timer tick. Remove the cause, and deploy again`,
    );
    expect(out).toContain('created role');
    expect(out).not.toContain('created function');
  });

  it('says what is done, done in part, and not done', async () => {
    const { flowLogs, configure } = project();
    const failing = (name: string) =>
      emulator.setFault(({ action }) =>
        action === name ? { kind: 'error', code: 'InvalidArgument', status: 400 } : undefined,
      );
    failing('CreateTrigger');
    const first = await flowLogs(['deploy', '--yes']);
    expect(first.status).toBe(1);
    expect(first.err).toContain(
      `done: RAM, SLS; done in part: function ${NAME}; not done: timer tick. Remove the cause, and deploy again`,
    );
    emulator.setFault(undefined);
    expect(await flowLogs(['deploy', '--yes'])).toMatchObject({ status: 0, err: '' });

    configure(GROWN);
    failing('UpdateTrigger');
    const { status, out, err } = await flowLogs(['deploy', '--yes', '--json'], {
      env: { TICK: '0 */10 * * * *' },
    });
    expect(status).toBe(1);
    expect(err).toContain(`function ${NAME} is as it should be`);
    expect(err).toContain(`done: RAM, SLS, function ${NAME}; not done: timer tick.`);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      items: expect.arrayContaining([
        { kind: 'function', name: NAME, state: 'updated', detail: '' },
        { kind: 'timer', name: 'tick', state: 'differs', detail: expect.stringContaining('cronExpression') },
      ]),
    });
  });
});
