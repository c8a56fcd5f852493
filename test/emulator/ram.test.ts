import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { type EmulatorOptions, startEmulator } from '../../lib/emulator/emulator.ts';
import { alibabaRam, ram } from '../support/alibaba-ram.ts';
import { DEFAULT_KEY, rpcClient, sendRaw, thrown } from '../support/emulator-clients.ts';

/** Alibaba's own client for RAM against the emulator. */
const [ONE, TWO] = ['1111111111111111', '2222222222222222'];
const SECOND_KEY = { accessKeyId: 'second-id', accessKeySecret: 'second-secret' };

async function start(options: EmulatorOptions = {}) {
  const emulator = await startEmulator({
    accounts: [
      { accountId: ONE, accessKeys: [DEFAULT_KEY] },
      { accountId: TWO, accessKeys: [SECOND_KEY] },
    ],
    ...options,
  });
  onTestFinished(() => emulator.close());
  return { emulator, client: alibabaRam(emulator.port), second: alibabaRam(emulator.port, SECOND_KEY) };
}

const trustOf = (Principal: object, more: object = {}): string =>
  JSON.stringify({
    Version: '1',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal, ...more }],
  });
const FC_TRUST = trustOf({ Service: ['fc.aliyuncs.com'] });

const policyOf = (Resource: string): string =>
  JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: 'cen:ActiveFlowLog', Resource }] });

const POLICY = policyOf('*');

const R = 'scheduler';
const P = 'scheduler-cen';

const newRole = (more: object = {}) =>
  new ram.CreateRoleRequest({ roleName: R, assumeRolePolicyDocument: FC_TRUST, ...more });
const newPolicy = (more: object = {}) =>
  new ram.CreatePolicyRequest({ policyName: P, policyDocument: POLICY, ...more });
const newVersion = (more: object = {}) =>
  new ram.CreatePolicyVersionRequest({ policyName: P, policyDocument: POLICY, ...more });
const ofRole = { roleName: R };
const ofPolicy = { policyName: P, policyType: 'Custom' };
const attachment = { ...ofRole, ...ofPolicy };

type Client = ReturnType<typeof alibabaRam>;

async function versionsOf(client: Client) {
  const { body } = await client.listPolicyVersions(new ram.ListPolicyVersionsRequest(ofPolicy));
  return body?.policyVersions?.policyVersion?.map(
    ({ versionId, isDefaultVersion }) => `${versionId}${isDefaultVersion ? ' in force' : ''}`,
  );
}

async function makeVersions(client: Client, count: number) {
  await client.createPolicy(newPolicy());
  for (let made = 1; made < count; made += 1) await client.createPolicyVersion(newVersion());
}

async function attached(client: Client) {
  await client.createRole(newRole());
  await client.createPolicy(newPolicy());
  await client.attachPolicyToRole(new ram.AttachPolicyToRoleRequest(attachment));
}

test('a role is created, read, changed, listed and deleted', async () => {
  const now = Date.parse('2026-11-26T02:00:00.500Z');
  const { client } = await start({ clock: { now: () => now } });
  const made = await client.createRole(newRole({ description: 'switches', maxSessionDuration: 7200 }));
  const expected = {
    roleId: expect.stringMatching(/^\d{18}$/),
    roleName: R,
    arn: `acs:ram::${ONE}:role/${R}`,
    description: 'switches',
    assumeRolePolicyDocument: FC_TRUST,
    maxSessionDuration: 7200,
    createDate: '2026-11-26T02:00:00Z',
  };
  expect(made.body?.role).toMatchObject(expected);
  expect((await client.getRole(new ram.GetRoleRequest(ofRole))).body?.role).toMatchObject(expected);

  const trust = trustOf({ RAM: `acs:ram::${TWO}:root` });
  const changed = await client.updateRole(
    new ram.UpdateRoleRequest({ ...ofRole, newAssumeRolePolicyDocument: trust }),
  );
  expect(changed.body?.role).toMatchObject({ ...expected, assumeRolePolicyDocument: trust });
  const again = await client.updateRole(
    new ram.UpdateRoleRequest({ ...ofRole, newDescription: 'x', newMaxSessionDuration: 3600 }),
  );
  expect(again.body?.role).toMatchObject({
    description: 'x',
    maxSessionDuration: 3600,
    assumeRolePolicyDocument: trust,
  });

  const { body } = await client.listRoles(new ram.ListRolesRequest({}));
  expect(body).toMatchObject({ isTruncated: false, roles: { role: [{ roleName: R }] } });
  await client.deleteRole(new ram.DeleteRoleRequest(ofRole));
  const gone = await thrown(client.getRole(new ram.GetRoleRequest(ofRole)));
  expect(gone).toMatchObject({ code: 'EntityNotExist.Role', statusCode: 404 });
});

