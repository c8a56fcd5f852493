import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_POLICY_CHARS, type PolicyDocument, policiesFor } from '../../../lib/tool/policy/policy.ts';
import { configFile, configOf } from '../../support/config.ts';

const ROLE = 'acs:ram::1111111111111111:role/flow-log-scheduler';
const CHANGES = ['cen:ActiveFlowLog', 'cen:DeactiveFlowLog'];

interface Listed {
  readonly flowLogId: string;
  readonly regionId: string;
}

/** What is allowed in all: `action resource`, in order. */
function grants(documents: readonly PolicyDocument[]): readonly string[] {
  return documents
    .flatMap(({ Statement }) => Statement)
    .flatMap(({ Action, Resource = [] }) => Resource.flatMap((each) => Action.map((a) => `${a} ${each}`)))
    .sort();
}

function expectedGrants(flowLogs: readonly Listed[]): readonly string[] {
  const arn = ({ regionId, flowLogId }: Listed) =>
    `acs:cbn:${regionId}:1111111111111111:flowlog/${flowLogId}`;
  const all = flowLogs.flatMap((each) => [
    `cen:DescribeFlowlogs ${arn({ ...each, flowLogId: '*' })}`,
    ...CHANGES.map((action) => `${action} ${arn(each)}`),
  ]);
  return [...new Set([...all, 'cen:TagResources *', 'cen:UntagResources *'])].sort();
}

function documentsFor(flowLogs: readonly Listed[]): readonly PolicyDocument[] {
  const file = configFile({ flowLogs: flowLogs.map((each) => ({ ...each, schedule: 'office-hours' })) });
  return policiesFor(configOf(file), ROLE)[0]?.policies ?? [];
}

test('500 flow logs are spread over documents that RAM accepts, and none is lost', () => {
  const flowLogs = Array.from({ length: 500 }, (_, index) => ({
    flowLogId: `flowlog-m5evbtbptexample${index}`,
    regionId: index % 2 === 0 ? 'cn-hangzhou' : 'cn-shanghai',
  }));
  const documents = documentsFor(flowLogs);
  expect(grants(documents)).toEqual(expectedGrants(flowLogs));
  const lengths = documents.map((each) => JSON.stringify(each, null, 2).length);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(MAX_POLICY_CHARS);
  // All but the last are as full as they can be.
  expect(Math.min(...lengths.slice(0, -1))).toBeGreaterThan(MAX_POLICY_CHARS - 100);
  expect(MAX_POLICY_CHARS).toBe(6_144);
});

test('splitting changes nothing of what is allowed, and allows nothing twice', () => {
  const flowLog = fc.record({
    flowLogId: fc.stringMatching(/^flowlog-[a-z0-9]{1,60}$/),
    regionId: fc.constantFrom('cn-hangzhou', 'cn-shanghai', 'ap-southeast-1'),
  });
  const list = fc.uniqueArray(flowLog, {
    minLength: 1,
    maxLength: 300,
    size: 'max',
    selector: ({ flowLogId }) => flowLogId,
  });
  fc.assert(
    fc.property(list, (flowLogs) => {
      const documents = documentsFor(flowLogs);
      expect(grants(documents)).toEqual(expectedGrants(flowLogs));
      for (const each of documents) {
        expect(JSON.stringify(each, null, 2).length).toBeLessThanOrEqual(MAX_POLICY_CHARS);
        expect(each.Statement.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 40 },
  );
});
