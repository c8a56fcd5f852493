import { type ErrorRow, isThrottling } from '../acs/retrying-call.ts';

export { isThrottling } from '../acs/retrying-call.ts';

const ACCESS =
  'grant the role cen:DescribeFlowlogs, cen:ActiveFlowLog, cen:DeactiveFlowLog, and for overrides cen:TagResources and ' +
  'cen:UntagResources, on this flow log';
const CREDENTIALS = 'check the credentials: the function needs a role, elsewhere see @alicloud/credentials';
const LATER = 'the next run tries again';

/**
 * Every error code that the API pages of ActiveFlowLog and DeactiveFlowLog list, and the general ones of the gateway
 * and of the retry lists of Alibaba Cloud's Terraform provider.
 * @see https://www.alibabacloud.com/help/en/cen/developer-reference/api-cbn-2017-09-12-activeflowlog
 * @see https://github.com/aliyun/terraform-provider-alicloud/blob/master/alicloud/resource_alicloud_cen_flowlog.go
 */
export const ERRORS: Readonly<Record<string, ErrorRow>> = {
  // Of the two pages.
  ProjectOrLogstoreNotExist: {
    disposition: 'fail',
    advice: 'create the SLS project and Logstore that the flow log delivers to, or delete the flow log',
  },
  SourceProjectNotExist: {
    disposition: 'fail',
    advice: 'create the SLS project and Logstore that the flow log delivers to, or delete the flow log',
  },
  'OperationUnsupported.action': {
    disposition: 'fail',
    advice: 'this region does not support the operation; remove the entry',
  },
  RuleExist: { disposition: 'retry', advice: LATER },
  'QuotaExceeded.FlowlogCount': {
    disposition: 'fail',
    advice: 'delete flow logs that are not needed, or ask for a higher quota',
  },
  'InvalidFlowlogId.exist': {
    disposition: 'fail',
    advice: 'the CEN instance has another flow log already; look at both in the CEN console',
  },
  'InvalidFlowlogId.NotFound': {
    disposition: 'fail',
    advice: 'correct flowLogId, regionId or cenId, or remove the entry',
  },
  'IncorrectStatus.flowlog': { disposition: 'retry', advice: LATER },
  'IncorrectStatus.TrFlowlog': { disposition: 'retry', advice: LATER },
  InvalidParameter: { disposition: 'fail', advice: 'check flowLogId, regionId and cenId of the entry' },
  Unauthorized: { disposition: 'fail', advice: ACCESS },
  // General.
  LOCK_ERROR: { disposition: 'retry', advice: LATER },
  'Operation.Blocking': { disposition: 'retry', advice: LATER },
  ServiceUnavailable: { disposition: 'retry', advice: LATER },
  InternalError: { disposition: 'retry', advice: LATER },
  SignatureNonceUsed: { disposition: 'read-back', advice: LATER },
  NoPermission: { disposition: 'fail', advice: ACCESS },
  'Forbidden.RAM': { disposition: 'fail', advice: ACCESS },
  'InvalidSecurityToken.Expired': { disposition: 'fail', advice: CREDENTIALS },
  'InvalidTimeStamp.Expired': { disposition: 'fail', advice: "this machine's clock is off; correct it" },
};

/** {@link classify} for calls that no later run repeats. */
export function classifyTagging(code: string, httpStatus: number): ErrorRow {
  const row = classify(code, httpStatus);
  return row.advice === LATER ? { ...row, advice: 'try again' } : row;
}

/**
 * What an error code means for what to do next. A code that is not in the table follows its family or its HTTP
 * status: something that is changing, a throttled call and an error of the service pass; anything else is final.
 */
export function classify(code: string, httpStatus: number): ErrorRow {
  const row = Object.hasOwn(ERRORS, code) ? ERRORS[code] : undefined;
  if (row !== undefined) return row;
  if (isThrottling(code, httpStatus)) return { disposition: 'wait', advice: LATER };
  if (/^IncorrectStatus\b/i.test(code)) return { disposition: 'retry', advice: LATER };
  if (/^(Forbidden|NoPermission|AccessDenied|NotAuthorized)/i.test(code))
    return { disposition: 'fail', advice: ACCESS };
  if (/AccessKeyId|SecurityToken|Signature/i.test(code)) return { disposition: 'fail', advice: CREDENTIALS };
  if (httpStatus >= 500) return { disposition: 'retry', advice: LATER };
  return { disposition: 'fail', advice: 'look the code up among the API error codes of CEN' };
}
