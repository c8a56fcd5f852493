import { isIP } from 'node:net';

/** An endpoint variable holds what is not accepted. The message names the variable; it never repeats the value. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
  readonly variable: string;

  constructor(variable: string, problem: string) {
    super(
      `${variable} ${problem}. Accepted: https://HOST[:PORT], or http://HOST[:PORT] for a loopback host ` +
        '(127.0.0.0/8, localhost, [::1]), without credentials, path, query or fragment.',
    );
    this.variable = variable;
  }
}

/**
 * The endpoint that an environment variable names.
 * Host and port of the result are the ones the URL standard normalises to (`127.1` is `127.0.0.1`), so what was
 * checked here is what is connected to.
 * @throws {EndpointError} unless `https:`, or `http:` to a loopback host: signed credentials must not travel in clear
 */
export function parseEndpoint(variable: string, value: string): URL {
  const url = parse(value);
  if (url === null) throw new EndpointError(variable, 'is not a URL');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new EndpointError(variable, `has the scheme ${url.protocol.slice(0, -1)}`);
  }
  // The raw text too: the parser forgets an empty "@", "?" or "#", forgives "\", tabs and missing slashes.
  if (value.includes('@')) throw new EndpointError(variable, 'has credentials in it');
  if (value.includes('?')) throw new EndpointError(variable, 'has a query');
  if (value.includes('#')) throw new EndpointError(variable, 'has a fragment');
  if (url.pathname !== '/') throw new EndpointError(variable, 'has a path');
  if (!/^https?:\/\/[^/\\\s]+\/?$/i.test(value)) throw new EndpointError(variable, 'is not a plain URL');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new EndpointError(variable, `is plain http to ${url.hostname}, which is not a loopback host`);
  }
  return url;
}

/** Endpoints that replace the public ones, by environment variable. */
export type Endpoints<Name extends string = keyof typeof VARIABLES> = Readonly<Record<Name, URL | undefined>>;

/** Of what the function calls. */
const VARIABLES = {
  cbn: 'CBN_ENDPOINT',
  vpc: 'VPC_ENDPOINT',
  sls: 'SLS_ENDPOINT',
  sts: 'STS_ENDPOINT',
} as const;

/** Of what the tool calls besides. */
const TOOL_VARIABLES = { ...VARIABLES, ram: 'RAM_ENDPOINT', cms: 'CMS_ENDPOINT' } as const;

export type ToolEndpoints = Endpoints<keyof typeof TOOL_VARIABLES>;

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws {EndpointError} for one that is set and not accepted */
export const readEndpoints = (env: Environment): Endpoints => readAll(VARIABLES, env);

/** {@link readEndpoints}, and those of the services that only the tool calls. */
export const readToolEndpoints = (env: Environment): ToolEndpoints => readAll(TOOL_VARIABLES, env);

function readAll<Name extends string>(
  variables: Readonly<Record<Name, string>>,
  env: Environment,
): Endpoints<Name> {
  const read = Object.entries<string>(variables).map(([name, variable]) => {
    const value = env[variable];
    return [name, value ? parseEndpoint(variable, value) : undefined] as const;
  });
  return Object.fromEntries(read) as Endpoints<Name>;
}

/** Whether a host name, as `URL.hostname` spells it, is this machine's loopback. */
export function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname === '[::1]') return true;
  return isIP(hostname) === 4 && hostname.startsWith('127.');
}

/** Whether a host name, as `URL.hostname` spells it, is an IP address. */
export function isAddress(hostname: string): boolean {
  return isIP(hostname.replace(/^\[(.*)\]$/, '$1')) !== 0;
}

function parse(value: string): URL | null {
  try {
    return new URL(value);
  } catch {
    return null;
  }
}
