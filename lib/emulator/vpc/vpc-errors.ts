import { errorTable } from '../api-error.ts';
import { RPC_ERRORS } from '../rpc/rpc-errors.ts';

/**
 * The error codes on the page of ActiveFlowLog, with their status; of `InvalidStatus` the message too, the others' are made
 * up. DeactiveFlowLog's page shows none.
 * @see https://www.alibabacloud.com/help/en/vpc/developer-reference/api-vpc-2016-04-28-activeflowlog
 */
export const FLOW_LOG_ERRORS = {
  'IncorrectBusinessStatus.FlowLog': {
    status: 400,
    message: 'The business status of the flow log does not allow this operation.',
  },
  InvalidInstanceId: { status: 400, message: 'The specified InstanceId is invalid.' },
  'InvalidInstanceId.NotFound': { status: 400, message: 'The specified InstanceId is not found.' },
  'InvalidRegionId.NotFound': { status: 400, message: 'The specified RegionId is not found.' },
  InvalidStatus: { status: 400, message: 'Current instance status is not valid for this action.' },
} as const;

/**
 * Known from Alibaba's Terraform provider, which retries all but the last three; statuses but that of ServiceUnavailable
 * and messages are made up.
 */
const OTHER_ERRORS = {
  IncorrectStatus: { status: 400, message: 'The status of the resource does not allow this operation.' },
  'IncorrectStatus.flowlog': { status: 400, message: 'Invalid flowlog status.' },
  LastTokenProcessing: { status: 400, message: 'The last token request is processing.' },
  OperationConflict: { status: 400, message: 'The operation conflicts with another one.' },
  SystemBusy: { status: 400, message: 'The system is busy.' },
  TaskConflict: { status: 409, message: 'A task of the resource is under way.' },
  UnknownError: { status: 400, message: 'Unknown error.' },
  InvalidParameter: { status: 400, message: 'Invalid parameter.' },
  'InvalidResourceId.NotFound': { status: 404, message: 'The specified ResourceIds are not found.' },
  'QuotaExceeded.TagNum': { status: 400, message: 'The resource has reached the maximum number of tags.' },
} as const;

/** Every code that VPC answers with here. */
export const vpcErrors = errorTable({ ...RPC_ERRORS, ...FLOW_LOG_ERRORS, ...OTHER_ERRORS });