test('roles are listed page by page', async () => {
  const { client } = await start();
  for (const name of ['a', 'b', 'c']) await client.createRole(newRole({ roleName: name }));
  const first = await client.listRoles(new ram.ListRolesRequest({ maxItems: 2 }));
  expect(first.body?.roles?.role?.map(({ roleName }) => roleName)).toEqual(['a', 'b']);
  const { marker } = first.body ?? {};
  const second = await client.listRoles(new ram.ListRolesRequest({ maxItems: 2, marker: marker ?? '' }));
  expect(second.body?.roles?.role?.map(({ roleName }) => roleName)).toEqual(['c']);
  expect([first.body?.isTruncated, second.body?.isTruncated]).toEqual([true, false]);
});

test('a role that was not named in a seed is one of its account alone', async () => {
  const { client, second } = await start();
  await client.createRole(newRole());
  expect(await thrown(second.getRole(new ram.GetRoleRequest(ofRole)))).toMatchObject({
    code: 'EntityNotExist.Role',
  });
  await second.createRole(newRole());
  const { body } = await second.getRole(new ram.GetRoleRequest(ofRole));
  expect(body?.role?.arn).toBe(`acs:ram::${TWO}:role/${R}`);
});

test('role names are the same in another case', async () => {
  const { client } = await start();
  await client.createRole(newRole());
  const error = await thrown(client.createRole(newRole({ roleName: R.toUpperCase() })));
  expect(error).toMatchObject({ code: 'EntityAlreadyExists.Role', statusCode: 409 });
});

const statement = JSON.parse(POLICY).Statement[0];
const withStatement = (more: object) =>
  JSON.stringify({ Version: '1', Statement: [{ ...statement, ...more }] });

test.each<[string, object, string]>([
  ['a role name with a space', { roleName: 'a b' }, 'InvalidParameter.RoleName.InvalidChars'],
  ['a role name of 65 letters', { roleName: 'a'.repeat(65) }, 'InvalidParameter.RoleName.Length'],
  ['no trust policy', { assumeRolePolicyDocument: '' }, 'MissingParameter'],
  ['a trust policy that is not JSON', { assumeRolePolicyDocument: '{' }, 'MalformedPolicyDocument'],
  ['a trust policy without Principal', { assumeRolePolicyDocument: POLICY }, 'MalformedPolicyDocument'],
  [
    'a trust policy for another action',
    { assumeRolePolicyDocument: FC_TRUST.replace('sts:AssumeRole', 'ecs:*') },
    'MalformedPolicyDocument',
  ],
  [
    'a trust policy of more than 2,048 bytes',
    { assumeRolePolicyDocument: trustOf({ Service: ['x'.repeat(2048)] }) },
    'InvalidParameter.AssumeRolePolicyDocument.Length',
  ],
  ['a session of an hour less a second', { maxSessionDuration: 3599 }, 'InvalidParameter.MaxSessionDuration'],
  ['a long description', { description: 'x'.repeat(1025) }, 'InvalidParameter.Description.Length'],
])('a role is refused with %s', async (_, more, code) => {
  const { client } = await start();
  expect(await thrown(client.createRole(newRole(more)))).toMatchObject({ code, statusCode: 400 });
  expect((await client.listRoles(new ram.ListRolesRequest({}))).body?.roles?.role).toEqual([]);
});

