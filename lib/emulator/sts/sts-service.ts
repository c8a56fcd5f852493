import { errorTable } from '../api-error.ts';
import { trusts } from '../ram/trust.ts';
import { RPC_ERRORS } from '../rpc/rpc-errors.ts';
import { type RpcOperation, rpcService } from '../rpc/rpc-service.ts';
import { issueKey } from './issue-key.ts';

/** @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole */
const stsErrors = errorTable({
  ...RPC_ERRORS,
  'EntityNotExist.Role': { status: 404, message: 'The role not exists.' },
  NoPermission: {
    status: 403,
    message:
      'You are not authorized to do this action. You should be authorized by RAM, and trusted by the role.',
  },
  'InvalidParameter.DurationSeconds': {
    status: 400,
    message: 'The Min/Max value of DurationSeconds is 15min/1hr.',
  },
  'InvalidParameter.RoleSessionName': {
    status: 400,
    message: 'The parameter RoleSessionName is wrongly formed.',
  },
});

const DEFAULT_DURATION_S = 3600;

/** Issues temporary keys of the role's account, which every service of the emulator accepts until they expire. */
const assumeRole: RpcOperation = ({ params, accountId, identity, requestId }, world) => {
  const roleArn = required(params, 'RoleArn');
  const session = required(params, 'RoleSessionName');
  if (!/^[\w.@-]{2,64}$/.test(session)) throw stsErrors.error('InvalidParameter.RoleSessionName');
  const seconds = Number(params.DurationSeconds ?? DEFAULT_DURATION_S);
  const role = world.roles.findByArn(roleArn);
  if (role === undefined) throw stsErrors.error('EntityNotExist.Role');
  const caller = { accountId, identity };
  if (!trusts(role.trust, { kind: 'key', caller, externalId: params.ExternalId })) {
    throw stsErrors.error('NoPermission');
  }
  if (!(seconds >= 900 && seconds <= role.maxSessionSeconds)) {
    throw stsErrors.error('InvalidParameter.DurationSeconds');
  }
  const key = issueKey(role, session, seconds, world);
  return {
    RequestId: requestId,
    AssumedRoleUser: {
      Arn: `acs:ram::${role.accountId}:role/${role.name}/${session}`,
      AssumedRoleId: `${role.roleId}:${session}`,
    },
    Credentials: {
      AccessKeyId: key.accessKeyId,
      AccessKeySecret: key.accessKeySecret,
      SecurityToken: key.securityToken,
      Expiration: new Date(key.expiresAt).toISOString().replace('.000Z', 'Z'),
    },
  };
};

/**
 * Who signed.
 * @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-getcalleridentity
 */
const getCallerIdentity: RpcOperation = ({ accountId, identity, requestId }) => {
  const answer = { RequestId: requestId, AccountId: accountId };
  switch (identity.kind) {
    case 'account':
      return {
        ...answer,
        IdentityType: 'Account',
        PrincipalId: accountId,
        UserId: accountId,
        Arn: `acs:ram::${accountId}:root`,
      };
    case 'role': {
      const { roleId, roleName, session } = identity;
      return {
        ...answer,
        IdentityType: 'AssumedRoleUser',
        PrincipalId: `${roleId}:${session}`,
        RoleId: roleId,
        Arn: `acs:ram::${accountId}:assumed-role/${roleName}/${session}`,
      };
    }
  }
};

function required(params: Readonly<Record<string, string>>, name: string): string {
  const value = params[name];
  if (value === undefined || value === '') {
    throw stsErrors.error('MissingParameter', `The input parameter "${name}" is mandatory.`);
  }
  return value;
}

/** Security Token Service. */
export const stsService = rpcService({
  name: 'Sts',
  version: '2015-04-01',
  operations: { AssumeRole: assumeRole, GetCallerIdentity: getCallerIdentity },
  errors: stsErrors,
});
