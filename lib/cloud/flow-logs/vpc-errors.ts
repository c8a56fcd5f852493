import type { ErrorTable, Verdict } from '../advice.ts';

const LATER: Verdict = { again: 'later' };
const ENTRY: Verdict = { advice: 'correct flowLogId, regionId or vpcId, or remove the entry' };

/**
 * The error codes on the API page of ActiveFlowLog (that of DeactiveFlowLog shows none), and those that Alibaba Cloud's
 * Terraform provider retries, but for those that mean the same for every service.
 * @see https://www.alibabacloud.com/help/en/vpc/developer-reference/api-vpc-2016-04-28-activeflowlog
 * @see https://github.com/aliyun/terraform-provider-alicloud/blob/master/alicloud/resource_alicloud_vpc_flow_log.go
 */
export const VPC_ERRORS: Readonly<Record<string, Verdict>> = {
  // Of the page.
  'IncorrectBusinessStatus.FlowLog': {
    advice:
      'the flow log is locked, most likely for an unpaid bill: pay it in Expenses and Costs, and the next run goes on',
  },
  InvalidInstanceId: ENTRY,
  'InvalidInstanceId.NotFound': ENTRY,
  'InvalidRegionId.NotFound': { advice: 'correct regionId, or remove the entry' },
  InvalidStatus: LATER,
  // Of the provider.
  LastTokenProcessing: LATER,
  OperationConflict: LATER,
  SystemBusy: LATER,
  TaskConflict: LATER,
  // Its effect is found out by reading.
  UnknownError: { effect: 'unknown', again: 'later' },
  // General.
  InvalidParameter: { advice: 'check flowLogId, regionId and vpcId of the entry' },
  ServiceUnavailable: LATER,
  InternalError: LATER,
};

/** What is changing passes: `IncorrectStatus`, `IncorrectStatus.flowlog`, … */
export const vpcErrors: ErrorTable = (code) => {
  if (Object.hasOwn(VPC_ERRORS, code)) return VPC_ERRORS[code] ?? null;
  return /^IncorrectStatus\b/i.test(code) ? LATER : null;
};
