import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ASSUMPTIONS, READABLE } from '../../../lib/tool/doctor/assumptions.ts';
import { checkAssumptions } from '../../../lib/tool/doctor/checks/assumption.ts';
import type { Observations } from '../../../lib/tool/doctor/observations.ts';
import {
  answer,
  found,
  functionSeen,
  ITEM,
  logstoreSeen,
  OF_CEN,
  ON_LOOPBACK,
  observations,
  own,
  probes,
  refused,
  statusSeen,
  timer,
  told,
} from '../../support/observations.ts';

const PAGE = new URL('../../../docs/verification.md', import.meta.url);
const oneLine = (text: string) => text.replace(/\s+/g, ' ');

describe('the list', () => {
  test('each has its own ID and title, and says what follows and how to settle it', () => {
    for (const key of ['id', 'title'] as const) {
      const values = ASSUMPTIONS.map((each) => each[key]);
      expect(new Set(values).size).toBe(values.length);
    }
    for (const { title, consequence, settle } of ASSUMPTIONS) {
      for (const text of [title, consequence, settle]) expect(text).toMatch(/^\S.*[.]$/);
    }
  });

  test('docs/verification.md has every one of them', () => {
    const page = oneLine(readFileSync(PAGE, 'utf8'));
    const titles = ASSUMPTIONS.map(({ title }) => title);
    expect(titles.filter((title) => !page.includes(oneLine(title)))).toEqual([]);
  });
});

function line(id: (typeof READABLE)[number]['id'], more: Partial<Observations>) {
  const lines = checkAssumptions(observations(more));
  expect(lines.map(({ subject }) => subject)).toEqual(READABLE.map((each) => each.id));
  const at = lines.find(({ subject }) => subject === id);
  return at === undefined ? '' : told(at);
}

const item = (more: object) => ({ answers: [answer({ ...ITEM, ...more })] });
const probed = (more: Parameters<typeof probes>[0]) => ({ probes: probes(more) });

test('what is as assumed needs nothing to be done', () => {
  const exchange = { host: 'h', action: 'DescribeFlowlogs', sentAt: 0, elapsedMs: 20, date: null };
  const lines = checkAssumptions(observations({ exchanges: [exchange] }));
  expect(lines.filter(({ status, toDo }) => status !== 'saw' || toDo !== null)).toEqual([]);
});

