import { afterEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../lib/emulator/emulator.ts';
import { CloudError } from '../../../lib/reconcile/cloud-error.ts';
import { cbnCaptures, headerOf, queryOf } from '../../support/cbn-captures.ts';
import { failureOf } from '../../support/failures.ts';
import {
  accountWith,
  flowLogsOf,
  flowLogsOver,
  manyFlowLogs,
  type TimedFlowLogs,
} from '../../support/flow-logs-of.ts';
import { answerOf, madeUpService } from '../../support/made-up-service.ts';

const REF = {
  flowLogId: 'flowlog-m5evbtbptexample1',
  regionId: 'cn-hangzhou',
  cenId: 'cen-7qthudw0ll6jmcexample',
};
const TOKEN = '123e4567-e89b-12d3-a456-426655440000';
const TAG = 'flow-log-scheduler:override';
const VALUE = 'active until 2026-11-21T18:00:00+08:00';

/** What the captured client was asked for, of our adapter. */
const OPERATIONS: readonly (readonly [string, (flowLogs: TimedFlowLogs) => Promise<unknown>])[] = [
  ['DescribeFlowlogs', (flowLogs) => flowLogs.list({ regionId: REF.regionId, cenId: REF.cenId })],
  ['ActiveFlowLog', (flowLogs) => flowLogs.activate(REF, TOKEN)],
  ['DeactiveFlowLog', (flowLogs) => flowLogs.deactivate(REF, TOKEN)],
  ['TagResources', (flowLogs) => flowLogs.tag(REF.regionId, [REF.flowLogId], TAG, VALUE)],
  ['UntagResources', (flowLogs) => flowLogs.untag(REF.regionId, [REF.flowLogId], TAG)],
];

describe('the adapter', () => {
  it.each(OPERATIONS)("asks for %s with the official client's parameters", async (action, operation) => {
    const sent: object[] = [];
    const body = { FlowLogs: { FlowLog: [] }, TotalCount: '0', Success: 'true' };
    const service = madeUpService((name, params) => {
      sent.push({ action: name, ...params });
      return answerOf(body);
    });
    await operation(flowLogsOver(service, { pageSize: 50 }));
    const captured = cbnCaptures.find((capture) => headerOf(capture, 'x-acs-action') === action);
    expect(sent).toEqual([{ action, ...queryOf(captured?.url ?? '') }]);
  });
});

describe('a tag', () => {
  let emulator: Emulator | undefined;
  afterEach(async () => {
    await emulator?.close();
    emulator = undefined;
  });

  const tags = () => emulator?.flowLogs().map((flowLog) => flowLog.tags);
  const ids = manyFlowLogs(3).map(({ flowLogId }) => flowLogId);

  it('is set, replaced and removed on several flow logs, and the others stay', async () => {
    emulator = await startEmulator({ accounts: [accountWith(manyFlowLogs(3, { tags: { env: 'dev' } }))] });
    const flowLogs = flowLogsOf(emulator);
    await flowLogs.tag('cn-hangzhou', ids.slice(0, 2), TAG, 'one');
    await flowLogs.tag('cn-hangzhou', ids.slice(1, 2), TAG, 'two');
    expect(tags()).toEqual([{ env: 'dev', [TAG]: 'one' }, { env: 'dev', [TAG]: 'two' }, { env: 'dev' }]);
    expect(await flowLogs.list({ regionId: 'cn-hangzhou' })).toMatchObject(
      tags()?.map((each) => ({ tags: each })) ?? [],
    );
    await flowLogs.untag('cn-hangzhou', ids, TAG);
    expect(tags()).toEqual([{ env: 'dev' }, { env: 'dev' }, { env: 'dev' }]);
  });

  it.each(['TagResources', 'UntagResources'])('is the same after %s was sent twice', async (action) => {
    emulator = await startEmulator({
      accounts: [accountWith(manyFlowLogs(3))],
      fault: (request) =>
        request.action === action && request.count === 1 ? { kind: 'reset', when: 'after' } : undefined,
    });
    const flowLogs = flowLogsOf(emulator);
    await flowLogs.tag('cn-hangzhou', ids, TAG, 'one');
    if (action === 'UntagResources') await flowLogs.untag('cn-hangzhou', ids, TAG);
    expect(emulator.requests.filter((request) => request.action === action)).toHaveLength(2);
    expect(tags()).toEqual(ids.map(() => (action === 'TagResources' ? { [TAG]: 'one' } : {})));
  });

  it('that is refused is a failure', async () => {
    emulator = await startEmulator({ accounts: [accountWith([])] });
    const error = await failureOf(CloudError, flowLogsOf(emulator).tag('cn-hangzhou', ['gone'], TAG, 'one'));
    expect(error).toMatchObject({
      code: 'InvalidResourceId.NotFound',
      effect: 'none',
      again: 'never',
      attempts: 1,
    });
  });
});
