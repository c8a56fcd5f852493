import { afterEach, describe, expect, test } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../lib/emulator/emulator.ts';
import { parseSeed, SeedError } from '../../lib/emulator/seed.ts';
import { DEFAULT_KEY, openApiClient, rpcClient, thrown } from '../support/emulator-clients.ts';

const [BASE, TARGET] = ['1111111111111111', '2222222222222222'];
const ARN = `acs:ram::${TARGET}:role/flow-log-scheduler`;
const ASK = { RoleArn: ARN, RoleSessionName: 'me' };

const WORLD: EmulatorOptions = {
  accounts: [
    { accountId: BASE, accessKeys: [DEFAULT_KEY], roles: [{ name: 'own', trusts: [BASE] }] },
    {
      accountId: TARGET,
      accessKeys: [],
      roles: [
        { name: 'flow-log-scheduler', trusts: [BASE] },
        { name: 'Guarded', trusts: [BASE], externalId: 'x-42' },
        { name: 'closed', trusts: [TARGET] },
        { name: 'long', trusts: [BASE], maxSessionSeconds: 43_200 },
      ],
      flowLogs: [{ flowLogId: 'flowlog-target', regionId: 'cn-hangzhou', status: 'Inactive' }],
    },
  ],
};

interface StsBody {
  readonly RequestId: string;
  readonly AccountId?: string;
  readonly AssumedRoleUser?: { readonly Arn: string };
  readonly Credentials?: {
    readonly AccessKeyId: string;
    readonly AccessKeySecret: string;
    readonly SecurityToken: string;
    readonly Expiration: string;
  };
}

let emulator: Emulator;
afterEach(() => emulator.close());

const start = async (options: EmulatorOptions = {}) => {
  emulator = await startEmulator({ ...WORLD, ...options });
};
const sts = (key = DEFAULT_KEY) => rpcClient<StsBody>(emulator, '2015-04-01', key);
async function keyOf(params: Readonly<Record<string, string>> = ASK) {
  const { body } = await sts()('AssumeRole', params);
  const { AccessKeyId, AccessKeySecret, SecurityToken } = body.Credentials ?? expect.fail('no credentials');
  return { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, securityToken: SecurityToken };
}

