/** A config from its text with everything that a person should know, for the tool and the build. */
import * as yaml from 'yaml';
import { type CheckedDocument, inFileOrder } from './check.ts';
import type { Issue } from './issues.ts';
import { lint, repeatedFlowLogs } from './lint.ts';
import { readYaml } from './read-yaml.ts';

export { describeIssues } from './check.ts';

export type ParsedConfig =
  | (Extract<CheckedDocument, { ok: true }> & { readonly warnings: readonly Issue[] })
  | Extract<CheckedDocument, { ok: false }>;

/**
 * @param lintAt instant for which to warn of everything that is allowed but probably not meant; without one, only of
 *   what makes every run fail
 */
export function parseConfig(text: string, lintAt?: number): ParsedConfig {
  const read = readYaml(yaml, text);
  if (!read.ok) return read;
  const { config, locate } = read;
  const warnings = lintAt === undefined ? repeatedFlowLogs(config.flowLogs) : lint(config, lintAt);
  return { ok: true, config, warnings: inFileOrder(warnings.map(locate)) };
}
