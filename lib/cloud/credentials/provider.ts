import type { Credentials, CredentialsProvider } from './types.ts';

/** The credentials that Function Compute hands to an invocation; null when the function has no role. */
export function credentialsOfContext(context: unknown): Credentials | null {
  const node = (context as { credentials?: Record<string, unknown> } | null | undefined)?.credentials;
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  const accessKeyId = text(node?.accessKeyId);
  const accessKeySecret = text(node?.accessKeySecret);
  const securityToken = text(node?.securityToken);
  if (accessKeyId === null || accessKeySecret === null) return null;
  return { accessKeyId, accessKeySecret, ...(securityToken === null ? {} : { securityToken }) };
}

/**
 * The default chain of `@alicloud/credentials`: environment, profile files, instance metadata.
 * Requests that come at once share one look-up; the package would make one each.
 * Rejects with an error that may hold a signed URL: callers redact it.
 * @param onFound told which source of the chain had them, e.g. `default/env`, after each look-up
 */
export function defaultCredentials(onFound?: (source: string) => void): CredentialsProvider {
  let client: Promise<{ getCredential(): Promise<Found> }> | null = null;
  let pending: Promise<Credentials> | null = null;

  async function look(): Promise<Credentials> {
    client ??= import('@alicloud/credentials').then(({ default: Client }) => new (unwrap(Client))());
    try {
      const found = await (await client).getCredential();
      const { accessKeyId, accessKeySecret, securityToken } = found;
      if (!accessKeyId || !accessKeySecret) throw new Error('no credentials found');
      if (found.providerName) onFound?.(found.providerName);
      return { accessKeyId, accessKeySecret, ...(securityToken ? { securityToken } : {}) };
    } catch (error) {
      client = null; // it would ask nobody any more but the last of the chain, which failed too
      throw error instanceof Error ? new Error(plainly(error.message)) : error;
    }
  }

  return () => {
    pending ??= look().finally(() => {
      pending = null;
    });
    return pending;
  };
}

/**
 * Asks for credentials, and waits for them no longer than that.
 * @param ms milliseconds
 */
export async function within(credentials: CredentialsProvider, ms: number): Promise<Credentials> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no source answered within ${Math.round(ms)} ms`)), ms);
  });
  try {
    return await Promise.race([credentials(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The same credentials for one run, which has no time to wait for a source that does not answer, nor to ask it again.
 * @param ms how long a look-up may take, milliseconds
 */
export function inTime(credentials: CredentialsProvider, ms: number): CredentialsProvider {
  let failure: { readonly error: unknown } | null = null;
  return async () => {
    if (failure !== null) throw failure.error;
    try {
      return await within(credentials, ms);
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
}

/** The package's last words, where no address of a token is set, are about a host called undefined. */
const plainly = (message: string): string =>
  message
    .replace(/[,;.]?\s*(getaddrinfo \w+ undefined\s*)?(GET|POST) https?:\/\/undefined\S* failed\.?/g, '')
    .replaceAll('.,', ',')
    .replace(/\.$/, '');

/** What the package finds. */
interface Found extends Partial<Credentials> {
  readonly providerName?: string;
}

/** The package is CommonJS: its class is the default export, or the default of that, by who imports it. */
function unwrap<Class>(imported: Class | { readonly default: Class }): Class {
  return (imported as { readonly default?: Class }).default ?? (imported as Class);
}
