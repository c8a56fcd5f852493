import { rpcService } from '../rpc/rpc-service.ts';
import { attachPolicyToRole, detachPolicyFromRole, listPoliciesForRole } from './attachment-operations.ts';
import { createPolicy, deletePolicy, getPolicy } from './policy-operations.ts';
import {
  createPolicyVersion,
  deletePolicyVersion,
  getPolicyVersion,
  listPolicyVersions,
  setDefaultPolicyVersion,
} from './policy-version-operations.ts';
import { ramErrors } from './ram-errors.ts';
import { createRole, deleteRole, getRole, listRoles, updateRole } from './role-operations.ts';

/**
 * Resource Access Management: roles, custom policies with their versions, and which policies a role has. What a policy
 * allows is not enforced: every key may do everything in its account.
 */
export const ramService = rpcService({
  name: 'Ram',
  version: '2015-05-01',
  operations: {
    GetRole: getRole,
    CreateRole: createRole,
    UpdateRole: updateRole,
    DeleteRole: deleteRole,
    ListRoles: listRoles,
    GetPolicy: getPolicy,
    CreatePolicy: createPolicy,
    DeletePolicy: deletePolicy,
    CreatePolicyVersion: createPolicyVersion,
    ListPolicyVersions: listPolicyVersions,
    GetPolicyVersion: getPolicyVersion,
    DeletePolicyVersion: deletePolicyVersion,
    SetDefaultPolicyVersion: setDefaultPolicyVersion,
    AttachPolicyToRole: attachPolicyToRole,
    DetachPolicyFromRole: detachPolicyFromRole,
    ListPoliciesForRole: listPoliciesForRole,
  },
  errors: ramErrors,
});
