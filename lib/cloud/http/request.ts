import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import pLimit from 'p-limit';
import { CloudError, type ServiceName } from '../../reconcile/cloud-error.ts';
import type { Clock } from '../../reconcile/ports.ts';
import { systemClock } from '../clock.ts';

export interface HttpRequest {
  /** What is asked of whom, for an error. */
  readonly service: ServiceName;
  readonly operation: string;
  /** `http:` or `https:`. Names the address to connect to. */
  readonly url: URL;
  readonly method: string;
  /** A `host` among them replaces the one of `url`, and is then also the name that a TLS certificate must bear. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  /** From the call to the last byte of the answer, waiting for a connection included. Milliseconds. */
  readonly timeoutMs: number;
  /** It is not sent where no connection is free for it by then, milliseconds from the call. Default: no limit. */
  readonly turnMs?: number;
  /** Breaks the request off. */
  readonly signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  /** Any status, redirects included: nothing is followed. */
  readonly status: number;
  /** Names in lower case; repeated headers joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * Sends one request and reads the whole answer. Never retries.
 * @throws {CloudError} when there is no complete answer, and nothing else; an answer of any status is none. Its
 * `effect` is `none` only when the request certainly never left this machine.
 */
export type SendRequest = (request: HttpRequest) => Promise<HttpResponse>;

export interface HttpClient {
  readonly request: SendRequest;
  /** Closes the idle connections. */
  close(): void;
}

export interface HttpClientOptions {
  /** An idle connection older than this is not used again. */
  readonly maxIdleMs?: number;
  readonly maxAnswerBytes?: number;
  /** Requests on the wire at a time, and so connections; what comes on top waits its turn. */
  readonly maxInFlight?: number;
  /** Roots to trust instead of the built-in ones, PEM. */
  readonly ca?: string;
  readonly clock?: Clock;
}

/** Where one reused connection had died, the others have too, or will: what is sent next must not be lost with them. */
const FRESH_FOR_MS = 60_000;

/**
 * A client with its own keep-alive connections, which do not keep the process alive.
 * A function instance may be frozen between two invocations, while the other side closes its end. Idle time is
 * therefore also measured by the wall clock when a connection is about to be reused, since no timer runs in a
 * frozen process. A connection that dies nevertheless is an error like any other, and for a minute no
 * connection is used twice.
 */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const { maxIdleMs = 3_000, maxAnswerBytes = 16 * 1024 * 1024, clock = systemClock } = options;
  const agentOptions = {
    keepAlive: true,
    timeout: maxIdleMs,
    // Node's 250 ms per address is less than the round trip to another continent.
    autoSelectFamilyAttemptTimeout: 2_000,
  };
  const plain = new http.Agent(agentOptions);
  const secure = new https.Agent({
    ...agentOptions,
    // Also where NODE_TLS_REJECT_UNAUTHORIZED=0 is set: the requests are signed.
    rejectUnauthorized: true,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
  const idleSince = new WeakMap<Socket, number>();
  const turn = pLimit(options.maxInFlight ?? 128);
  /** Wall clock until which every request has a connection of its own. */
  let freshUntil = 0;

  return {
    request: (request) => {
      const calledAt = clock.monotonic();
      return turn(() => {
        const waitedMs = clock.monotonic() - calledAt;
        if (request.turnMs !== undefined && waitedMs > request.turnMs) throw notSent(request);
        const agent = request.url.protocol === 'https:' ? secure : plain;
        destroyStaleSockets(agent, idleSince, clock.now() < freshUntil ? -1 : maxIdleMs, clock.now());
        return exchange({ ...request, timeoutMs: request.timeoutMs - waitedMs }, agent, maxAnswerBytes, {
          idle: (socket) => idleSince.set(socket, clock.now()),
          diedInReuse: () => {
            freshUntil = clock.now() + FRESH_FOR_MS;
          },
        });
      });
    },
    close: () => {
      plain.destroy();
      secure.destroy();
    },
  };
}

/** {@link createHttpClient} with its defaults, shared by the whole process. */
export const request: SendRequest = createHttpClient().request;

function notSent({ service, operation, method, headers, url }: HttpRequest): CloudError {
  const problem = `${method} to ${headers.host ?? url.host}: not sent, since no connection was free for it in time`;
  const known = { service, operation, code: 'Busy', again: 'later', throttled: true, attempts: 0 } as const;
  return new CloudError(problem, known);
}

function destroyStaleSockets(
  agent: http.Agent,
  idleSince: WeakMap<Socket, number>,
  maxIdleMs: number,
  now: number,
): void {
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) {
      // A clock that was set back proves nothing, so it counts as stale.
      const idleMs = now - (idleSince.get(socket) ?? 0);
      if (idleMs < 0 || idleMs > maxIdleMs) socket.destroy();
    }
  }
}

