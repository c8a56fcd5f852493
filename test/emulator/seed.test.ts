import { expect, test } from 'vitest';
import { startEmulator } from '../../lib/emulator/emulator.ts';
import { DEFAULT_SEED, parseSeed, SeedError } from '../../lib/emulator/seed.ts';
import { openApiClient } from '../support/emulator-clients.ts';

const SEED = `
accounts:
  - accountId: "1111111111111111"
    accessKeys:
      - { accessKeyId: id-1, accessKeySecret: secret-1 }
      - { accessKeyId: id-2, accessKeySecret: secret-2, securityToken: t, expiresAt: 2026-11-23T08:00:00+08:00 }
    flowLogs:
      - { flowLogId: flowlog-1, regionId: cn-hangzhou, status: Inactive, intervalSeconds: 60, tags: { env: dev } }
logstores:
  - { project: p, logstore: l, regionId: cn-hangzhou, accountId: "1111111111111111" }
`;

const EXPECTED = {
  accounts: [
    {
      accountId: '1111111111111111',
      accessKeys: [
        { accessKeyId: 'id-1', accessKeySecret: 'secret-1' },
        {
          accessKeyId: 'id-2',
          accessKeySecret: 'secret-2',
          securityToken: 't',
          expiresAt: Date.parse('2026-11-23T00:00:00Z'),
        },
      ],
      flowLogs: [
        {
          flowLogId: 'flowlog-1',
          regionId: 'cn-hangzhou',
          status: 'Inactive',
          intervalSeconds: 60,
          tags: { env: 'dev' },
        },
      ],
    },
  ],
  logstores: [{ project: 'p', logstore: 'l', regionId: 'cn-hangzhou', accountId: '1111111111111111' }],
};

test('a YAML seed starts an emulator', async () => {
  const seed = parseSeed(SEED);
  expect(seed).toEqual(EXPECTED);
  const emulator = await startEmulator(seed);
  const call = openApiClient(emulator, { accessKeyId: 'id-1', accessKeySecret: 'secret-1' });
  const { body } = await call('DescribeFlowlogs', {});
  expect(body.FlowLogs?.FlowLog).toMatchObject([
    {
      FlowLogId: 'flowlog-1',
      Status: 'Inactive',
      Interval: 60,
      Tags: { Tag: [{ Key: 'env', Value: 'dev' }] },
    },
  ]);
  await emulator.close();
});

test('a JSON seed is accepted, and Logstores may be left out', () => {
  expect(parseSeed('{"accounts":[]}')).toEqual({ accounts: [], logstores: [] });
  expect(parseSeed(JSON.stringify(DEFAULT_SEED))).toEqual(DEFAULT_SEED);
});

const account = (more: string) =>
  `accounts: [{ accountId: "1", accessKeys: [{ accessKeyId: a, accessKeySecret: b }], ${more} }]`;

test.each([
  ['nothing', '', ['seed: must be a mapping']],
  ['a list', '[]', ['accounts: is missing']],
  ['broken YAML', 'accounts: [', [/^line 1, column \d+: /]],
  ['an alias without anchor', 'accounts: *a', [/alias/]],
  ['a text for a list', 'accounts: hush', ['accounts: must be a list']],
  ['an unknown key', `${account('')}\nlogstore: []`, ['logstore: unknown key']],
  [
    'many mistakes, all at once',
    account(
      'flowLogs: [{ regionId: 5, intervalSeconds: 30 }, { flowLogId: "", regionId: r, tags: { a: 1 } }]',
    ),
    [
      'accounts[0].flowLogs[0].flowLogId: is missing',
      'accounts[0].flowLogs[0].regionId: must be text (put it in quotes)',
      'accounts[0].flowLogs[0].intervalSeconds: must be 60, 300 or 600',
      'accounts[0].flowLogs[1].flowLogId: must not be empty',
      'accounts[0].flowLogs[1].tags.a: must be text (put it in quotes)',
    ],
  ],
  [
    'an account number without quotes and no key',
    'accounts: [{ accountId: 1234567890123456, accessKeys: [] }]',
    [
      'accounts[0].accountId: must be text (put it in quotes)',
      'accounts[0].accessKeys: must hold an access key',
    ],
  ],
  [
    'an expiry that is no instant',
    'accounts: [{ accountId: "1", accessKeys: [{ accessKeyId: a, accessKeySecret: b, expiresAt: soon }] }]',
    ['accounts[0].accessKeys[0].expiresAt: must be an instant such as 2026-11-23T00:00:00Z'],
  ],
  [
    'contradictions',
    `
accounts:
  - { accountId: "1", accessKeys: [{ accessKeyId: a, accessKeySecret: b }], flowLogs: [{ flowLogId: f, regionId: r }] }
  - { accountId: "1", accessKeys: [{ accessKeyId: a, accessKeySecret: b }], flowLogs: [{ flowLogId: f, regionId: r }] }
logstores:
  - { project: p, logstore: l, regionId: r1, accountId: "2" }
  - { project: p, logstore: l, regionId: r2 }
`,
    [
      'account 1 is there twice',
      'access key a is there twice',
      'flow log f is there twice',
      'Logstore p/l is there twice',
      'project p is in two regions',
      'a Logstore belongs to account 2, which is not there',
    ],
  ],
])('%s: every issue has its path', (_what, source, issues) => {
  const error = thrownBy(() => parseSeed(source));
  expect(error).toBeInstanceOf(SeedError);
  expect((error as SeedError).issues).toEqual(
    issues.map((issue) => (typeof issue === 'string' ? issue : expect.stringMatching(issue))),
  );
});

test.each([
  'accounts: [{ accountId: "1", accessKeys: hush }]',
  'accounts: [{ accountId: "1", accessKeys: [hush] }]',
  'accounts: [{ accessKeySecret: hush',
  'hush',
])('no secret is in the message: %s', (source) => {
  expect(String(thrownBy(() => parseSeed(source)))).not.toContain('hush');
});

test('no secret is in the message of an unknown key', () => {
  const source =
    'accounts: [{ accountId: 1, accessKeys: [{ accessKeyId: a, accessKeySecret: hush, extra: hush }] }]';
  expect(String(thrownBy(() => parseSeed(source)))).not.toContain('hush');
});

function thrownBy(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
