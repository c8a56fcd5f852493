/**
 * What kept an answer from being read.
 * `timeout`: the total time ran out. `network`: no connection, or it broke. `tls`: the other side did not prove who
 * it is. `answer`: it is no HTTP or too large. `request`: the request cannot be sent as given.
 */
export type HttpErrorKind = 'timeout' | 'network' | 'tls' | 'answer' | 'request';

/**
 * A request that has no complete answer. An answer of any status is not an error here.
 * The message holds the method and the host, never the path, the query, a header or a body.
 */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly kind: HttpErrorKind;
  /** Node's code (`ECONNRESET`, `ECONNREFUSED`, `ENOTFOUND`, …), `RequestTimeout` or `AnswerTooLarge`. */
  readonly code: string;
  /** False only when the request certainly never left this machine. */
  readonly mayHaveBeenReceived: boolean;
  /** The connection had served another request before: it may have died while nobody looked. */
  readonly reusedSocket: boolean;

  constructor(
    message: string,
    options: {
      readonly kind: HttpErrorKind;
      readonly code: string;
      readonly mayHaveBeenReceived: boolean;
      readonly reusedSocket?: boolean;
    },
  ) {
    super(message);
    this.kind = options.kind;
    this.code = options.code;
    this.mayHaveBeenReceived = options.mayHaveBeenReceived;
    this.reusedSocket = options.reusedSocket ?? false;
  }
}

/** The kind that an error code of Node's net, tls, dns or HTTP parser belongs to. */
export function kindOfCode(code: string): HttpErrorKind {
  if (/^ERR_(TLS|SSL)_|^EPROTO$|CERT|^UNABLE_TO_|^INVALID_(CA|PURPOSE)$|^HOSTNAME_MISMATCH$/.test(code)) {
    return 'tls';
  }
  if (code.startsWith('HPE_')) return 'answer';
  if (/^ERR_(INVALID|HTTP_INVALID|UNESCAPED)_/.test(code)) return 'request';
  return 'network';
}