/** What happens to a connection. */
interface OnSocket {
  readonly idle: (socket: Socket) => void;
  readonly diedInReuse: () => void;
}

function exchange(
  { service, operation, url, method, headers, body, timeoutMs, signal }: HttpRequest,
  agent: http.Agent,
  maxAnswerBytes: number,
  on: OnSocket,
): Promise<HttpResponse> {
  const isSecure = url.protocol === 'https:';
  const target = `${method} to ${headers.host ?? url.host}`;

  return new Promise((resolve, reject) => {
    let connected = false;
    let outgoing: http.ClientRequest | undefined;
    let timer: NodeJS.Timeout | undefined;

    function fail(code: string, problem: string): void {
      clearTimeout(timer);
      if (outgoing?.reusedSocket) on.diedInReuse();
      const kind = kindOfCode(code);
      // No cause: Node's own errors carry the raw bytes of an answer, which may echo the request.
      const error = new CloudError(`${target}: ${problem}`, {
        service,
        operation,
        code,
        effect: connected && kind !== 'request' ? 'unknown' : 'none',
        again: kind === 'tls' || kind === 'request' ? 'never' : 'later',
      });
      reject(error);
      outgoing?.destroy();
    }
    const failWith = (error: unknown) => {
      const code = codeOf(error);
      fail(code, `${messageOf(error) || 'no connection'} (${code})`);
    };
    const failTimedOut = () =>
      fail('RequestTimeout', `no complete answer within ${Math.round(timeoutMs)} ms`);

    if (!(timeoutMs > 0)) return failTimedOut();
    timer = setTimeout(failTimedOut, Math.min(timeoutMs, 2 ** 31 - 1));
    try {
      outgoing = (isSecure ? https : http).request(url, {
        agent,
        method,
        headers: body === undefined ? headers : { ...headers, 'content-length': String(body.byteLength) },
        servername: certifiedName(headers.host ?? url.host),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      return failWith(error);
    }
    const sent = outgoing;
    sent.on('error', failWith);
    sent.on('socket', (socket) => {
      if (sent.reusedSocket) connected = true;
      else socket.once(isSecure ? 'secureConnect' : 'connect', () => (connected = true));
    });
    sent.on('response', (incoming) => {
      const { socket } = incoming; // gone by the time of the end, when the agent has it back
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on('error', failWith);
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.byteLength;
        if (size > maxAnswerBytes) {
          fail('AnswerTooLarge', `the answer is larger than ${maxAnswerBytes} bytes`);
        } else chunks.push(chunk);
      });
      incoming.on('end', () => {
        clearTimeout(timer);
        on.idle(socket);
        resolve({
          status: incoming.statusCode ?? 0,
          headers: joinHeaders(incoming.headers),
          body: Buffer.concat(chunks, size),
        });
      });
    });
    sent.end(body);
  });
}

/**
 * The name that a certificate must bear: none for an address. Node would find the same, but by a pattern for every
 * spelling of IPv6 addresses that takes a cold start 3 ms to compile.
 */
function certifiedName(host: string): string {
  return /^\[|^[\d.]+(:\d+)?$/.test(host) ? '' : host.replace(/:\d*$/, '');
}

function joinHeaders(headers: http.IncomingHttpHeaders): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return joined;
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return 'UnknownError';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

/**
 * What kept an answer from being read, by its code. `timeout`: the total time ran out. `network`: no connection, or it
 * broke. `tls`: the other side did not prove who it is. `answer`: it is no HTTP or too large. `request`: the request
 * cannot be sent as given.
 */
export function kindOfCode(code: string): 'timeout' | 'network' | 'tls' | 'answer' | 'request' {
  if (code === 'RequestTimeout') return 'timeout';
  if (code === 'AnswerTooLarge' || code.startsWith('HPE_')) return 'answer';
  if (/^ERR_(TLS|SSL)_|^EPROTO$|CERT|^UNABLE_TO_|^INVALID_(CA|PURPOSE)$|^HOSTNAME_MISMATCH$/.test(code)) {
    return 'tls';
  }
  return /^ERR_(INVALID|HTTP_INVALID|UNESCAPED)_/.test(code) ? 'request' : 'network';
}
