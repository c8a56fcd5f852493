/** What was asked, and why it could not be read. */
import { troubleOf } from '../../cloud/advice.ts';
import { redact } from '../../cloud/credentials/redact.ts';
import { CloudError, type ServiceName } from '../../reconcile/cloud-error.ts';

/** What was read, or why it was not. */
export type Asked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly trouble: CloudError };

/** Never rejects, so that nothing that goes wrong with one question keeps another from being asked. */
export async function asked<Value>(
  service: ServiceName,
  question: () => Promise<Value>,
): Promise<Asked<Value>> {
  try {
    return { ok: true, value: await question() };
  } catch (error) {
    if (error instanceof CloudError) return { ok: false, trouble: error };
    const problem = redact(error instanceof Error ? error.message : String(error));
    const failure = { service, operation: '', code: 'UnexpectedFailure' };
    return { ok: false, trouble: new CloudError(problem, failure) };
  }
}

/** `Forbidden.RAM: … (request …)`. */
export function describe({ code, problem, requestId }: CloudError): string {
  const text = problem.includes(code) || code === 'CredentialsUnavailable' ? problem : `${code}: ${problem}`;
  return requestId === null ? text : `${text} (request ${requestId})`;
}

/** Whether the service itself said no. */
export function isRefused(error: CloudError): boolean {
  const trouble = troubleOf(error);
  return trouble !== 'no-answer' && trouble !== 'no-credentials';
}

/** Whether it is the credentials themselves that are refused, whatever they were used for. */
export const isCredentialTrouble = (error: CloudError): boolean =>
  ['no-credentials', 'clock', 'credentials'].includes(troubleOf(error));

/** Whether they are good, and this is not allowed to them. */
export const isDenied = (error: CloudError): boolean => troubleOf(error) === 'denied';
