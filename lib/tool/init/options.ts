import type { FlowLogService } from '../../config/config.ts';

/** What `init` was asked for. */
export interface InitOptions {
  /** Regions to list; null for those that come to mind by themselves. */
  readonly regionIds: readonly string[] | null;
  /** Whose flow logs to list. */
  readonly services: readonly FlowLogService[];
  /** ARNs of roles by name. */
  readonly accounts: ReadonlyMap<string, string>;
  /** SLS project to record in; null when it was not named. */
  readonly project: string | null;
  /** Whether to write files anew that are there. */
  readonly force: boolean;
}
