/** Whose the credentials are that this machine finds: one identity for everything that a command does. */
import { createAsk, readObject } from '../cloud/call.ts';
import { redact } from '../cloud/credentials/redact.ts';
import type { Credentials, CredentialsProvider } from '../cloud/credentials/types.ts';
import { STS, STS_ENDPOINT } from '../cloud/services.ts';
import { CloudError } from '../reconcile/cloud-error.ts';
import { oneLine } from '../text.ts';
import { type Io, Refused } from './io.ts';
import { withProgress } from './progress.ts';

export interface Caller {
  readonly accountId: string;
  /** Of the user or the role session. */
  readonly arn: string;
  /** What every request of the command is signed with. */
  readonly credentials: Credentials;
}

const TIMEOUT_MS = 10_000;

/** @throws {Refused} after saying why, when there are no credentials or STS does not say whose they are */
export async function identify(
  io: Io,
  lookUp: CredentialsProvider,
  stsEndpoint: URL | undefined,
): Promise<Caller> {
  const work = ask(io, lookUp, stsEndpoint);
  return withProgress(io, 'Asking STS whose credentials these are', work);
}

async function ask(io: Io, lookUp: CredentialsProvider, stsEndpoint: URL | undefined): Promise<Caller> {
  const credentials = await lookUp().catch((error: unknown): never => {
    const looked = oneLine(redact(error instanceof Error ? error.message : String(error)));
    io.err(
      'no credentials; set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or configure another source ' +
        `of the default chain of @alicloud/credentials. Looked for: ${looked}\n`,
    );
    throw new Refused();
  });
  const call = createAsk(STS, {
    endpoint: stsEndpoint ?? STS_ENDPOINT,
    credentials: async () => credentials,
    timeoutMs: TIMEOUT_MS,
  });
  try {
    const { AccountId, Arn } = await call({ name: 'GetCallerIdentity', read: readObject });
    if (typeof AccountId === 'string' && typeof Arn === 'string')
      return { accountId: AccountId, arn: Arn, credentials };
    io.err('GetCallerIdentity: an answer of another shape than documented\n');
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const request = error.requestId === null ? '' : ` (request ${error.requestId})`;
    io.err(`STS does not say whose these credentials are: ${error.code}: ${error.message}${request}\n`);
  }
  throw new Refused();
}
