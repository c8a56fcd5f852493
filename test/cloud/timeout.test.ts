import { expect, it } from 'vitest';
import { connect, readObject } from '../../lib/cloud/call.ts';
import { CEN, CEN_ENDPOINT } from '../../lib/cloud/services.ts';
import { createBudget } from '../../lib/reconcile/budget.ts';
import { answerOf, madeUpService } from '../support/made-up-service.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const describeFlowLogs = { name: 'DescribeFlowlogs', read: readObject };

function slowCredentials(ms: number) {
  const clock = virtualClock();
  const timeouts: number[] = [];
  const call = connect(CEN, {
    endpoint: CEN_ENDPOINT,
    clock,
    credentials: async () => {
      await clock.sleep(ms);
      return { accessKeyId: 'id', accessKeySecret: 'secret' };
    },
    send: madeUpService((_action, _params, timeoutMs) => {
      timeouts.push(timeoutMs);
      return answerOf({});
    }),
  });
  const within = (timeMs: number) => ({ time: createBudget(clock, clock.monotonic() + timeMs) });
  return { call, within, timeouts };
}

it('what the credentials took counts towards the time of a call', async () => {
  const { call, within, timeouts } = slowCredentials(60);
  await call(describeFlowLogs, within(1_000));
  expect(timeouts).toEqual([940]);
});

it('credentials that took all of it leave a call unsent', async () => {
  const { call, within, timeouts } = slowCredentials(1_000);
  await expect(call(describeFlowLogs, within(1_000))).rejects.toMatchObject({
    ...{ code: 'OutOfTime', effect: 'none', attempts: 0 },
  });
  expect(timeouts).toEqual([]);
});

it('credentials that took its turn leave a call unsent and unannounced, and hold no other call of the account', async () => {
  const { call, within, timeouts } = slowCredentials(300);
  const { time } = within(1_000);
  const announced: string[] = [];
  const limits = { time, turn: time.within(200), onSend: () => announced.push('sent') };
  await expect(call(describeFlowLogs, limits)).rejects.toMatchObject({
    ...{ code: 'Busy', effect: 'none', again: 'later', throttled: true, attempts: 0 },
  });
  expect([timeouts, announced]).toEqual([[], []]);
  await call(describeFlowLogs, { time, onSend: () => announced.push('sent') });
  expect([timeouts, announced]).toEqual([[400], ['sent']]);
});
