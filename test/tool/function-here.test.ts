import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { functionHere } from '../../lib/tool/function-here.ts';
import { loopbackServer } from '../cloud/http/loopback-server.ts';
import { commandLine } from '../support/command-line.ts';
import { inFolder, serverlessYaml } from '../support/project-folder.ts';

const SHIPPED = readFileSync('s.yaml', 'utf8');
const named = (functionName: string) => ({ generation: '3.0', functionName });

test.each([
  ['the shipped one', { 's.yaml': SHIPPED }, {}, null],
  ['REGION in .env', { 's.yaml': SHIPPED, '.env': 'REGION=cn-beijing\n' }, {}, 'cn-beijing'],
  [
    'REGION in both',
    { 's.yaml': SHIPPED, '.env': 'REGION=cn-beijing\n' },
    { REGION: 'cn-shanghai' },
    'cn-shanghai',
  ],
  ['an empty REGION', { 's.yaml': SHIPPED, '.env': 'REGION=cn-beijing\n' }, { REGION: '' }, 'cn-beijing'],
  [
    'a plain region',
    { 's.yaml': serverlessYaml({ functionName: 'flow-log-scheduler', region: 'cn-shenzhen' }) },
    { REGION: 'cn-shanghai' },
    'cn-shenzhen',
  ],
])('the function and its region are those of s.yaml: %s', async (_, files, env, regionId) => {
  inFolder(files);
  expect(await functionHere({ env })).toEqual({ name: named('flow-log-scheduler'), regionId });
});

const two = { component: 'fc3', props: { functionName: 'f' } };

test.each([
  ['no s.yaml', {}],
  ['no YAML', { 's.yaml': '{' }],
  ['a computed name', { 's.yaml': serverlessYaml({ functionName: ['$', '{env}'].join('') }) }],
  ['no name', { 's.yaml': serverlessYaml({}) }],
  ['two functions', { 's.yaml': JSON.stringify({ resources: { one: two, two } }) }],
])('nothing is guessed: %s', async (_, files) => {
  inFolder(files);
  expect(await functionHere({ env: {} })).toBe(null);
});

test('what is no region goes into no endpoint', async () => {
  inFolder({ 's.yaml': SHIPPED });
  await expect(functionHere({ env: { REGION: 'evil.example/' } })).rejects.toThrow('correct REGION');
});

test('invoke takes it, and says so beside its answer', async () => {
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_ID', 'test-key-id');
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'test-key-secret');
  inFolder({ 's.yaml': serverlessYaml({ functionName: 'netops', region: 'cn-shenzhen' }) });
  const server = await loopbackServer((response) => response.end('{"ok":true}'));
  const { err } = await commandLine(['invoke', '--payload', '{"action":"status"}'], {
    FC_ENDPOINT: server.url.origin,
  });
  vi.unstubAllEnvs();
  expect(err).toMatch(/^netops, the function of s\.yaml in this folder\n/);
  expect(server.received.map(({ path }) => path)).toEqual([
    expect.stringContaining('/functions/netops/invocations'),
  ]);
});

test('invoke without s.yaml asks for the name', async () => {
  inFolder({});
  const { status, err } = await commandLine(['invoke', '--payload', '{"action":"status"}']);
  expect(status).toBe(2);
  expect(err).toContain('which function? Add --function NAME');
});
