/** A document, however it was written, becomes a config, or every issue of it. */
import { safeParse } from 'valibot';
import { objectAt } from '../json.ts';
import { parseCron } from '../schedule/cron-expression.ts';
import type { Config, RecordTo } from './config.ts';
import { checkCronWindows } from './cron-windows.ts';
import { checkEntries } from './entries.ts';
import { flattenIssues, type Issue, type RawIssue } from './issues.ts';
import { plainDataIssues } from './plain-data.ts';
import { checkReferences } from './references.ts';
import { ConfigFile, RecordTo as RecordToFile } from './schema.ts';
import { toConfig, toRecordTo } from './to-config.ts';

export type CheckedDocument =
  | {
      readonly ok: true;
      /** The document as it is written, with defaults filled in. */
      readonly file: ConfigFile;
      readonly config: Config;
    }
  | {
      readonly ok: false;
      readonly issues: readonly Issue[];
      /** Where the failure can be recorded; null when that could not be read either. */
      readonly recordTo: RecordTo | null;
    };

/**
 * @param raw the document as plain data
 * @param locate writes out where an issue is
 */
export function checkDocument(raw: unknown, locate: (issue: RawIssue) => Issue): CheckedDocument {
  const parsed = safeParse(ConfigFile, raw);
  const issues = [
    ...flattenIssues(parsed.issues ?? []),
    ...plainDataIssues(raw),
    ...checkReferences(raw),
    ...checkEntries(raw),
    ...checkCronWindows(raw),
  ];
  if (!parsed.success || issues.length > 0) {
    return { ok: false, issues: inFileOrder(issues.map(locate)), recordTo: readRecordTo(raw) };
  }
  return { ok: true, file: parsed.output, config: toConfig(parsed.output, parseCron) };
}

export function inFileOrder(issues: readonly Issue[]): readonly Issue[] {
  return [...issues].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function readRecordTo(raw: unknown): RecordTo | null {
  const parsed = safeParse(RecordToFile, objectAt(raw).recordTo);
  return parsed.success ? toRecordTo(parsed.output) : null;
}
