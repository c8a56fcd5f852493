import { randomBytes } from 'node:crypto';
import { errorTable } from '../api-error.ts';
import { RPC_ERRORS } from '../rpc/rpc-errors.ts';
import { type RpcOperation, rpcService } from '../rpc/rpc-service.ts';

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
const assumeRole: RpcOperation = ({ params, accountId, requestId }, world) => {
  const roleArn = required(params, 'RoleArn');
  const session = required(params, 'RoleSessionName');
  if (!/^[\w.@-]{2,64}$/.test(session)) throw stsErrors.error('InvalidParameter.RoleSessionName');
  const seconds = Number(params.DurationSeconds ?? DEFAULT_DURATION_S);
  const role = world.roles.find(roleArn);
  if (role === undefined) throw stsErrors.error('EntityNotExist.Role');
  const externalId = role.externalId ?? params.ExternalId;
  if (!role.trusts.includes(accountId) || params.ExternalId !== externalId)
    throw stsErrors.error('NoPermission');
  if (!(seconds >= 900 && seconds <= (role.maxSessionSeconds ?? DEFAULT_DURATION_S))) {
    throw stsErrors.error('InvalidParameter.DurationSeconds');
  }
  const key = {
    accessKeyId: `STS.${randomBytes(12).toString('hex')}`,
    accessKeySecret: randomBytes(24).toString('hex'),
    securityToken: randomBytes(48).toString('base64'),
    expiresAt: Math.floor((world.wallNow() + seconds * 1000) / 1000) * 1000,
  };
  world.accessKeys.add(role.accountId, key);
  return {
    RequestId: requestId,
    AssumedRoleUser: {
      Arn: `acs:ram::${role.accountId}:role/${role.name}/${session}`,
      AssumedRoleId: `0:${session}`,
    },
    Credentials: {
      AccessKeyId: key.accessKeyId,
      AccessKeySecret: key.accessKeySecret,
      SecurityToken: key.securityToken,
      Expiration: new Date(key.expiresAt).toISOString().replace('.000Z', 'Z'),
    },
  };
};

/** Who signed. */
const getCallerIdentity: RpcOperation = ({ accountId, requestId }) => ({
  RequestId: requestId,
  AccountId: accountId,
  IdentityType: 'Account',
  PrincipalId: accountId,
  UserId: accountId,
  Arn: `acs:ram::${accountId}:root`,
});

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
