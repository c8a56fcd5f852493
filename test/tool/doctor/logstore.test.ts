import { expect, test } from 'vitest';
import { checkLogstore } from '../../../lib/tool/doctor/checks/logstore.ts';
import type { LogstoreSeen, Observations } from '../../../lib/tool/doctor/observations.ts';
import { LOG_INDEX } from '../../../lib/tool/provision/definitions/log-index.ts';
import { found, logstoreSeen, observations, refused, seenConfig, told } from '../../support/observations.ts';

const lines = (more: Partial<Observations>) =>
  checkLogstore(observations(more)).map((line) => `${line.check} ${told(line)}`);
const of = (more: Partial<LogstoreSeen>) => lines({ logstore: logstoreSeen(more) });

const { runId: _, ...keys } = LOG_INDEX.keys;
const COUNT = Object.keys(LOG_INDEX.keys).length;

test('all there', () => {
  expect(of({})).toEqual([
    'logstore ok: in cn-hangzhou, kept 180 days, 1 shard',
    `index ok: ${COUNT} of ${COUNT} fields`,
  ]);
});

test.each([
  [
    'a Query Logstore',
    { logstore: found({ ttl: 30, mode: 'query', shardCount: 2 }) },
    'logstore warn: in cn-hangzhou, kept 30 days, 2 shards, a Query Logstore',
  ],
  [
    'a missing project',
    { logstore: refused('ProjectNotExists', 404) },
    'create project ops-audit in cn-hangzhou',
  ],
  [
    'a missing Logstore',
    { logstore: refused('LogStoreNotExist', 404) },
    '`npx flow-logs provision` creates what is missing',
  ],
  ['an unreachable SLS', { logstore: refused('ECONNREFUSED', 0) }, 'SLS_ENDPOINT if it is set'],
  [
    'a Logstore that may not be looked at',
    { logstore: refused('Unauthorized', 403) },
    'logstore warn: Unauthorized: told why (request R-1) → to look, these credentials need log:GetLogStore',
  ],
  [
    'a project of another account',
    { logstore: refused('Unauthorized', 401, 'The project does not belong to you.') },
    'logstore fail: Unauthorized: The project does not belong to you. (request R-1) → it probably belongs to another account',
  ],
  [
    'a token that has expired',
    { logstore: refused('Unauthorized', 401, 'The security token you provided has expired.') },
    'has expired. (request R-1) → check that access key id, secret and token belong together',
  ],
  [
    'an index that may not be looked at',
    { index: refused('Unauthorized', 403) },
    'index warn: Unauthorized: told why (request R-1) → to look, these credentials need log:GetIndex',
  ],
  ['no index', { index: refused('IndexConfigNotExist', 404) }, 'index fail: there is none'],
  [
    'an index without a field',
    { index: found({ keys }) },
    `index warn: ${COUNT - 1} of ${COUNT} fields; missing: runId → \`npx flow-logs provision --update\``,
  ],
  [
    'an index of other types',
    { index: found({ keys: { ...LOG_INDEX.keys, lagMs: { type: 'text', doc_value: true } } }) },
    'fields; of another type, or without statistics: lagMs →',
  ],
  [
    'an index of whole lines only',
    { index: found({ line: {} }) },
    `index warn: 0 of ${COUNT} fields; missing: schemaVersion, kind, runId, requestId, trigger, … (${COUNT})`,
  ],
])('%s', (_, more, expected) => {
  expect(of(more).join('\n')).toContain(expected);
});

test('the index of a Logstore that is not there is not told twice', () => {
  const missing = refused('LogStoreNotExist', 404);
  expect(of({ logstore: missing, index: missing })[1]).toBe(
    'index skip: not looked at → see the Logstore first',
  );
});

test('nothing asked, nothing to ask', () => {
  expect(lines({ logstore: null })).toEqual([
    'logstore skip: not asked → see credentials first',
    'index skip: not asked → see credentials first',
  ]);
  expect(lines({ config: seenConfig({ recordTo: 'stdout' }) })).toHaveLength(1);
  expect(lines({ config: { file: 'f', config: null, issues: [], warnings: [] } })).toEqual([]);
});
