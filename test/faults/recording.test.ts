import { describe, expect, it } from 'vitest';
import { timerEvent } from '../support/scheduler.ts';
import { check, type Row } from './check.ts';
import { deadUrl, startCloud } from './cloud.ts';
import {
  any,
  called,
  failing,
  HANG,
  HANG_AFTER,
  HTML_502,
  RESET,
  RESET_AFTER,
  raw,
  toggleOf,
} from './faults.ts';

const put = called('PutLogs');
const json = (status: number, errorCode: string) =>
  raw(status, JSON.stringify({ errorCode, errorMessage: 'made up' }), { 'content-type': 'application/json' });

/** SLS fails, and no flow log is the worse for it. */
describe('records that SLS does not take', () => {
  it.each([
    [401, 'Unauthorized'],
    [401, 'SignatureNotMatch'],
    [403, 'Unauthorized'],
    [404, 'ProjectNotExist'],
    [404, 'LogStoreNotExist'],
    [400, 'PostBodyInvalid'],
    [400, 'RequestTimeExpired'],
  ])('are printed whole, and the loss is told, after %i %s', async (status, code) => {
    await check({ fault: failing(put, json(status, code), 1), recording: code });
  });

  it.each([
    [403, 'WriteQuotaExceed'],
    [403, 'ShardWriteQuotaExceed'],
    [429, 'ReadQuotaExceed'],
    [500, 'InternalServerError'],
    [503, 'ServerBusy'],
  ])('are sent again after %i %s, and given up in time', async (status, code) => {
    await check({ fault: failing(put, json(status, code), 1) });
    await check({ fault: failing(put, json(status, code)), recording: code });
  });

  const rows: readonly (readonly [string, Row])[] = [
    ['an empty 500', { fault: failing(put, raw(500, '')), recording: 'Http500' }],
    ['a 502 with HTML', { fault: failing(put, HTML_502), recording: 'Http502' }],
    ['a broken connection', { fault: failing(put, RESET), recording: 'ECONNRESET' }],
    ['silence', { fault: failing(put, HANG), recording: 'RequestTimeout' }],
    [
      'silence, while the function has twelve seconds',
      { fault: failing(put, HANG), recording: 'RequestTimeout', timeoutS: 12 },
    ],
    [
      'a broken connection, though they were written',
      { fault: failing(put, RESET_AFTER), recording: 'ECONNRESET' },
    ],
    ['silence, though they were written', { fault: failing(put, HANG_AFTER), recording: 'RequestTimeout' }],
  ];
  it.each(rows)('are in the log of the function: %s', async (_, row) => {
    const { first } = await check(row);
    expect(first.printed.at(-1)?.message).toMatch(/6 of 6 records not (confirmed as )?written/);
  });

  it.each([
    ['an empty 500', raw(500, '')],
    ['a 502 with HTML', HTML_502],
    ['a broken connection', RESET],
    ['silence', HANG],
    ['a broken connection, though they were written', RESET_AFTER],
    ['silence, though they were written', HANG_AFTER],
    ['an answer after four seconds', { kind: 'delay', ms: 4_000 }],
  ] as const)('once are sent again: %s', async (_, fault) => {
    await check({ fault: failing(put, fault, 1) });
  });

  it('do not hide what else failed', async () => {
    const both = any(put, toggleOf('to-activate'));
    const { first } = await check({
      fault: failing(both, RESET),
      told: { 'to-activate': 'failed ECONNRESET' },
      recording: 'ECONNRESET',
      says: /1 of 5 flow logs failed: to-activate: ECONNRESET.*and the results were not recorded/,
    });
    expect(first.recorded).toEqual([]);
  });
});

describe('where nothing listens', () => {
  it('at SLS, the flow logs are as they should be, and the loss is told', async () => {
    const cloud = await startCloud({ env: { SLS_ENDPOINT: await deadUrl() } });
    const { error, printed } = await cloud.invoke(timerEvent());
    expect(error).toMatchObject({
      name: 'RecordingFailed',
      message: expect.stringMatching(/ECONNREFUSED.*SLS_ENDPOINT/),
    });
    expect(printed.map(({ kind, outcome = '' }) => `${kind} ${outcome}`.trim())).toEqual([
      'run',
      ...['confirmed', 'confirmed', 'confirmed', 'confirmed', 'unchanged'].map((each) => `flow-log ${each}`),
      'recording',
    ]);
    expect(cloud.path('to-activate').at(-1)).toBe('Active');
  });

  it('at CEN, nothing is touched, and why is recorded', async () => {
    const dead = await deadUrl();
    const cloud = await startCloud({ env: { CBN_ENDPOINT: dead, VPC_ENDPOINT: dead } });
    const { error, recorded, tookMs } = await cloud.invoke(timerEvent());
    expect(error?.name).toBe('ReconcileFailed');
    expect(recorded.map(({ errorCode }) => errorCode)).toEqual(['', ...Array(5).fill('ECONNREFUSED')]);
    expect(cloud.path('to-activate')).toEqual(['Inactive']);
    expect(tookMs).toBeLessThan(300_000);
  });

  it('at STS, the flow logs of the other account fail alone', async () => {
    const cloud = await startCloud({ env: { STS_ENDPOINT: await deadUrl() } });
    const { error } = await cloud.invoke(timerEvent());
    expect(error?.message).toMatch(/1 of 5 flow logs failed: retail: ECONNREFUSED: AssumeRole/);
    expect(cloud.path('to-activate').at(-1)).toBe('Active');
  });
});
