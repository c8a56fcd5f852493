import type { ErrorFault, Fault, FaultHook, FaultRequest, RawFault } from '../../lib/emulator/emulator.ts';
import type { Cloud } from './cloud.ts';

/** Which requests a fault is about. */
type About = (request: FaultRequest) => boolean;
type MakeFault = (cloud: Cloud) => FaultHook;

export const toggleOf =
  (flowLogId: string): About =>
  ({ action, params }) =>
    /^(Dea|A)ctiveFlowLog$/i.test(action) && params.FlowLogId === flowLogId;

export const listingOf =
  (regionId: string): About =>
  ({ action, params }) =>
    action === 'DescribeFlowlogs' && params.RegionId === regionId;

export const called =
  (name: string): About =>
  ({ action }) =>
    action === name;

export const any =
  (...abouts: readonly About[]): About =>
  (request) =>
    abouts.some((about) => about(request));

/** The first so many of these requests; default all. */
export const failing =
  (about: About, fault: Fault, times = Number.POSITIVE_INFINITY): MakeFault =>
  () => {
    let left = times;
    return (request) => {
      if (!about(request) || left === 0) return undefined;
      left -= 1;
      return fault;
    };
  };

/** All of these requests but the first so many. */
export const failingAfter =
  (about: About, fault: Fault, spared: number): MakeFault =>
  () => {
    let left = spared;
    return (request) => {
      if (!about(request)) return undefined;
      left -= 1;
      return left < 0 ? fault : undefined;
    };
  };

/** For so long on the clock. */
export const failingFor =
  (about: About, fault: Fault, ms: number): MakeFault =>
  ({ clock }) => {
    const until = clock.monotonic() + ms;
    return (request) => (about(request) && clock.monotonic() < until ? fault : undefined);
  };

export const error = (code: string, more: Partial<ErrorFault> = {}): ErrorFault => ({
  kind: 'error',
  code,
  ...more,
});
export const raw = (
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): RawFault => ({
  kind: 'raw',
  status,
  body,
  headers,
});

const HTML = '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>';
export const EMPTY_500 = raw(500, '');
export const HTML_502 = raw(502, HTML, { 'content-type': 'text/html' });
export const CUT_OFF = raw(200, '{"Success": "tr', { 'content-type': 'application/json' });
export const NOT_SUCCESSFUL = raw(200, '{"Success": "false", "RequestId": "request-1"}');
export const RESET = { kind: 'reset', when: 'before' } as const;
export const RESET_AFTER = { kind: 'reset', when: 'after' } as const;
export const HANG = { kind: 'hang', when: 'before' } as const;
export const HANG_AFTER = { kind: 'hang', when: 'after' } as const;

/** Answers that cannot be read, and the code that is told when none can. */
export const UNREADABLE: readonly (readonly [string, Fault, string])[] = [
  ['an empty 500', EMPTY_500, 'UnreadableAnswer'],
  ['a 502 with HTML', HTML_502, 'UnreadableAnswer'],
  ['JSON that is cut off', CUT_OFF, 'UnreadableAnswer'],
  ['an empty 200', raw(200, ''), 'UnreadableAnswer'],
  ['JSON that is no object', raw(200, '["Success"]'), 'UnreadableAnswer'],
  ['a redirect', raw(302, '', { location: 'http://127.0.0.1:9/' }), 'UnreadableAnswer'],
  ['a broken connection', RESET, 'ECONNRESET'],
  ['no answer at all', HANG, 'RequestTimeout'],
];