describe('AssumeRole', () => {
  test('answers as documented, with an expiry to the second', async () => {
    await start();
    const { body } = await sts()('AssumeRole', ASK);
    expect(body).toEqual({
      RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
      AssumedRoleUser: { Arn: `${ARN}/me`, AssumedRoleId: expect.stringMatching(/:me$/) },
      Credentials: {
        AccessKeyId: expect.stringMatching(/^STS\./),
        AccessKeySecret: expect.any(String),
        SecurityToken: expect.any(String),
        Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      },
    });
  });

  test("issues a key of the role's account, which sees that account and no other", async () => {
    await start({ modifyingMs: 0 });
    const key = await keyOf();
    const { body } = await openApiClient(emulator, key)('DescribeFlowlogs', { RegionId: 'cn-hangzhou' });
    expect(body.FlowLogs?.FlowLog.map(({ FlowLogId }) => FlowLogId)).toEqual(['flowlog-target']);
    await openApiClient(emulator, key)('ActiveFlowLog', {
      RegionId: 'cn-hangzhou',
      FlowLogId: 'flowlog-target',
    });
    expect(emulator.flowLog('flowlog-target').status).toBe('Active');
    const own = await openApiClient(emulator)('DescribeFlowlogs', { RegionId: 'cn-hangzhou' });
    expect(own.body.FlowLogs?.FlowLog).toEqual([]);
  });

  test('issues another key each time, and the ones before stay good', async () => {
    await start();
    const [first, second] = [await keyOf(), await keyOf()];
    expect(new Set([...Object.values(first), ...Object.values(second)]).size).toBe(6);
    for (const key of [first, second]) {
      expect((await sts(key)('GetCallerIdentity', {})).body.AccountId).toBe(TARGET);
    }
  });

  test.each([
    ['without its token', { securityToken: undefined }],
    ['with another one', { securityToken: 'another' }],
  ])('issues a key that is refused %s', async (_what, parts) => {
    await start();
    const { securityToken: _, ...bare } = await keyOf();
    const key = parts.securityToken === undefined ? bare : { ...bare, securityToken: parts.securityToken };
    const error = await thrown(openApiClient(emulator, key)('DescribeFlowlogs', {}));
    expect(error.code).toBe('InvalidSecurityToken.Malformed');
  });

  test.each([
    [{}, 3_600],
    [{ DurationSeconds: '900' }, 900],
    [{ RoleArn: `acs:ram::${TARGET}:role/long`, DurationSeconds: '43200' }, 43_200],
  ])('with %j issues a key for %i seconds', async (params, seconds) => {
    const now = Math.floor(Date.now() / 1000) * 1000 + 250;
    await start({ wallNow: () => now });
    const { body } = await sts()('AssumeRole', { ...ASK, ...params });
    expect(Date.parse(body.Credentials?.Expiration ?? '')).toBe(now - 250 + seconds * 1000);
  });

  test('issues a key that is refused once it has expired', async () => {
    // Real clients date their signatures by the real clock, which may be a quarter of an hour off.
    let now = Date.now() - 14 * 60_000;
    await start({ wallNow: () => now });
    const key = await keyOf({ ...ASK, DurationSeconds: '900' });
    now += 899_000 - 1_000;
    expect((await sts(key)('GetCallerIdentity', {})).body.AccountId).toBe(TARGET);
    now += 2_000;
    const error = await thrown(sts(key)('GetCallerIdentity', {}));
    expect(error.code).toBe('InvalidSecurityToken.Expired');
  });

  test.each<[string, Readonly<Record<string, string>>, string, number]>([
    ['no role', { RoleSessionName: 'me' }, 'MissingParameter', 400],
    ['an empty role', { RoleArn: '', RoleSessionName: 'me' }, 'MissingParameter', 400],
    ['no session', { RoleArn: ARN }, 'MissingParameter', 400],
    ['a session of one letter', { ...ASK, RoleSessionName: 'm' }, 'InvalidParameter.RoleSessionName', 400],
    ['a session with a space', { ...ASK, RoleSessionName: 'm e' }, 'InvalidParameter.RoleSessionName', 400],
    ['a role that is not there', { ...ASK, RoleArn: `${ARN}-x` }, 'EntityNotExist.Role', 404],
    ['a role of no account', { ...ASK, RoleArn: ARN.replace(TARGET, '9') }, 'EntityNotExist.Role', 404],
    ['a role that trusts others', { ...ASK, RoleArn: `acs:ram::${TARGET}:role/closed` }, 'NoPermission', 403],
    [
      'no external ID where one is asked for',
      { ...ASK, RoleArn: `acs:ram::${TARGET}:role/Guarded` },
      'NoPermission',
      403,
    ],
    [
      'another external ID',
      { ...ASK, RoleArn: `acs:ram::${TARGET}:role/Guarded`, ExternalId: 'X-42' },
      'NoPermission',
      403,
    ],
    [
      'less than a quarter of an hour',
      { ...ASK, DurationSeconds: '899' },
      'InvalidParameter.DurationSeconds',
      400,
    ],
    [
      'more than the role allows',
      { ...ASK, DurationSeconds: '3601' },
      'InvalidParameter.DurationSeconds',
      400,
    ],
    ['no number of seconds', { ...ASK, DurationSeconds: 'long' }, 'InvalidParameter.DurationSeconds', 400],
  ])('is refused with %s', async (_what, params, code, statusCode) => {
    await start();
    expect(await thrown(sts()('AssumeRole', params))).toMatchObject({ code, statusCode });
  });

  test.each([
    ['the external ID that is asked for', { RoleArn: `acs:ram::${TARGET}:role/Guarded`, ExternalId: 'x-42' }],
    ['an external ID that is not asked for', { RoleArn: ARN, ExternalId: 'whatever' }],
    ['a role name in another case', { RoleArn: ARN.toUpperCase().replace('ACS:RAM', 'acs:ram') }],
    ["a role of one's own account", { RoleArn: `acs:ram::${BASE}:role/own` }],
  ])('is fine with %s', async (_what, params) => {
    await start();
    const { body } = await sts()('AssumeRole', { ...ASK, ...params });
    expect(body.Credentials?.AccessKeyId).toMatch(/^STS\./);
  });

  test("by the key of a role is by that role's account", async () => {
    await start();
    const closed = { RoleArn: `acs:ram::${TARGET}:role/closed`, RoleSessionName: 'me' };
    const key = await keyOf();
    const { body } = await sts(key)('AssumeRole', closed);
    expect(body.AssumedRoleUser?.Arn).toBe(`acs:ram::${TARGET}:role/closed/me`);
  });

  test('is kept in the log without a secret', async () => {
    await start();
    const key = await keyOf();
    const log = JSON.stringify(emulator.requests);
    expect(emulator.requests).toMatchObject([
      { service: 'Sts', action: 'AssumeRole', params: ASK, accountId: BASE, outcome: { status: 200 } },
    ]);
    for (const secret of [...Object.values(key), DEFAULT_KEY.accessKeySecret]) {
      expect(log).not.toContain(secret);
    }
  });

  test('takes a fault like every other request', async () => {
    await start({ fault: () => ({ kind: 'error', code: 'EntityNotExist.Role' }) });
    const error = await thrown(sts()('AssumeRole', ASK));
    expect(error).toMatchObject({ code: 'EntityNotExist.Role', statusCode: 404 });
  });
});

