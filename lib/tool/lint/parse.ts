/** A config from its text with everything that a person should know, for the tool and the build. */
import * as yaml from 'yaml';
import { inFileOrder } from '../../config/check.ts';
import type { Issue } from '../../config/issues.ts';
import { type ReadConfig, readYaml } from '../../config/read-yaml.ts';
import { lint, repeatedFlowLogs, unusedPricing } from './lint.ts';

export { describeIssues } from '../../config/issues.ts';

export type ParsedConfig =
  | (Extract<ReadConfig, { ok: true }> & { readonly warnings: readonly Issue[] })
  | Extract<ReadConfig, { ok: false }>;

/**
 * @param lintAt instant for which to warn of everything that is allowed but probably not meant; without one, only of
 *   what makes every run fail
 */
export function parseConfig(text: string, lintAt?: number): ParsedConfig {
  const read = readYaml(yaml, text);
  if (!read.ok) return read;
  const { config, file, locate } = read;
  const warnings =
    lintAt === undefined
      ? repeatedFlowLogs(config.flowLogs)
      : [...lint(config, lintAt), ...unusedPricing(file)];
  return { ...read, warnings: inFileOrder(warnings.map(locate)) };
}
