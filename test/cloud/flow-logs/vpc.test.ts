/** What the adapter does for VPC otherwise than for CEN. */
import { afterEach, describe, expect, it } from 'vitest';
import { verdictOf } from '../../../lib/cloud/advice.ts';
import { PRODUCTS } from '../../../lib/cloud/flow-logs/products.ts';
import { VPC_ERRORS } from '../../../lib/cloud/flow-logs/vpc-errors.ts';
import { VPC } from '../../../lib/cloud/services.ts';
import { type Emulator, startEmulator } from '../../../lib/emulator/emulator.ts';
import { capturesOf, headerOf, queryOf } from '../../support/cbn-captures.ts';
import { accountWith, flowLogsOf, flowLogsOver, type TimedFlowLogs } from '../../support/flow-logs-of.ts';
import { answerOf, madeUpService } from '../../support/made-up-service.ts';

const product = PRODUCTS.vpc;
const REF = { flowLogId: 'fl-m5e8vhz2t21sel1nq1234', regionId: 'cn-hangzhou', cenId: null };
const TAG = 'flow-log-scheduler:override';
const VALUE = 'Active until 2026-11-23T18:00:00+08:00; by=netops';

const OPERATIONS: readonly (readonly [string, (flowLogs: TimedFlowLogs) => Promise<unknown>])[] = [
  ['DescribeFlowLogs', (flowLogs) => flowLogs.list({ regionId: REF.regionId })],
  ['ActiveFlowLog', (flowLogs) => flowLogs.activate(REF, 'token')],
  ['DeactiveFlowLog', (flowLogs) => flowLogs.deactivate(REF, 'token')],
  ['TagResources', (flowLogs) => flowLogs.tag(REF.regionId, [REF.flowLogId, 'fl-2'], TAG, VALUE)],
  ['UnTagResources', (flowLogs) => flowLogs.untag(REF.regionId, [REF.flowLogId], TAG)],
];

let emulator: Emulator | undefined;
afterEach(async () => {
  await emulator?.close();
  emulator = undefined;
});

describe('the adapter', () => {
  it.each(OPERATIONS)("asks for %s with the official client's parameters", async (action, operation) => {
    const sent: object[] = [];
    const service = madeUpService((name, params) => {
      sent.push({ action: name, ...params });
      return answerOf({ FlowLogs: { FlowLog: [] }, TotalCount: '0', Success: 'true' });
    });
    await operation(flowLogsOver(service, { product }));
    const captured = capturesOf('vpc.json').find((capture) => headerOf(capture, 'x-acs-action') === action);
    expect(sent).toEqual([{ action, ...queryOf(captured?.url ?? '') }]);
  });

  it('asks the endpoint of the region', () => {
    expect(product.endpoint('cn-beijing').href).toBe('https://vpc.cn-beijing.aliyuncs.com/');
    expect(PRODUCTS.cen.endpoint('cn-beijing').href).toBe('https://cbn.aliyuncs.com/');
  });

  it('reads what a flow log says of itself', async () => {
    const flowLog = {
      ...{ flowLogId: 'fl-1', regionId: 'cn-hangzhou', flowLogName: 'web', intervalSeconds: 60 },
      ...{ resourceId: 'vsw-1', resourceType: 'VSwitch', vpcId: 'vpc-1', tags: { env: 'dev' } },
    };
    emulator = await startEmulator({ accounts: [accountWith([flowLog])] });
    const [read] = await flowLogsOf(emulator, { product }).list({ regionId: 'cn-hangzhou' });
    expect(read).toEqual({
      flowLogId: 'fl-1',
      name: 'web',
      regionId: 'cn-hangzhou',
      cenId: null,
      status: 'Active',
      isTransient: false,
      intervalSeconds: 60,
      transitRouterId: null,
      resourceId: 'vsw-1',
      logstore: { project: 'net-flowlogs', logstore: 'flowlogs' },
      tags: { env: 'dev' },
      readAt: expect.any(Number),
    });
  });

  it('lists those of a VPC alone when it is asked to', async () => {
    const inVpc = (flowLogId: string, vpcId: string) => ({ flowLogId, regionId: 'cn-hangzhou', vpcId });
    emulator = await startEmulator({
      accounts: [accountWith([inVpc('fl-1', 'vpc-1'), inVpc('fl-2', 'vpc-2')])],
    });
    const found = await flowLogsOf(emulator, { product }).list({ regionId: 'cn-hangzhou', vpcId: 'vpc-2' });
    expect(found.map(({ flowLogId }) => flowLogId)).toEqual(['fl-2']);
  });

  it.each([
    ['Active', false],
    ['Inactive', false],
    ['Activating', true],
    ['Deactivating', true],
    ['Modifying', true],
    ['Frozen', false],
  ])('takes "%s" for transient: %s', async (status, isTransient) => {
    emulator = await startEmulator({
      accounts: [accountWith([{ flowLogId: 'fl-1', regionId: 'cn-hangzhou', status }])],
    });
    const found = await flowLogsOf(emulator, { product }).list({ regionId: 'cn-hangzhou' });
    expect(found).toMatchObject([{ status, isTransient }]);
  });

  it('toggles and tags', async () => {
    const flowLog = { flowLogId: REF.flowLogId, regionId: REF.regionId, status: 'Inactive' };
    emulator = await startEmulator({ accounts: [accountWith([flowLog])], modifyingMs: 0 });
    const flowLogs = flowLogsOf(emulator, { product });
    await flowLogs.activate(REF, 'token');
    await flowLogs.tag(REF.regionId, [REF.flowLogId], TAG, VALUE);
    expect(emulator.flowLog(REF.flowLogId)).toMatchObject({ status: 'Active', tags: { [TAG]: VALUE } });
    await flowLogs.deactivate(REF, 'token');
    await flowLogs.untag(REF.regionId, [REF.flowLogId], TAG);
    expect(emulator.flowLog(REF.flowLogId)).toMatchObject({ status: 'Inactive', tags: {} });
    expect(emulator.requests.map(({ params }) => params.ClientToken)).toEqual(Array(4).fill(undefined));
  });
});

