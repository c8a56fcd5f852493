import { describe, expect, it } from 'vitest';
import { check, type Row } from './check.ts';
import {
  error,
  failing,
  failingFor,
  HANG_AFTER,
  HTML_502,
  NOT_SUCCESSFUL,
  RESET_AFTER,
  raw,
  toggleOf,
  UNREADABLE,
} from './faults.ts';
import { PRODUCT } from './product.ts';

type Codes = readonly (readonly [string, 'failed' | 'confirmed'])[];

/** Of the API pages and the Terraform provider. What is told when it happens once, and always. */
const OWN_CODES: Readonly<Record<typeof PRODUCT, Codes>> = {
  cen: [
    ['ProjectOrLogstoreNotExist', 'failed'],
    ['SourceProjectNotExist', 'failed'],
    ['OperationUnsupported.action', 'failed'],
    ['RuleExist', 'confirmed'],
    ['QuotaExceeded.FlowlogCount', 'failed'],
    ['InvalidFlowlogId.exist', 'failed'],
    ['InvalidFlowlogId.NotFound', 'failed'],
    ['IncorrectStatus.flowlog', 'confirmed'],
    ['IncorrectStatus.TrFlowlog', 'confirmed'],
    ['Unauthorized', 'failed'],
    ['LOCK_ERROR', 'confirmed'],
    ['Operation.Blocking', 'confirmed'],
  ],
  vpc: [
    ['IncorrectBusinessStatus.FlowLog', 'failed'],
    ['InvalidInstanceId', 'failed'],
    ['InvalidInstanceId.NotFound', 'failed'],
    ['InvalidRegionId.NotFound', 'failed'],
    ['InvalidStatus', 'confirmed'],
    ['IncorrectStatus', 'confirmed'],
    ['IncorrectStatus.flowlog', 'confirmed'],
    ['LastTokenProcessing', 'confirmed'],
    ['OperationConflict', 'confirmed'],
    ['SystemBusy', 'confirmed'],
    ['TaskConflict', 'confirmed'],
    ['UnknownError', 'confirmed'],
  ],
};

const CODES: Codes = [
  ...OWN_CODES[PRODUCT],
  ['InvalidParameter', 'failed'],
  ['Forbidden.RAM', 'failed'],
  ['NoPermission', 'failed'],
  ['InvalidSecurityToken.Expired', 'failed'],
  ['InvalidAccessKeyId.NotFound', 'failed'],
  ['SignatureDoesNotMatch', 'failed'],
  ['InvalidTimeStamp.Expired', 'failed'],
  ['Never.HeardOf', 'failed'],
  ['SignatureNonceUsed', 'confirmed'],
  ['Throttling', 'confirmed'],
  ['Throttling.User', 'confirmed'],
  ['Throttling.Api', 'confirmed'],
  ['ServiceUnavailable', 'confirmed'],
  ['InternalError', 'confirmed'],
];

describe.each([
  ['ActiveFlowLog', 'to-activate'],
  ['DeactiveFlowLog', 'to-deactivate'],
])('%s', (_, flowLogId) => {
  const toggle = toggleOf(flowLogId);

  it.each(CODES)('refused once with %s ends %s', async (code, end) => {
    const told = end === 'failed' ? `failed ${code}` : 'confirmed';
    await check({ fault: failing(toggle, error(code), 1), told: { [flowLogId]: told } });
  });

  it.each(CODES.filter(([, end]) => end === 'confirmed'))(
    'refused every time with %s fails',
    async (code) => {
      await check({ fault: failing(toggle, error(code)), told: { [flowLogId]: `failed ${code}` } });
    },
  );

  it.each(UNREADABLE)('answered once with %s is confirmed', async (_name, fault) => {
    await check({ fault: failing(toggle, fault, 1) });
  });

  it.each(UNREADABLE)('answered every time with %s fails', async (_name, fault, code) => {
    await check({ fault: failing(toggle, fault), told: { [flowLogId]: `failed ${code}` } });
  });

  const rows: readonly (readonly [string, Row])[] = [
    ['the connection breaks after it took effect', { fault: failing(toggle, RESET_AFTER) }],
    ['no answer comes after it took effect', { fault: failing(toggle, HANG_AFTER) }],
    [
      'it took effect and is answered with a 502',
      { fault: failing(toggle, { kind: 'error-after', answer: HTML_502 }) },
    ],
    [
      'it took effect and is answered with InternalError',
      { fault: failing(toggle, { kind: 'error-after', answer: error('InternalError') }) },
    ],
    [
      'it took effect and is throttled nevertheless',
      { fault: failing(toggle, { kind: 'error-after', answer: error('Throttling') }, 1) },
    ],
    [
      'it took effect and is told not to have succeeded',
      { fault: failing(toggle, { kind: 'error-after', answer: NOT_SUCCESSFUL }) },
    ],
    ['it is told not to have succeeded, once', { fault: failing(toggle, NOT_SUCCESSFUL, 1) }],
    [
      'it is told not to have succeeded, every time',
      { fault: failing(toggle, NOT_SUCCESSFUL), told: { [flowLogId]: 'failed NotSuccessful' } },
    ],
    [
      'it is accepted and nothing happens',
      {
        fault: failing(toggle, raw(200, '{"Success":"true"}')),
        told: { [flowLogId]: 'failed NotConfirmed' },
      },
    ],
    [
      'its status does not fit for a minute',
      {
        fault: failingFor(
          toggle,
          error(PRODUCT === 'vpc' ? 'InvalidStatus' : 'IncorrectStatus.flowlog'),
          60_000,
        ),
      },
    ],
    ['it is throttled for ten seconds', { fault: failingFor(toggle, error('Throttling.User'), 10_000) }],
    [
      'it is throttled for ten seconds, which CEN asks to wait',
      { fault: failingFor(toggle, error('Throttling.User', { retryAfterMs: 10_000 }), 10_000) },
    ],
    [
      'it is asked to wait for no number of milliseconds',
      { fault: failing(toggle, raw(503, '{"Code":"Throttling"}', { 'x-acs-retry-after': 'soon' }), 2) },
    ],
    [
      'it is asked to wait longer than the run lasts',
      {
        fault: failing(toggle, error('Throttling.User', { retryAfterMs: 3_600_000 })),
        told: {
          'to-activate': 'accepted',
          'to-deactivate': 'accepted',
          neighbour: 'accepted',
          [flowLogId]: 'failed Throttling.User',
        },
        warning: 'asks to wait longer than the run lasts',
      },
    ],
  ];
  it.each(rows)('ends as told when %s', async (_name, row) => {
    const { first } = await check(row);
    expect(first.printed.length).toBeGreaterThan(5);
  });
});
