import type { BaseIssue } from 'valibot';
import { didYouMean } from '../text.ts';

/** Something wrong (or doubtful) in a config, and where. */
export interface Issue {
  /** E.g. `flowLogs[2].schedule`; empty for the document as a whole. */
  readonly path: string;
  readonly message: string;
  /** Line in the file, from 1, where it is known. */
  readonly line: number | null;
}

export type PathKey = string | number;

/** An issue before its path is written out and its line looked up. */
export interface RawIssue {
  readonly keys: readonly PathKey[];
  readonly message: string;
}

export function formatPath(keys: readonly PathKey[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${key}]`;
    if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
    return path === '' ? key : `${path}.${key}`;
  }, '');
}

/** `path: message (line n)`. */
export function formatIssue({ path, message, line }: Issue): string {
  return `${path === '' ? '' : `${path}: `}${message}${line === null ? '' : ` (line ${line})`}`;
}

/** All issues as one text, for an error that a person reads. */
export function describeIssues(issues: readonly Issue[]): string {
  return issues.map(formatIssue).join('\n');
}

/** Starts the message of a schema for unknown keys; the known ones follow, comma-separated. */
export const UNKNOWN_KEY = 'unknown key; known keys: ';

/** Valibot's issues as ours: the schema wrote the messages, only an unknown key's name is known here. */
export function flattenIssues(issues: readonly BaseIssue<unknown>[]): RawIssue[] {
  return issues.map((issue) => {
    const keys = (issue.path ?? []).map((item) => item.key as PathKey);
    if (!issue.message.startsWith(UNKNOWN_KEY)) return { keys, message: issue.message };
    const hint = didYouMean(String(keys.at(-1)), issue.message.slice(UNKNOWN_KEY.length).split(', '));
    return { keys, message: hint === '' ? issue.message : `unknown key${hint}` };
  });
}
