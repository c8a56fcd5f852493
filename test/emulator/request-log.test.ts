import { expect, it } from 'vitest';
import { createRequestLog } from '../../lib/emulator/request-log.ts';

const request = (requestId: string) => ({
  service: 'Cbn' as const,
  action: 'A',
  params: {},
  at: 0,
  requestId,
});

it('keeps every request, and what became of it, unless it is told to keep the last ones', () => {
  const all = createRequestLog();
  const some = createRequestLog(100);
  for (const log of [all, some]) {
    const first = log.open(request('0'));
    for (let at = 1; at < 1_000; at += 1) {
      const { admitted, ended } = log.open(request(String(at)));
      admitted('1');
      ended({ kind: 'answered', status: 200, code: null });
    }
    first.ended({ kind: 'hung' });
  }
  expect(all.requests).toHaveLength(1_000);
  expect(all.requests[0]).toMatchObject({ requestId: '0', accountId: null, outcome: { kind: 'hung' } });
  expect(some.requests).toHaveLength(100);
  expect(some.requests.map(({ requestId }) => requestId)).toEqual(
    Array.from({ length: 100 }, (_, at) => String(900 + at)),
  );
  expect(some.requests[0]).toMatchObject({ accountId: '1', outcome: { kind: 'answered' } });
});
