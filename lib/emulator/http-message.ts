import type { IncomingMessage } from 'node:http';

/** More than any service takes; what lies beyond is read and dropped. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** A request read whole. Header names are in lower case. */
export interface HttpRequest {
  readonly method: string;
  /** As sent, still percent-encoded, without the query. */
  readonly path: string;
  /** Decoded, in the order sent. */
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body was larger than any service takes; `body` is empty then. */
  readonly oversized: boolean;
}

/** What is sent back. `code` is the error code in the body, null without one. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly code: string | null;
}

/** Decodes `a=1&b=2`. Broken percent-encoding is kept as it is, so that the signature check refuses it. */
export function decodePairs(text: string): readonly (readonly [string, string])[] {
  return text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [decode(pair), ''] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
    });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** @throws when the client goes away before the end of its body */
export async function readRequest(message: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  const oversized = size > MAX_BODY_BYTES;
  // A client that goes through a proxy sends the whole URL.
  const target = (message.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '');
  const [path = '', ...query] = target.split('?');
  return {
    method: message.method ?? 'GET',
    path: path === '' ? '/' : path,
    query: decodePairs(query.join('?')),
    headers: Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    ),
    body: oversized ? Buffer.alloc(0) : Buffer.concat(chunks),
    oversized,
  };
}
