import type { Budget } from '../../reconcile/budget.ts';

/** What signs a request. Never printed. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** STS token of temporary credentials. */
  readonly securityToken?: string;
}

/**
 * Asked before every request, so that temporary credentials are never kept past their life.
 * @param time how long asking may take, where it is a call of its own
 */
export type CredentialsProvider = (time?: Budget) => Promise<Credentials>;
