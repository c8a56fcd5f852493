import type { World } from '../service.ts';
import type { LogEntry } from '../types.ts';
import { parseSearch } from './search-query.ts';
import { slsErrors } from './sls-errors.ts';
import { type LogstoreCall, WithHeaders } from './sls-operation.ts';

const MAX_LINES = 100;

/**
 * Entries of [from, to) seconds that a search finds, a page at a time, by minute. Within a minute they come as they were
 * written, so a reader must sort them. Unlike SLS's, an entry is found as soon as it is written.
 * @see https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-getlogs
 */
export function getLogs({ params, project, logstore }: LogstoreCall, world: World): WithHeaders {
  const from = wholeNumber(params.from, 'InvalidTimeRange');
  const to = wholeNumber(params.to, 'InvalidTimeRange');
  if (from >= to) throw slsErrors.error('InvalidTimeRange');
  const offset = wholeNumber(params.offset ?? '0', 'InvalidOffset');
  const line = wholeNumber(params.line ?? String(MAX_LINES), 'InvalidLine');
  if (line > MAX_LINES) throw slsErrors.error('InvalidLine');
  const reverse = params.reverse ?? 'false';
  if (!/^(?:true|false)$/i.test(reverse)) throw slsErrors.error('InvalidReverse');
  const index = world.slsResources.of(project).indexes.get(logstore);
  if (index === undefined) throw slsErrors.error('IndexConfigNotExist', 'logstore without index config', 400);
  const search = parseSearch(params.query ?? '', index);
  const direction = reverse.toLowerCase() === 'true' ? -1 : 1;
  const page = world.logstores
    .entries(project, logstore)
    .filter((entry) => entry.time >= from && entry.time < to)
    .filter((entry) => !params.topic || entry.topic === params.topic)
    .filter(search)
    .sort((a, b) => direction * (minuteOf(a) - minuteOf(b)))
    .slice(offset, offset + line);
  return new WithHeaders(page.map(toLog), {
    'x-log-progress': 'Complete',
    'x-log-count': String(page.length),
  });
}

function minuteOf({ time }: LogEntry): number {
  return Math.floor(time / 60);
}

function wholeNumber(text: string | undefined, code: string): number {
  if (text === undefined || !/^\d{1,15}$/.test(text)) throw slsErrors.error(code);
  return Number(text);
}

function toLog({ time, timeNs, topic, source, contents, tags }: LogEntry): object {
  return {
    ...contents,
    ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [`__tag__:${name}`, value])),
    __time__: String(time),
    ...(timeNs !== null && { __time_ns_part__: String(timeNs) }),
    __topic__: topic,
    __source__: source,
  };
}