test.each<[string, object, string]>([
  ['an underscore in its name', { policyName: 'a_b' }, 'InvalidParameter.PolicyName.InvalidChars'],
  ['a name of 129 letters', { policyName: 'a'.repeat(129) }, 'InvalidParameter.PolicyName.Length'],
  ['no document', { policyDocument: '' }, 'MissingParameter'],
  ['a document that is not JSON', { policyDocument: 'x' }, 'MalformedPolicyDocument'],
  ['another version', { policyDocument: POLICY.replace('"1"', '"2"') }, 'MalformedPolicyDocument'],
  ['an unknown effect', { policyDocument: withStatement({ Effect: 'allow' }) }, 'MalformedPolicyDocument'],
  ['no service in an action', { policyDocument: withStatement({ Action: 'x' }) }, 'MalformedPolicyDocument'],
  ['no action', { policyDocument: withStatement({ Action: [] }) }, 'MalformedPolicyDocument'],
  ['an unknown key', { policyDocument: withStatement({ Sid: 'x' }) }, 'MalformedPolicyDocument'],
  ['a resource of no form', { policyDocument: withStatement({ Resource: 'x' }) }, 'MalformedPolicyDocument'],
  [
    'both Resource and NotResource',
    { policyDocument: withStatement({ NotResource: '*' }) },
    'MalformedPolicyDocument',
  ],
])('a policy is refused with %s', async (_, more, code) => {
  const { client } = await start();
  expect(await thrown(client.createPolicy(newPolicy(more)))).toMatchObject({ code, statusCode: 400 });
});

test('a policy document has 6,144 bytes at most', async () => {
  const { client } = await start();
  const bytes = 6144 - Buffer.byteLength(policyOf('acs:cbn:::'));
  await client.createPolicy(newPolicy({ policyDocument: policyOf(`acs:cbn:::${'x'.repeat(bytes)}`) }));
  const policyDocument = policyOf(`acs:cbn:::${'x'.repeat(bytes + 1)}`);
  expect(await thrown(client.createPolicyVersion(newVersion({ policyDocument })))).toMatchObject({
    code: 'InvalidParameter.PolicyDocument.Length',
  });
  expect(await versionsOf(client)).toEqual(['v1 in force']);
});

test('a policy is created and read with the version in force', async () => {
  const { client } = await start();
  await client.createPolicy(newPolicy({ description: 'd' }));
  const policyDocument = policyOf('acs:cbn:*:*:flowlog/*');
  await client.createPolicyVersion(newVersion({ policyDocument, setAsDefault: true }));
  const { body } = await client.getPolicy(new ram.GetPolicyRequest(ofPolicy));
  expect(body).toMatchObject({
    policy: { ...ofPolicy, description: 'd', defaultVersion: 'v2', attachmentCount: 0 },
    defaultPolicyVersion: { versionId: 'v2', isDefaultVersion: true, policyDocument },
  });
  const older = await client.getPolicyVersion(
    new ram.GetPolicyVersionRequest({ ...ofPolicy, versionId: 'v1' }),
  );
  expect(older.body?.policyVersion).toMatchObject({ policyDocument: POLICY, isDefaultVersion: false });
  expect(await thrown(client.createPolicy(newPolicy()))).toMatchObject({
    code: 'EntityAlreadyExists.Policy',
    statusCode: 409,
  });
});

test('a sixth version is refused, and taken when the oldest that is not in force may go', async () => {
  const { client } = await start();
  await makeVersions(client, 5);
  expect(await thrown(client.createPolicyVersion(newVersion({ setAsDefault: true })))).toMatchObject({
    code: 'LimitExceeded.Policy.Version',
    statusCode: 409,
  });
  expect(await versionsOf(client)).toEqual(['v1 in force', 'v2', 'v3', 'v4', 'v5']);
  const rotateStrategy = 'DeleteOldestNonDefaultVersionWhenLimitExceeded';
  await client.createPolicyVersion(newVersion({ setAsDefault: true, rotateStrategy }));
  expect(await versionsOf(client)).toEqual(['v1', 'v3', 'v4', 'v5', 'v6 in force']);
  await client.createPolicyVersion(newVersion({ rotateStrategy }));
  expect(await versionsOf(client)).toEqual(['v3', 'v4', 'v5', 'v6 in force', 'v7']);
});

test('a version number is not used twice', async () => {
  const { client } = await start();
  await makeVersions(client, 3);
  await client.deletePolicyVersion(new ram.DeletePolicyVersionRequest({ policyName: P, versionId: 'v3' }));
  await client.createPolicyVersion(newVersion());
  expect(await versionsOf(client)).toEqual(['v1 in force', 'v2', 'v4']);
});

