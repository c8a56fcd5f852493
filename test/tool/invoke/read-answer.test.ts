import { expect, test } from 'vitest';
import { toAnswer } from '../../../lib/function/answer.ts';
import { failedReport } from '../../../lib/function/run.ts';
import { readAnswer, readFunctionError } from '../../../lib/tool/invoke/read-answer.ts';
import { RUNTIME } from '../../support/runtime.ts';

const FAILURE = { code: 'InvalidConfig', message: 'flow-logs.yaml is not valid', requestId: null };
const ANSWER = toAnswer(failedReport(FAILURE, Date.parse('2026-11-23T00:00:00Z'), 'run-1'), null, RUNTIME);

test("the scheduler's answer is read as it was made", () => {
  expect(readAnswer(JSON.stringify(ANSWER))).toEqual(ANSWER);
});

test('what a newer function tells besides is kept', () => {
  const newer = { ...ANSWER, extra: 1 };
  expect(readAnswer(JSON.stringify(newer))).toEqual(newer);
});

test.each(['', 'hello', 'null', '[]', '{}', JSON.stringify({ ...ANSWER, flowLogs: [{}] })])(
  '%s is not an answer of the scheduler',
  (text) => {
    expect(readAnswer(text)).toBeNull();
  },
);

test.each([
  ['{"errorType":"ReconcileFailed","errorMessage":"run 1:\\n failed"}', 'ReconcileFailed: run 1: failed'],
  ['{"errorMessage":"timed out"}', 'timed out'],
  ['{"other":1}', '{"other":1}'],
  ['plain\ntext', 'plain text'],
  ['null', 'null'],
])('the error %s is told as "%s"', (body, told) => {
  expect(readFunctionError(body)).toBe(told);
});
