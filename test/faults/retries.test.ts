import { describe, expect, it } from 'vitest';
import type { RecordedRequest } from '../../lib/emulator/emulator.ts';
import { ACCOUNT_ID, timerEvent } from '../support/scheduler.ts';
import { type Cloud, RETAIL_ID, startCloud } from './cloud.ts';
import { error, failing, failingFor, toggleOf } from './faults.ts';
import { LOCKED, PRODUCT } from './product.ts';

const of = (cloud: Cloud, wanted: (request: RecordedRequest) => boolean) =>
  cloud.emulator.requests.filter((request) => request.service === 'Cbn' && wanted(request));

async function runWith(fault: (cloud: Cloud) => Parameters<Cloud['setFault']>[0]) {
  const cloud = await startCloud();
  cloud.setFault(fault(cloud));
  await cloud.invoke(timerEvent());
  return cloud;
}

/** Milliseconds between the sendings of one flow log's change. */
function gaps(cloud: Cloud, flowLogId: string): readonly number[] {
  const at = of(
    cloud,
    ({ params, action }) => params.FlowLogId === flowLogId && action === 'ActiveFlowLog',
  ).map((request) => request.at);
  return at.slice(1).map((each, index) => each - (at[index] ?? 0));
}

describe('retries', () => {
  const locked = failing(toggleOf('to-activate'), error(LOCKED));

  it('of what is locked are every five seconds in the end, until the time to settle ends', async () => {
    const waits = gaps(await runWith(locked), 'to-activate');
    const first = [500, 750, 1_125, 1_687.5, 2_531.25, 3_796.875];
    for (const [index, wait] of first.entries()) expect(waits[index]).toBeCloseTo(wait, -1);
    expect(waits.slice(6).every((wait) => Math.abs(wait - 5_000) <= 1)).toBe(true);
    expect(waits.reduce((sum, wait) => sum + wait)).toBeGreaterThan(110_000);
    expect(waits.reduce((sum, wait) => sum + wait)).toBeLessThanOrEqual(130_000);
  });

  it.runIf(PRODUCT === 'cen')('keep the ClientToken of their intent, which no other has', async () => {
    const cloud = await runWith(locked);
    const sent = of(cloud, ({ params }) => params.ClientToken !== undefined);
    const tokens = sent.map(({ params }) => `${params.FlowLogId} ${params.ClientToken}`);
    expect(sent.length).toBeGreaterThan(20);
    expect(new Set(tokens).size).toBe(4);
    expect(new Set(sent.map(({ params }) => params.ClientToken)).size).toBe(4);
  });

  it('wait as long as CEN asks, and so does every other call of the account, and none of another', async () => {
    const cloud = await runWith(
      failing(toggleOf('to-activate'), error('Throttling.User', { retryAfterMs: 7_000 }), 2),
    );
    const throttled = of(
      cloud,
      ({ outcome }) => outcome.kind === 'answered' && outcome.code === 'Throttling.User',
    );
    expect(throttled).toHaveLength(2);
    for (const { at } of throttled) {
      const during = of(cloud, (request) => request.at > at && request.at < at + 7_000);
      expect(during.filter(({ accountId }) => accountId === ACCOUNT_ID)).toEqual([]);
    }
    const first = throttled[0]?.at ?? 0;
    const others = of(cloud, ({ at, accountId }) => accountId === RETAIL_ID && at < first + 7_000);
    expect(others.length).toBeGreaterThan(2);
    expect(gaps(cloud, 'to-activate').every((gap) => gap >= 7_000)).toBe(true);
    expect(cloud.path('to-activate').at(-1)).toBe('Active');
  });

  it('of an account that is throttled altogether do not come as a storm', async () => {
    const cloud = await runWith(
      failingFor(
        ({ accountId, service }) => service === 'Cbn' && accountId === ACCOUNT_ID,
        error('Throttling'),
        10_000,
      ),
    );
    const start = cloud.emulator.requests[0]?.at ?? 0;
    const during = of(cloud, ({ at, accountId }) => accountId === ACCOUNT_ID && at < start + 10_000);
    expect(during.length).toBeGreaterThan(4);
    // Two listings, each with at most five attempts in ten seconds.
    expect(during.length).toBeLessThanOrEqual(2 * 6);
    expect(cloud.path('to-activate').at(-1)).toBe('Active');
    expect(cloud.path('to-deactivate').at(-1)).toBe('Inactive');
  });
});
