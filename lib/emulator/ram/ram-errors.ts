import { errorTable } from '../api-error.ts';
import { RPC_ERRORS } from '../rpc/rpc-errors.ts';

/**
 * RAM's errors. Codes about a role and its policies are in no list that could be read; they follow those about a user
 * and its policies.
 * @see https://www.alibabacloud.com/help/doc-detail/28754.htm
 */
export const ramErrors = errorTable({
  ...RPC_ERRORS,
  MalformedPolicyDocument: { status: 400, message: 'The policy document is malformed.' },
  'InvalidParameter.RoleName.InvalidChars': {
    status: 400,
    message: 'The parameter - "RoleName" contains invalid chars.',
  },
  'InvalidParameter.RoleName.Length': {
    status: 400,
    message: 'The parameter - "RoleName" beyond the length limit.',
  },
  'InvalidParameter.PolicyName.InvalidChars': {
    status: 400,
    message: 'The parameter - "PolicyName" contains invalid chars.',
  },
  'InvalidParameter.PolicyName.Length': {
    status: 400,
    message: 'The parameter - "PolicyName" beyond the length limit.',
  },
  'InvalidParameter.PolicyType': { status: 400, message: 'The parameter - "PolicyType" is incorrect.' },
  'InvalidParameter.PolicyDocument.Length': {
    status: 400,
    message: 'The parameter - "PolicyDocument" beyond the length limit.',
  },
  'InvalidParameter.AssumeRolePolicyDocument.Length': {
    status: 400,
    message: 'The parameter - "AssumeRolePolicyDocument" beyond the length limit.',
  },
  'InvalidParameter.Description.Length': {
    status: 400,
    message: 'The parameter - "Description" beyond the length limit.',
  },
  'InvalidParameter.MaxSessionDuration': {
    status: 400,
    message: 'The parameter - "MaxSessionDuration" is incorrect.',
  },
  'InvalidParameter.VersionId.Format': {
    status: 400,
    message: 'The format of the parameter - "VersionId" is incorrect.',
  },
  'InvalidParameter.RotateStrategy': {
    status: 400,
    message: 'The parameter - "RotateStrategy" is incorrect.',
  },
  'InvalidParameter.MaxItems': { status: 400, message: 'The parameter - "MaxItems" is incorrect.' },
  'InvalidParameter.Marker': { status: 400, message: 'The parameter - "Marker" is incorrect.' },
  'EntityNotExist.Role': { status: 404, message: 'The role does not exist.' },
  'EntityNotExist.Policy': { status: 404, message: 'The policy does not exist.' },
  'EntityNotExist.Policy.Version': { status: 404, message: 'The policy version does not exist.' },
  'EntityNotExist.Role.Policy': {
    status: 404,
    message: 'The indicate policy attached to the role does not exist.',
  },
  'EntityAlreadyExists.Role': { status: 409, message: 'The role does already EXIST.' },
  'EntityAlreadyExists.Policy': { status: 409, message: 'The policy does already EXIST.' },
  'EntityAlreadyExists.Role.Policy': {
    status: 409,
    message: 'The role has already been attached this policy.',
  },
  'DeleteConflict.Role.Policy': {
    status: 409,
    message: 'The role CAN NOT has any attached policy while deleting the role.',
  },
  'DeleteConflict.Policy.Role': {
    status: 409,
    message: 'The policy CAN NOT been attached to any role while deleting the policy.',
  },
  'DeleteConflict.Policy.Version': {
    status: 409,
    message: 'The policy CAN NOT has any version except the default version.',
  },
  'DeleteConflict.Policy.Version.Default': {
    status: 409,
    message: 'The default policy version CAN NOT been deleted directly.',
  },
  'LimitExceeded.Policy.Version': {
    status: 409,
    message: 'The count of policy version beyond the current limits.',
  },
  'LimitExceeded.Role.Policy': {
    status: 409,
    message: 'The count of policies attached to the role beyond the current limits.',
  },
});