test('the version in force can be changed, not deleted', async () => {
  const { client } = await start();
  await makeVersions(client, 2);
  const v1 = { policyName: P, versionId: 'v1' };
  const remove = () => client.deletePolicyVersion(new ram.DeletePolicyVersionRequest(v1));
  expect(await thrown(remove())).toMatchObject({
    code: 'DeleteConflict.Policy.Version.Default',
    statusCode: 409,
  });
  await client.setDefaultPolicyVersion(
    new ram.SetDefaultPolicyVersionRequest({ policyName: P, versionId: 'v2' }),
  );
  await remove();
  expect(await versionsOf(client)).toEqual(['v2 in force']);
  expect(await thrown(remove())).toMatchObject({ code: 'EntityNotExist.Policy.Version', statusCode: 404 });
});

test('a role has the policies that were attached to it, each once', async () => {
  const { client } = await start();
  await attached(client);
  const system = { ...ofRole, policyType: 'System', policyName: 'AliyunLogFullAccess' };
  await client.attachPolicyToRole(new ram.AttachPolicyToRoleRequest(system));
  const again = await thrown(client.attachPolicyToRole(new ram.AttachPolicyToRoleRequest(attachment)));
  expect(again).toMatchObject({ code: 'EntityAlreadyExists.Role.Policy', statusCode: 409 });
  const list = () => client.listPoliciesForRole(new ram.ListPoliciesForRoleRequest(ofRole));
  expect((await list()).body?.policies?.policy).toMatchObject([
    { policyName: P, policyType: 'Custom', defaultVersion: 'v1', attachDate: expect.any(String) },
    { policyName: 'AliyunLogFullAccess', policyType: 'System' },
  ]);
  await client.detachPolicyFromRole(new ram.DetachPolicyFromRoleRequest(attachment));
  expect((await list()).body?.policies?.policy).toHaveLength(1);
  const gone = await thrown(client.detachPolicyFromRole(new ram.DetachPolicyFromRoleRequest(attachment)));
  expect(gone).toMatchObject({ code: 'EntityNotExist.Role.Policy', statusCode: 404 });
});

test('a role takes ten custom policies', async () => {
  const { client } = await start();
  await client.createRole(newRole());
  const attach = async (policyName: string) => {
    await client.createPolicy(newPolicy({ policyName }));
    await client.attachPolicyToRole(new ram.AttachPolicyToRoleRequest({ ...attachment, policyName }));
  };
  for (let count = 1; count <= 10; count += 1) await attach(`p-${count}`);
  expect(await thrown(attach('p-11'))).toMatchObject({ code: 'LimitExceeded.Role.Policy', statusCode: 409 });
});

test('what is in use is not deleted', async () => {
  const { client } = await start();
  await attached(client);
  await client.createPolicyVersion(newVersion());
  const deleteRole = () => client.deleteRole(new ram.DeleteRoleRequest(ofRole));
  const deletePolicy = (more: object = {}) =>
    client.deletePolicy(new ram.DeletePolicyRequest({ policyName: P, ...more }));
  const codeOf = async (promise: Promise<unknown>) => (await thrown(promise)).code;
  expect(await codeOf(deleteRole())).toBe('DeleteConflict.Role.Policy');
  expect(await codeOf(deletePolicy({ cascadingDelete: true }))).toBe('DeleteConflict.Policy.Role');
  await client.detachPolicyFromRole(new ram.DetachPolicyFromRoleRequest(attachment));
  expect(await codeOf(deletePolicy())).toBe('DeleteConflict.Policy.Version');
  await deletePolicy({ cascadingDelete: true });
  await deleteRole();
  expect(await codeOf(deletePolicy())).toBe('EntityNotExist.Policy');
  expect(await codeOf(deleteRole())).toBe('EntityNotExist.Role');
});

interface Assumed {
  readonly AccountId?: string;
  readonly IdentityType?: string;
  readonly Arn?: string;
  readonly Credentials?: Readonly<Record<'AccessKeyId' | 'AccessKeySecret' | 'SecurityToken', string>>;
}

async function assume(port: number, arn: string, key = DEFAULT_KEY, more: object = {}) {
  const sts = rpcClient<Assumed>({ port }, '2015-04-01', key);
  const { body } = await sts('AssumeRole', { RoleArn: arn, RoleSessionName: 'me', ...more });
  const { AccessKeyId, AccessKeySecret, SecurityToken } = body.Credentials ?? expect.fail('no credentials');
  return { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, securityToken: SecurityToken };
}

