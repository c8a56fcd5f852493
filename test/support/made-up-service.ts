import type { HttpResponse, SendRequest } from '../../lib/cloud/http/request.ts';

/** What a made-up RPC service answers to an operation with these parameters. */
export type Answering = (
  action: string,
  params: Readonly<Record<string, string>>,
  timeoutMs: number,
) => HttpResponse | Promise<HttpResponse>;

export const madeUpService =
  (answer: Answering): SendRequest =>
  async ({ operation, url, timeoutMs }) =>
    answer(operation, Object.fromEntries(url.searchParams), timeoutMs);

export const answerOf = (body: unknown, status = 200, headers = {}): HttpResponse => ({
  status,
  headers,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});

/** A refusal with an error code. */
export function refusalOf(
  code: string,
  { status = 400, retryAfterMs = null as number | null, requestId = 'request-x' } = {},
): HttpResponse {
  const headers = retryAfterMs === null ? {} : { 'x-acs-retry-after': String(retryAfterMs) };
  return answerOf({ Code: code, Message: 'no', RequestId: requestId }, status, headers);
}
