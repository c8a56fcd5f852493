import { errorTable } from '../api-error.ts';
import { RPC_ERRORS } from '../rpc/rpc-errors.ts';

/**
 * The error codes on the pages of ActiveFlowLog and DeactiveFlowLog, with their status and message.
 * @see https://www.alibabacloud.com/help/en/cen/developer-reference/api-cbn-2017-09-12-activeflowlog
 * @see https://www.alibabacloud.com/help/en/cen/developer-reference/api-cbn-2017-09-12-deactiveflowlog
 */
export const FLOW_LOG_ERRORS = {
  ProjectOrLogstoreNotExist: {
    status: 400,
    message: 'The specified project or logstore does not exist.',
  },
  SourceProjectNotExist: { status: 400, message: 'The Source Project or logstore does not exist.' },
  'OperationUnsupported.action': { status: 400, message: 'This action is not support.' },
  RuleExist: { status: 400, message: 'The rule has already existed.' },
  'QuotaExceeded.FlowlogCount': {
    status: 400,
    message: 'This user has reached the maximum instance number of flowlog.',
  },
  'InvalidFlowlogId.exist': {
    status: 400,
    message: 'This cenId already has flowlog instance existed.',
  },
  'InvalidFlowlogId.NotFound': {
    status: 400,
    message: 'The specified flowlog id does not exist or does not match the cen Id.',
  },
  'IncorrectStatus.flowlog': { status: 400, message: 'Invalid flowlog status.' },
  'IncorrectStatus.TrFlowlog': {
    status: 400,
    message: 'Flowlog status for specified TransitRouter is invalid for this operation.',
  },
  InvalidParameter: { status: 400, message: 'Invalid parameter.' },
  Unauthorized: { status: 400, message: 'The AccessKeyId is unauthorized.' },
} as const;

/** Known from Alibaba's Terraform provider, which retries the first two; messages are made up. */
const OTHER_ERRORS = {
  LOCK_ERROR: { status: 400, message: 'The resource is locked by another operation.' },
  'Operation.Blocking': { status: 400, message: 'The operation is blocked by another one.' },
  'InvalidResourceId.NotFound': { status: 404, message: 'The specified ResourceIds are not found.' },
  'QuotaExceeded.TagNum': { status: 400, message: 'The resource has reached the maximum number of tags.' },
} as const;

/** Every code that CEN answers with here. */
export const cenErrors = errorTable({ ...RPC_ERRORS, ...FLOW_LOG_ERRORS, ...OTHER_ERRORS });
