import { describe, expect, it } from 'vitest';
import { connect } from '../../../lib/cloud/call.ts';
import { createAssumedRoles } from '../../../lib/cloud/credentials/assumed-role.ts';
import type { HttpResponse } from '../../../lib/cloud/http/request.ts';
import { STS, STS_ENDPOINT } from '../../../lib/cloud/services.ts';
import type { Role } from '../../../lib/config/config.ts';
import { createBudget } from '../../../lib/reconcile/budget.ts';
import { CloudError } from '../../../lib/reconcile/cloud-error.ts';
import { failureOf } from '../../support/failures.ts';
import { answerOf, madeUpService, refusalOf } from '../../support/made-up-service.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

/** Who assumes the roles. */
const OWN = {
  endpoint: STS_ENDPOINT,
  credentials: async () => ({ accessKeyId: 'own', accessKeySecret: 'secret' }),
};

const ROLE: Role = { roleArn: 'acs:ram::1:role/flow-log-scheduler', externalId: null };

/** Roles over a made-up STS, whose answers are credentials numbered from 1 unless `answer` throws. */
function rolesOver(
  answer: (count: number) => HttpResponse | undefined = () => undefined,
  lifeMs = 3_600_000,
) {
  const clock = virtualClock();
  const calls: object[] = [];
  const send = madeUpService((action, params, timeoutMs) => {
    const count = calls.push({ action, params, timeoutMs });
    const refused = answer(count);
    if (refused !== undefined) return refused;
    const expires = new Date(clock.now() + lifeMs).toISOString();
    return answerOf({
      RequestId: `request-${count}`,
      Credentials: {
        AccessKeyId: `id-${count}`,
        AccessKeySecret: `secret-${count}`,
        SecurityToken: `token-${count}`,
        Expiration: expires,
      },
    });
  });
  const roles = createAssumedRoles(clock.now);
  let requests = 0;
  const onCall = () => {
    requests += 1;
  };
  const call = connect(STS, { ...OWN, clock, send, onCall });
  const provider = (role = ROLE, timeMs = 600_000) =>
    roles.provider(role, { call, budget: createBudget(clock, clock.monotonic() + timeMs) });
  return { clock, calls, provider, forget: roles.forget, requests: () => requests };
}
const numbered = (count: number) => ({
  accessKeyId: `id-${count}`,
  accessKeySecret: `secret-${count}`,
  securityToken: `token-${count}`,
});

