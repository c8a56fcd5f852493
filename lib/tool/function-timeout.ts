/** Whether a run may last as long as the config wants it to wait, by the project's `s.yaml`. */
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { RawIssue } from '../config/issues.ts';
import { reserveMs } from '../reconcile/budget.ts';
import { formatDuration } from '../text.ts';

/**
 * A warning when `limits.settleTimeout` does not fit into the function's timeout. None when no `s.yaml` says that
 * plainly: there may be none, or it may compute the number or deploy several functions.
 * @param configFile the config's path; its folder, the folder above and the current one may hold `s.yaml`
 */
export async function settleTimeoutWarnings(
  configFile: string,
  settleTimeoutMs: number,
): Promise<readonly RawIssue[]> {
  const folder = dirname(resolve(configFile));
  const found = await firstText([folder, dirname(folder), resolve()].map((each) => join(each, 's.yaml')));
  const timeoutSeconds = found === null ? null : timeoutIn(found.text);
  if (found === null || timeoutSeconds === null) return [];
  const timeoutMs = timeoutSeconds * 1000;
  const mostMs = timeoutMs - reserveMs(timeoutMs);
  if (settleTimeoutMs <= mostMs) return [];
  const message =
    `${formatDuration(settleTimeoutMs)}, and time to record, do not fit into the function's timeout of ` +
    `${timeoutSeconds} s in ${found.file}; set timeout: ${timeoutFor(settleTimeoutMs)} or more there, or ` +
    `settleTimeout: ${formatDuration(mostMs)} or less`;
  return [{ keys: ['limits', 'settleTimeout'], message }];
}

/** Seconds that a function needs to wait so long, and to record: see {@link reserveMs}. */
export const timeoutFor = (settleTimeoutMs: number): number =>
  Math.ceil(settleTimeoutMs / 1000 + Math.min(10, settleTimeoutMs / 3000));

async function firstText(files: readonly string[]): Promise<{ file: string; text: string } | null> {
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text !== null) return { file, text };
  }
  return null;
}

/** Seconds; null unless exactly one function is there, with a plain number. */
function timeoutIn(text: string): number | null {
  const timeouts = valuesIn(propertyOf(documentIn(text), 'resources'))
    .filter((resource) => String(propertyOf(resource, 'component')).startsWith('fc3'))
    .map((resource) => propertyOf(propertyOf(resource, 'props'), 'timeout'));
  const [timeout] = timeouts;
  return timeouts.length === 1 && typeof timeout === 'number' && timeout > 0 ? timeout : null;
}

function documentIn(text: string): unknown {
  try {
    return parse(text, { logLevel: 'silent' });
  } catch {
    return null;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const propertyOf = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);
const valuesIn = (value: unknown): readonly unknown[] => (isObject(value) ? Object.values(value) : []);