test.each([
  [
    'all-regions',
    probed({ withoutRegion: found({ total: '0', regionIds: [] }) }),
    /^saw: .* is 0 .* → other/,
  ],
  ['all-regions', probed({ withoutRegion: refused('MissingParameter') }), /^saw: MissingParameter.* → other/],
  ['all-regions', probed({ withoutRegion: refused('Forbidden.RAM', 403) }), /^skip: Forbidden\.RAM/],
  ['all-regions', {}, /which proves little, as assumed$/],
  ['all-regions', { probes: null }, /^skip: no flow logs could be listed → not settled: /],
  [
    'page-size',
    probed({
      pageSizes: [
        { asked: 50, answer: found('50') },
        { asked: 100, answer: found('100') },
      ],
    }),
    /^saw: 50: PageSize 50; 100: PageSize 100 → other/,
  ],
  [
    'page-size',
    probed({ pageSizes: [{ asked: 50, answer: refused('Forbidden.RAM', 403) }] }),
    /^skip: not allowed/,
  ],
  ['total-count', { answers: [{ TotalCount: 1 }] }, /^saw: number → other/],
  ['total-count', { answers: [] }, /^skip/],
  ['interval', item({ Interval: '600' }), /^saw: string 600 → other/],
  ['interval', { answers: [] }, /^skip: there is no flow log to look at/],
  ['listed-fields', item({ CenId: '' }), /^saw: of 1 flow log 0 with CenId, 1 with a list of Tags → other/],
  ['listed-fields', { answers: [] }, /^skip/],
  ['status-words', item({ Status: 'Abnormal' }), /^saw: Abnormal → other than assumed: The statuses/],
  ['status-words', item({ Status: 'Modifying' }), /^saw: Modifying, as assumed/],
  ['status-words', { answers: [] }, /^skip/],
  ['tag-type', probed({ tagged: found([]) }), /^saw: Flowlog is taken; the flow log has no tags, as assumed/],
  ['tag-type', probed({ tagged: found(['Log']) }), /^saw: .* comes back as Log → other/],
  ['tag-type', probed({ tagged: refused('InvalidParameter') }), /^saw: InvalidParameter.* → other/],
  ['tag-type', probed({ tagged: refused('RequestTimeout', 0) }), /^skip: RequestTimeout/],
  ['tag-type', probed({ tagged: null }), /^skip/],
  [
    'missing-names',
    { logstore: logstoreSeen({ missingProject: refused('ProjectNotExists', 404) }) },
    /^saw: project: ProjectNotExists, Logstore: LogStoreNotExist → other/,
  ],
  [
    'missing-names',
    { logstore: logstoreSeen({ missingLogstore: found({}) }) },
    /^saw: project: ProjectNotExist, Logstore: an answer → other/,
  ],
  [
    'missing-names',
    {
      logstore: logstoreSeen({
        missingProject: refused('Unauthorized', 401),
        missingLogstore: refused('RequestTimeout', 0),
      }),
    },
    /^skip: not known: Unauthorized, RequestTimeout/,
  ],
  ['missing-names', { logstore: null }, /^skip: SLS was not asked/],
  [
    'missing-names',
    { logstore: logstoreSeen({ logstore: refused('ProjectNotExist', 404) }) },
    /^skip: the project of recordTo does not exist/,
  ],
  ['index-shape', { logstore: logstoreSeen({ index: found({ fields: [] }) }) }, /^saw: fields → other/],
  ['index-shape', { logstore: logstoreSeen({ index: refused('IndexConfigNotExist') }) }, /^skip/],
  ['response-times', { exchanges: [] }, /^skip: nothing answered/],
  [
    'response-times',
    {
      exchanges: [9_000, 20, 30].map((elapsedMs) => ({
        ...{ host: 'h', action: 'A', sentAt: 0, elapsedMs, date: null },
      })),
      accounts: [
        { ...own(), listings: [{ ...OF_CEN, regionId: 'r', flowLogs: refused('RequestTimeout', 0) }] },
      ],
    },
    /^saw: 3 calls: median 30 ms, slowest 9000 ms, 1 unanswered in time → other/,
  ],
  ['trigger-config', { function: 'not-named' as const }, /^skip: no function was asked about/],
  [
    'trigger-config',
    { function: functionSeen({}, { triggers: refused('AccessDenied', 403) }) },
    /^skip: AccessDenied/,
  ],
  [
    'trigger-config',
    { function: functionSeen({}, { triggers: found([]) }) },
    /^skip: the function has no timer/,
  ],
  [
    'trigger-config',
    { function: functionSeen({}, { triggers: found([{ ...timer(''), config: {} }]) }) },
    /^saw: no text: object → other/,
  ],
  [
    'trigger-config',
    { function: functionSeen({}, { triggers: found([{ ...timer(''), config: 'x' }]) }) },
    /^saw: text that is no JSON → other/,
  ],
  ['node-version', {}, /^saw: v20\.10\.0, as assumed$/],
  [
    'node-version',
    { function: functionSeen({}, { status: statusSeen({}, 'v20.18.1') }) },
    /^saw: v20\.18\.1 → other than assumed: The runtime nodejs20/,
  ],
  [
    'node-version',
    {
      endpoints: [ON_LOOPBACK],
      function: functionSeen({}, { status: statusSeen({}, 'v20.18.1') }),
    },
    /^saw: v20\.18\.1 → other than assumed, but it was an emulator that answered, which settles nothing$/,
  ],
  ['node-version', { function: functionSeen({ runtime: 'nodejs22' }) }, /^skip: its runtime is nodejs22/],
  ['node-version', { function: functionSeen({ runtime: null }) }, /^skip: its runtime is not known/],
  [
    'node-version',
    { function: functionSeen({}, { deployed: refused('AccessDenied', 403) }) },
    /^skip: AccessDenied/,
  ],
  [
    'node-version',
    { function: functionSeen({}, { status: refused('AccessDenied', 403) }) },
    /^skip: AccessDenied/,
  ],
  ['node-version', { function: functionSeen({}, { status: null }) }, /^skip: the function was not invoked/],
  [
    'node-version',
    { function: functionSeen({}, { status: found({ errorType: null, runtime: null }) }) },
    /^skip: its answer does not say/,
  ],
  ['node-version', { function: 'unsupported' as const }, /^skip: no function was asked about/],
] as const)('%s: %j', (id, more, expected) => {
  expect(line(id, more)).toMatch(expected);
});
