import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../../lib/cloud/advice.ts';
import { CEN_ERRORS } from '../../../lib/cloud/flow-logs/cen-errors.ts';
import { CEN } from '../../../lib/cloud/services.ts';

type Row = readonly [
  code: string,
  httpStatus: number,
  disposition: 'wait' | 'retry' | 'fail' | 'read-back',
  advice: RegExp,
];

/** Typed off the API pages of ActiveFlowLog and DeactiveFlowLog, which say HTTP 400 for each. */
const OF_THE_PAGES: readonly Row[] = [
  ['ProjectOrLogstoreNotExist', 400, 'fail', /create the SLS project and Logstore/],
  ['SourceProjectNotExist', 400, 'fail', /create the SLS project and Logstore/],
  ['OperationUnsupported.action', 400, 'fail', /region does not support/],
  ['RuleExist', 400, 'retry', /next run/],
  ['QuotaExceeded.FlowlogCount', 400, 'fail', /quota/],
  ['InvalidFlowlogId.exist', 400, 'fail', /has another flow log/],
  ['InvalidFlowlogId.NotFound', 400, 'fail', /correct flowLogId, regionId or cenId/],
  ['IncorrectStatus.flowlog', 400, 'retry', /next run/],
  ['IncorrectStatus.TrFlowlog', 400, 'retry', /next run/],
  ['InvalidParameter', 400, 'fail', /check flowLogId, regionId and cenId/],
  ['Unauthorized', 400, 'fail', /cen:DeactiveFlowLog/],
];

/** The gateway's and those of Alibaba Cloud's Terraform provider. */
const GENERAL: readonly Row[] = [
  ['Throttling', 400, 'wait', /next run/],
  ['Throttling.User', 400, 'wait', /next run/],
  ['Throttling.Api', 400, 'wait', /next run/],
  ['Throttling.Something.New', 503, 'wait', /next run/],
  ['Rejected.Throttling', 503, 'wait', /next run/],
  ['throttling', 400, 'wait', /next run/],
  ['TooManyRequests', 429, 'wait', /next run/],
  ['LOCK_ERROR', 400, 'retry', /next run/],
  ['Operation.Blocking', 400, 'retry', /next run/],
  ['ServiceUnavailable', 503, 'retry', /next run/],
  ['InternalError', 500, 'retry', /next run/],
  ['InternalError', 400, 'retry', /next run/],
  ['SignatureNonceUsed', 400, 'read-back', /next run/],
  ['NeverHeardOf', 500, 'retry', /next run/],
  ['NeverHeardOf', 503, 'retry', /next run/],
  ['NoPermission', 403, 'fail', /cen:ActiveFlowLog/],
  ['NoPermission.SLR', 403, 'fail', /cen:ActiveFlowLog/],
  ['Forbidden', 403, 'fail', /cen:ActiveFlowLog/],
  ['Forbidden.RAM', 403, 'fail', /cen:ActiveFlowLog/],
  ['AccessDenied', 403, 'fail', /cen:ActiveFlowLog/],
  ['NotAuthorized', 403, 'fail', /cen:ActiveFlowLog/],
  ['InvalidAccessKeyId.NotFound', 404, 'fail', /access key id, secret and token/],
  ['InvalidAccessKeyId.Inactive', 403, 'fail', /access key id, secret and token/],
  ['InvalidSecurityToken.Expired', 400, 'fail', /access key id, secret and token/],
  ['InvalidSecurityToken.Malformed', 400, 'fail', /access key id, secret and token/],
  ['MissingSecurityToken', 400, 'fail', /access key id, secret and token/],
  ['SignatureDoesNotMatch', 400, 'fail', /access key id, secret and token/],
  ['IncompleteSignature', 400, 'fail', /access key id, secret and token/],
  ['InvalidTimeStamp.Expired', 400, 'fail', /clock/],
  ['NeverHeardOf', 400, 'fail', /look the code up/],
  ['NeverHeardOf', 404, 'fail', /look the code up/],
  ['', 400, 'fail', /look the code up/],
  ['constructor', 400, 'fail', /look the code up/],
  ['__proto__', 400, 'fail', /look the code up/],
];

const DISPOSITIONS = {
  wait: { again: 'later', throttled: true },
  retry: { again: 'later' },
  'read-back': { effect: 'unknown', again: 'later' },
  fail: {},
};

describe('an error code of CEN', () => {
  it.each([...OF_THE_PAGES, ...GENERAL])('%s (HTTP %i): %s', (code, httpStatus, disposition, advice) => {
    const {
      effect = 'none',
      again = 'never',
      throttled = false,
      ...verdict
    } = verdictOf(code, httpStatus, CEN, [CEN.errors]);
    expect(verdict.advice).toMatch(advice);
    const wanted = { effect: 'none', again: 'never', throttled: false, ...DISPOSITIONS[disposition] };
    expect({ effect, again, throttled }).toEqual(wanted);
  });

  it('is tested when it is known by name', () => {
    const tested = new Set([...OF_THE_PAGES, ...GENERAL].map(([code]) => code));
    expect(Object.keys(CEN_ERRORS).filter((code) => !tested.has(code))).toEqual([]);
  });
});