const READ_BACK = { effect: 'unknown', again: 'later', throttled: false };
const LATER = { effect: 'none', again: 'later', throttled: false };
const THROTTLED = { effect: 'none', again: 'later', throttled: true };
const FINAL = { effect: 'none', again: 'never', throttled: false };

/** Off the API page of ActiveFlowLog, Alibaba Cloud's Terraform provider, and what holds for every service. */
const CODES: readonly (readonly [code: string, httpStatus: number, verdict: object, advice: RegExp])[] = [
  ['IncorrectBusinessStatus.FlowLog', 400, FINAL, /locked, most likely for an unpaid bill: pay it/],
  ['InvalidInstanceId', 400, FINAL, /correct flowLogId, regionId or vpcId/],
  ['InvalidInstanceId.NotFound', 400, FINAL, /correct flowLogId, regionId or vpcId/],
  ['InvalidRegionId.NotFound', 400, FINAL, /correct regionId/],
  ['InvalidStatus', 400, LATER, /next run/],
  ['TaskConflict', 409, LATER, /next run/],
  ['LastTokenProcessing', 400, LATER, /next run/],
  ['OperationConflict', 400, LATER, /next run/],
  ['SystemBusy', 400, LATER, /next run/],
  ['ServiceUnavailable', 503, LATER, /next run/],
  ['IncorrectStatus', 400, LATER, /next run/],
  ['IncorrectStatus.flowlog', 400, LATER, /next run/],
  ['UnknownError', 400, READ_BACK, /next run/],
  ['InternalError', 500, LATER, /next run/],
  ['InvalidParameter', 400, FINAL, /check flowLogId, regionId and vpcId/],
  ['Throttling.User', 400, THROTTLED, /next run/],
  ['SignatureNonceUsed', 400, READ_BACK, /next run/],
  ['Forbidden.RAM', 403, FINAL, /grant the role vpc:DescribeFlowLogs/],
  ['InvalidSecurityToken.Expired', 400, FINAL, /access key id, secret and token/],
  ['NeverHeardOf', 500, LATER, /next run/],
  ['NeverHeardOf', 400, FINAL, /look the code up among the API error codes of VPC/],
];

describe('an error code of VPC', () => {
  it.each(CODES)('%s (HTTP %i)', (code, httpStatus, wanted, advice) => {
    const verdict = verdictOf(code, httpStatus, VPC, [VPC.errors]);
    const { effect = 'none', again = 'never', throttled = false } = verdict;
    expect({ effect, again, throttled }).toEqual(wanted);
    expect(verdict.advice).toMatch(advice);
  });

  it('is tested when it is known by name', () => {
    const tested = new Set(CODES.map(([code]) => code));
    expect(Object.keys(VPC_ERRORS).filter((code) => !tested.has(code))).toEqual([]);
  });
});
