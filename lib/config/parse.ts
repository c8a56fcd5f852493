import * as yaml from 'yaml';
import { type ParsedConfig, readYaml } from './read-yaml.ts';

export { describeIssues } from './issues.ts';
export type { ParsedConfig } from './read-yaml.ts';

/** {@link readYaml}, for whoever loads the YAML package anyway. */
export const parseConfig = (text: string, lintAt?: number): ParsedConfig => readYaml(yaml, text, lintAt);
