import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import pLimit from 'p-limit';
import { HttpError, kindOfCode } from './http-error.ts';

export interface HttpRequest {
  /** `http:` or `https:`. Names the address to connect to. */
  readonly url: URL;
  readonly method: string;
  /** A `host` among them replaces the one of `url`, and is then also the name that a TLS certificate must bear. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  /** From the call to the last byte of the answer, waiting for a connection included. Milliseconds. */
  readonly timeoutMs: number;
  /** Name that the TLS certificate must bear, when it is neither the `host` header nor the host of `url`. */
  readonly servername?: string | undefined;
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
 * @throws {HttpError} and nothing else
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
}

/** Where one reused connection had died, the others have too, or will: what is sent next must not be lost with them. */
const FRESH_FOR_MS = 60_000;

/**
 * A client with its own keep-alive connections, which do not keep the process alive.
 * A function instance may be frozen between two invocations, while the other side closes its end. Idle time is
 * therefore also measured by the wall clock when a connection is about to be reused, since no timer runs in a
 * frozen process. A connection that dies nevertheless surfaces as an {@link HttpError} with `reusedSocket`, and for a
 * minute no connection is used twice.
 */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const maxIdleMs = options.maxIdleMs ?? 3_000;
  const maxAnswerBytes = options.maxAnswerBytes ?? 16 * 1024 * 1024;
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
      const askedAt = process.uptime();
      return turn(() => {
        const agent = request.url.protocol === 'https:' ? secure : plain;
        destroyStaleSockets(agent, idleSince, Date.now() < freshUntil ? -1 : maxIdleMs);
        const timeoutMs = request.timeoutMs - (process.uptime() - askedAt) * 1000;
        return exchange({ ...request, timeoutMs }, agent, maxAnswerBytes, (socket) =>
          idleSince.set(socket, Date.now()),
        ).catch((error: HttpError) => {
          if (error.reusedSocket) freshUntil = Date.now() + FRESH_FOR_MS;
          throw error;
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

function destroyStaleSockets(agent: http.Agent, idleSince: WeakMap<Socket, number>, maxIdleMs: number): void {
  const now = Date.now();
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) {
      // A clock that was set back proves nothing, so it counts as stale.
      const idleMs = now - (idleSince.get(socket) ?? 0);
      if (idleMs < 0 || idleMs > maxIdleMs) socket.destroy();
    }
  }
}

function exchange(
  { url, method, headers, body, timeoutMs, servername, signal }: HttpRequest,
  agent: http.Agent,
  maxAnswerBytes: number,
  onIdle: (socket: Socket) => void,
): Promise<HttpResponse> {
  const isSecure = url.protocol === 'https:';
  const target = `${method} to ${headers.host ?? url.host}`;

  return new Promise((resolve, reject) => {
    let connected = false;
    let outgoing: http.ClientRequest | undefined;
    let timer: NodeJS.Timeout | undefined;

    function fail(kind: HttpError['kind'] | null, code: string, problem: string): void {
      clearTimeout(timer);
      const options = {
        kind: kind ?? kindOfCode(code),
        code,
        mayHaveBeenReceived: connected,
        reusedSocket: outgoing?.reusedSocket ?? false,
      };
      // No cause: Node's own errors carry the raw bytes of an answer, which may echo the request.
      reject(new HttpError(`${target}: ${problem}`, options));
      outgoing?.destroy();
    }
    const failWith = (error: unknown) => {
      const code = codeOf(error);
      fail(null, code, `${messageOf(error) || 'no connection'} (${code})`);
    };
    const failTimedOut = () =>
      fail('timeout', 'RequestTimeout', `no complete answer within ${Math.round(timeoutMs)} ms`);

    if (!(timeoutMs > 0)) return failTimedOut();
    timer = setTimeout(failTimedOut, Math.min(timeoutMs, 2 ** 31 - 1));
    try {
      outgoing = (isSecure ? https : http).request(url, {
        agent,
        method,
        headers: body === undefined ? headers : { ...headers, 'content-length': String(body.byteLength) },
        servername: servername ?? certifiedName(headers.host ?? url.host),
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
          fail('answer', 'AnswerTooLarge', `the answer is larger than ${maxAnswerBytes} bytes`);
        } else chunks.push(chunk);
      });
      incoming.on('end', () => {
        clearTimeout(timer);
        onIdle(socket);
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