describe('GetCallerIdentity', () => {
  test('tells whose account signed', async () => {
    await start();
    expect((await sts()('GetCallerIdentity', {})).body).toEqual({
      RequestId: expect.any(String),
      AccountId: BASE,
      IdentityType: 'Account',
      PrincipalId: BASE,
      UserId: BASE,
      Arn: `acs:ram::${BASE}:root`,
    });
  });

  test('is refused for a key that is not known, or a secret that is wrong', async () => {
    await start();
    const unknown = { accessKeyId: 'nobody', accessKeySecret: 's' };
    const wrong = { ...DEFAULT_KEY, accessKeySecret: 'wrong' };
    expect(await thrown(sts(unknown)('GetCallerIdentity', {}))).toMatchObject({
      code: 'InvalidAccessKeyId.NotFound',
    });
    expect(await thrown(sts(wrong)('GetCallerIdentity', {}))).toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
  });
});

test('STS knows no operation of CEN, nor CEN one of STS', async () => {
  await start();
  for (const call of [sts()('DescribeFlowlogs', {}), openApiClient(emulator)('AssumeRole', ASK)]) {
    expect(await thrown(call)).toMatchObject({ code: 'InvalidAction.NotFound', statusCode: 404 });
  }
});

describe('a seed with roles', () => {
  const seed = (roles: string) => `
accounts:
  - { accountId: "${BASE}", accessKeys: [{ accessKeyId: id, accessKeySecret: secret }] }
  - accountId: "${TARGET}"
    accessKeys: [{ accessKeyId: id-2, accessKeySecret: secret-2 }]
    roles: ${roles}
    flowLogs: [{ flowLogId: flowlog-target, regionId: cn-hangzhou }]
`;

  test('starts an emulator whose roles can be assumed', async () => {
    const trust = `trusts: ["${BASE}"], services: [fc.aliyuncs.com], externalId: x`;
    const roles = `[{ name: r, ${trust}, maxSessionSeconds: 7200 }]`;
    emulator = await startEmulator(parseSeed(seed(roles)));
    const key = { accessKeyId: 'id', accessKeySecret: 'secret' };
    const ask = { RoleArn: `acs:ram::${TARGET}:role/r`, RoleSessionName: 'me', ExternalId: 'x' };
    const { body } = await sts(key)('AssumeRole', { ...ask, DurationSeconds: '7200' });
    expect(body.AssumedRoleUser?.Arn).toBe(`acs:ram::${TARGET}:role/r/me`);
  });

  test.each([
    ['[{ trusts: [] }]', 'accounts[1].roles[0].name: is missing'],
    ['[{ name: r }]', 'accounts[1].roles[0].trusts: is missing'],
    ['[{ name: r, trusts: x }]', 'accounts[1].roles[0].trusts: must be a list'],
    ['[{ name: r, trusts: [], services: x }]', 'accounts[1].roles[0].services: must be a list'],
    ['[{ name: r, trusts: [5] }]', 'accounts[1].roles[0].trusts[0]: must be text (put it in quotes)'],
    ['{}', 'accounts[1].roles: must be a list'],
    ['[{ name: r, trusts: [], arn: x }]', 'accounts[1].roles[0].arn: unknown key'],
    [
      '[{ name: r, trusts: [], maxSessionSeconds: 60 }]',
      'accounts[1].roles[0].maxSessionSeconds: must be a number of seconds from 3600 to 43200',
    ],
    ['[{ name: r, trusts: [] }, { name: R, trusts: [] }]', `role r of account ${TARGET} is there twice`],
  ])('is refused with %s', async (roles, issue) => {
    await start();
    const parse = () => parseSeed(seed(roles));
    expect(parse).toThrow(SeedError);
    expect(parse).toThrow(issue);
  });
});
