/** What the build writes beside a config, so that a run needs neither parser, nor schema, nor the runtime's zone data. */
import { createHash } from 'node:crypto';
import { runtimeZoneData } from '../runtime.ts';
import type { ParseCron } from '../schedule/cron-expression.ts';
import { type OffsetTable, runtimeZone, tabulate } from '../schedule/zone.ts';
import type { Config } from './config.ts';
import type { ConfigFile } from './schema.ts';
import { toConfig } from './to-config.ts';

interface Compiled {
  /** Digest of the config's text: what was compiled is used only while that text is the one beside it. */
  readonly source: string;
  readonly zoneData: string;
  readonly zones: Readonly<Record<string, OffsetTable | null>>;
  readonly file: ConfigFile;
}

/** The year of the build, ten after it, and two before it, since a schedule looks back by a window's length. */
const yearsAround = (now: number): readonly [fromMs: number, toMs: number] => {
  const year = new Date(now).getUTCFullYear();
  return [Date.UTC(year - 2), Date.UTC(year + 11)];
};

export const compiledPath = (file: string): string => `${file}.compiled`;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * @param text of the config
 * @param file what the text says, checked
 * @param now milliseconds since the epoch; the same in one year, so that a build can be repeated
 * @returns the SHA-256 of the second line, and in that line the JSON of what was compiled
 */
export function compileConfig(text: string, file: ConfigFile, now: number): string {
  const [fromMs, toMs] = yearsAround(now);
  const schedules = Object.values(file.schedules);
  const names = new Set([file.timezone, ...schedules.map(({ timezone }) => timezone ?? file.timezone)]);
  const zones = Object.fromEntries(
    Array.from(names, (name) => [name, tabulate(runtimeZone(name), fromMs, toMs).table]),
  );
  const line = JSON.stringify({
    source: digest(text),
    zoneData: runtimeZoneData(),
    zones,
    file,
  } satisfies Compiled);
  return `${digest(line)}\n${line}\n`;
}

/**
 * @param text of the config as it is now
 * @returns null for anything that {@link compileConfig} did not make of that very text
 */
export async function readCompiled(compiled: string, text: string): Promise<Config | null> {
  const [sha256, line = ''] = compiled.split('\n');
  if (sha256 !== digest(line)) return null;
  const { source, zoneData, zones, file } = JSON.parse(line) as Compiled;
  if (source !== digest(text)) return null;
  const zone = (name: string) => ({ name, table: zones[name] ?? null });
  return toConfig(file, await cronParser(file), { zone, version: zoneData });
}

/** Loads croner only for a config that has a cron window. */
async function cronParser({ schedules }: ConfigFile): Promise<ParseCron> {
  const windows = Object.values(schedules).flatMap((schedule) => schedule.windows);
  if (windows.some((window) => 'cron' in window)) {
    return (await import('../schedule/cron-expression.ts')).parseCron;
  }
  return (cron) => {
    throw new Error(`no cron window was expected, got "${cron}"`);
  };
}
