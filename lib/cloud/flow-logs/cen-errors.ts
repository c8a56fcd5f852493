import type { ErrorTable, Verdict } from '../advice.ts';

const LATER: Verdict = { again: 'later' };
const LOGSTORE: Verdict = {
  advice: 'create the SLS project and Logstore that the flow log delivers to, or delete the flow log',
};

/**
 * Every error code that the API pages of ActiveFlowLog and DeactiveFlowLog list, and the general ones of the gateway
 * and of the retry lists of Alibaba Cloud's Terraform provider, but for those that mean the same for every service.
 * @see https://www.alibabacloud.com/help/en/cen/developer-reference/api-cbn-2017-09-12-activeflowlog
 * @see https://github.com/aliyun/terraform-provider-alicloud/blob/master/alicloud/resource_alicloud_cen_flowlog.go
 */
export const CEN_ERRORS: Readonly<Record<string, Verdict>> = {
  // Of the two pages.
  ProjectOrLogstoreNotExist: LOGSTORE,
  SourceProjectNotExist: LOGSTORE,
  'OperationUnsupported.action': {
    advice: 'this region does not support the operation; remove the entry',
  },
  RuleExist: LATER,
  'QuotaExceeded.FlowlogCount': {
    advice: 'delete flow logs that are not needed, or ask for a higher quota',
  },
  'InvalidFlowlogId.exist': {
    advice: 'the CEN instance has another flow log already; look at both in the CEN console',
  },
  'InvalidFlowlogId.NotFound': { advice: 'correct flowLogId, regionId or cenId, or remove the entry' },
  InvalidParameter: { advice: 'check flowLogId, regionId and cenId of the entry' },
  // General.
  LOCK_ERROR: LATER,
  'Operation.Blocking': LATER,
  ServiceUnavailable: LATER,
  InternalError: LATER,
};

/** What is changing passes: `IncorrectStatus.flowlog`, `IncorrectStatus.TrFlowlog`, … */
export const cenErrors: ErrorTable = (code) => {
  if (Object.hasOwn(CEN_ERRORS, code)) return CEN_ERRORS[code] ?? null;
  return /^IncorrectStatus\b/i.test(code) ? LATER : null;
};