describe('the credentials of a role', () => {
  it('are asked for with its ARN, a session of this name and an hour', async () => {
    const { provider, calls, requests } = rolesOver();
    expect(await provider()()).toEqual(numbered(1));
    const params = {
      RoleArn: ROLE.roleArn,
      RoleSessionName: 'flow-log-scheduler',
      DurationSeconds: '3600',
    };
    expect(calls).toEqual([{ action: 'AssumeRole', params, timeoutMs: 10_000 }]);
    await provider({ ...ROLE, externalId: 'x' })();
    expect(calls[1]).toMatchObject({ params: { ...params, ExternalId: 'x' } });
    expect(requests()).toBe(2);
  });

  it('are asked for once by those who wait together, and by those who come later', async () => {
    const { provider, calls } = rolesOver();
    const first = provider();
    const together = await Promise.all([first(), first(), provider()(), provider({ ...ROLE })()]);
    expect(together).toEqual([numbered(1), numbered(1), numbered(1), numbered(1)]);
    expect(await provider()()).toEqual(numbered(1));
    expect(calls).toHaveLength(1);
  });

  it('are those of each role', async () => {
    const { provider } = rolesOver();
    const other = { ...ROLE, roleArn: 'acs:ram::2:role/flow-log-scheduler' };
    expect(await Promise.all([provider()(), provider(other)()])).toEqual([numbered(1), numbered(2)]);
    expect(await provider(other)()).toEqual(numbered(2));
  });

  it.each([
    [58 * 60_000 + 59_999, 1],
    [59 * 60_000, 2],
    [61 * 60_000, 2],
  ])('are, after %i ms, number %i', async (ms, count) => {
    const { provider, clock } = rolesOver();
    await provider()();
    await clock.sleep(ms);
    expect(await provider()()).toEqual(numbered(count));
  });

  it('that live shorter than a run are asked for again only in their last minute', async () => {
    const { provider, clock, calls } = rolesOver(undefined, 5 * 60_000);
    for (let minute = 0; minute < 20; minute += 1) {
      for (let call = 0; call < 25; call += 1) await provider()();
      await clock.sleep(60_000);
    }
    expect(calls).toHaveLength(5);
  });

  it('are asked for again once they are forgotten, and those of other roles are not', async () => {
    const { provider, forget, calls } = rolesOver();
    const other = { ...ROLE, externalId: 'x' };
    const [refusedOnes] = [await provider()(), await provider(other)()];
    forget(refusedOnes);
    forget({ ...numbered(2) });
    expect(await provider()()).toEqual(numbered(3));
    expect(await provider(other)()).toEqual(numbered(2));
    forget(refusedOnes);
    expect(await provider()()).toEqual(numbered(3));
    expect(calls).toHaveLength(3);
  });

  it('are asked for again by the next one, when there were none', async () => {
    const { provider, calls } = rolesOver((count) => {
      return count === 1 ? refusalOf('NoPermission') : undefined;
    });
    const both = await Promise.allSettled([provider()(), provider()()]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(calls).toHaveLength(1);
    expect(await provider()()).toEqual(numbered(2));
  });
});

const FAIL = { effect: 'none', again: 'never' } as const;

describe('a refusal', () => {
  it.each([
    ['NoPermission', 403, FAIL, /trust policy of acs:ram::1:role\/flow-log-scheduler.*set externalId/],
    ['EntityNotExist.Role', 404, FAIL, /create the role acs:ram::1:role\/flow-log-scheduler/],
    ['InvalidParameter.RoleArn', 400, FAIL, /or correct roleArn/],
    ['InvalidAccessKeyId.NotFound', 404, FAIL, /check that access key id, secret and token/],
    ['SignatureDoesNotMatch', 400, FAIL, /check that access key id, secret and token/],
    ['Throttling.User', 400, { again: 'later', throttled: true }, /the next run tries again/],
    ['TooManyRequests', 429, { again: 'later', throttled: true }, /the next run tries again/],
    ['InternalError', 500, { again: 'later', throttled: false }, /the next run tries again/],
  ])('%s says what to do', async (code, httpStatus, known, advice) => {
    const { provider, calls } = rolesOver(() => refusalOf(code, { status: httpStatus }));
    const error = await failureOf(CloudError, provider()());
    expect(error).toMatchObject({ code, ...known, requestId: 'request-x', httpStatus });
    expect(error.message).toMatch(advice);
    expect(calls).toHaveLength(known.again === 'never' ? 1 : 8);
  });

  it('is no error of the answer, which is of another shape than documented', async () => {
    const roles = createAssumedRoles(Date.now);
    const clock = virtualClock();
    for (const Credentials of [undefined, null, 'text', {}, { AccessKeyId: 'i', AccessKeySecret: 's' }]) {
      const send = madeUpService(() => answerOf({ Credentials, RequestId: 'request-y' }));
      const provider = roles.provider(ROLE, {
        call: connect(STS, { ...OWN, clock, send }),
        budget: createBudget(clock, Number.POSITIVE_INFINITY),
      });
      expect(await failureOf(CloudError, provider())).toMatchObject({
        code: 'UnreadableAnswer',
        effect: 'none',
        again: 'never',
        requestId: 'request-y',
        problem: 'AssumeRole: STS answered without credentials for acs:ram::1:role/flow-log-scheduler',
      });
    }
  });

  it('for want of time comes without a request', async () => {
    const { provider, calls } = rolesOver();
    expect(await failureOf(CloudError, provider(ROLE, 0)())).toMatchObject({ code: 'OutOfTime' });
    expect(calls).toEqual([]);
  });
});