test('STS assumes a created role by its trust policy, as it is now', async () => {
  const { emulator, client, second } = await start();
  const arn = `acs:ram::${TWO}:role/${R}`;
  const trust = (principal: object, more: object = {}) =>
    second.updateRole(
      new ram.UpdateRoleRequest({ ...ofRole, newAssumeRolePolicyDocument: trustOf(principal, more) }),
    );
  const refusal = async (key = DEFAULT_KEY, more: object = {}) =>
    (await thrown(assume(emulator.port, arn, key, more))).code;
  expect(await refusal()).toBe('EntityNotExist.Role');
  await second.createRole(newRole());
  expect(await refusal()).toBe('NoPermission');

  await trust({ RAM: [`acs:ram::${ONE}:root`] }, { Condition: { StringEquals: { 'sts:ExternalId': 'x' } } });
  expect(await refusal()).toBe('NoPermission');
  const key = await assume(emulator.port, arn, DEFAULT_KEY, { ExternalId: 'x' });
  const whoAmI = rpcClient<Assumed>(emulator, '2015-04-01', key);
  expect((await whoAmI('GetCallerIdentity', {})).body).toMatchObject({
    AccountId: TWO,
    IdentityType: 'AssumedRoleUser',
    Arn: `acs:ram::${TWO}:assumed-role/${R}/me`,
  });

  // A role that trusts one role of an account and not the account.
  await trust({ RAM: `acs:ram::${ONE}:role/${R}` });
  expect(await refusal()).toBe('NoPermission');
  await client.createRole(newRole({ assumeRolePolicyDocument: trustOf({ RAM: `acs:ram::${ONE}:root` }) }));
  const base = await assume(emulator.port, `acs:ram::${ONE}:role/${R}`);
  expect(await assume(emulator.port, arn, base)).toHaveProperty('securityToken');
});

test('each key speaks for its own account', async () => {
  const { emulator } = await start();
  for (const [key, accountId] of [
    [DEFAULT_KEY, ONE],
    [SECOND_KEY, TWO],
  ] as const) {
    const { body } = await rpcClient<Assumed>(emulator, '2015-04-01', key)('GetCallerIdentity', {});
    expect(body).toMatchObject({ AccountId: accountId, IdentityType: 'Account' });
  }
});

interface Capture {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly operation: string;
  readonly sts: boolean;
  readonly replied: Readonly<Record<string, object>>;
}
const captures = JSON.parse(
  readFileSync(new URL('../wire/ram.json', import.meta.url), 'utf8'),
) as readonly Capture[];

test.each([false, true])('captured requests of the official client work in turn (STS: %s)', async (sts) => {
  const inTurn = ['createRole', 'getRole', 'updateRole', 'createPolicy', 'getPolicy'].concat([
    'createPolicyVersion',
    'attachPolicyToRole',
    'listPoliciesForRole',
  ]);
  const sent = captures.filter((capture) => capture.sts === sts);
  expect(sent.map(({ operation }) => operation).sort()).toEqual([...inTurn].sort());
  const { emulator } = await start({
    wallNow: () => Date.parse(sent[0]?.headers['x-acs-date'] ?? ''),
    accounts: [
      {
        accountId: '1234567890123456',
        accessKeys: [
          {
            accessKeyId: 'example-access-key-id',
            accessKeySecret: 'example-access-key-secret',
            ...(sts && { securityToken: 'example-security-token' }),
          },
        ],
      },
    ],
  });
  for (const operation of inTurn) {
    const capture = sent.find((each) => each.operation === operation) ?? expect.fail(operation);
    const { method, url: path, headers, body } = capture;
    const answer = await sendRaw(emulator, { method, path, headers, body });
    expect(answer.status).toBe(200);
    const parsed = JSON.parse(answer.body) as Readonly<Record<string, object>>;
    for (const [name, part] of Object.entries(capture.replied)) {
      if (typeof part === 'object') {
        expect(Object.keys(parsed[name] ?? {})).toEqual(
          expect.arrayContaining(Object.keys(part).filter((key) => key !== 'PolicyDocument')),
        );
      }
    }
  }
});
