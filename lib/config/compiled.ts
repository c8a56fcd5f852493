/** What the build leaves beside a config, which spares a cold start the YAML parser and the time zone data. */
import { createHash } from 'node:crypto';
import { DAY_MS } from '../schedule/local-date.ts';
import { type KnownClocks, knowClocks } from '../schedule/zone.ts';
import type { Config } from './config.ts';

export interface CompiledConfig {
  /** Of the config's text: the document is believed only as long as that has not changed. */
  readonly sha256: string;
  /** The document as plain data. */
  readonly document: unknown;
  readonly clocks: KnownClocks;
}

/** A schedule looks back by the longest window that the config allows, and ahead for its next change. */
const BEFORE_MS = 400 * DAY_MS;
const AFTER_MS = 3_650 * DAY_MS;

export const compiledPath = (file: string): string => `${file}.compiled`;

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** As it is written: a line of data, and before it that line's own digest, by which nothing but it is believed. */
export function writeCompiled(compiled: CompiledConfig): string {
  const line = JSON.stringify(compiled);
  return `${digest(line)}\n${line}\n`;
}

/** @returns null for anything else than {@link writeCompiled} wrote */
export function readCompiled(text: string): CompiledConfig | null {
  const [sha256, line = ''] = text.split('\n');
  return sha256 === digest(line) ? (JSON.parse(line) as CompiledConfig) : null;
}

/**
 * @param document what the text says
 * @param config what the document means
 * @param now milliseconds since the epoch
 */
export function compileConfig(
  text: string,
  document: unknown,
  { timezone, schedules }: Pick<Config, 'timezone' | 'schedules'>,
  now: number,
): CompiledConfig {
  const zones = new Set([timezone, ...Array.from(schedules.values(), (schedule) => schedule.timezone)]);
  return {
    sha256: digest(text),
    document,
    clocks: knowClocks(zones, now - BEFORE_MS, now + AFTER_MS, `${process.versions.tz}`),
  };
}
