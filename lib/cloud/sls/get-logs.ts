/** Reads back what a Logstore holds, by search; no SQL, so any index with the fields of the search will do. */
import { isObject } from '../../json.ts';
import type { LogRecord } from '../../reconcile/ports.ts';
import type { Answer, Operation } from '../call.ts';
import { PATIENT } from '../retry.ts';
import { askProject, type SlsProjectOptions } from './project.ts';

export interface LogSearch {
  /** In SLS's search language, e.g. `kind: run`. */
  readonly query: string;
  readonly topic?: string;
  /** Half-open, milliseconds since the epoch; SLS knows seconds, so both ends are taken to the next one. */
  readonly start: number;
  readonly end: number;
  /** Default: oldest first. Within a minute they come in any order. */
  readonly newestFirst?: boolean;
  /** No more than so many. Default: all. */
  readonly most?: number;
}

/** All pages. @throws {CloudError} when any of them could not be read */
export type SearchLogs = (search: LogSearch) => Promise<readonly LogRecord[]>;

/** The most that SLS gives at a time. */
const PAGE = 100;

/** SLS answers with a part when a search takes long, and with more when it is asked again. */
const MOST_ASKED = 20;

/** @throws {TypeError} when `recordTo` holds no valid names, or the endpoint is not accepted */
export function createLogReader(options: SlsProjectOptions): SearchLogs {
  const { recordTo } = options;
  const { regionId, project, logstore } = recordTo;
  const ask = askProject({ attempts: PATIENT.attempts, timeoutMs: 30_000, ...options });

  return async ({ query, topic, start, end, newestFirst = false, most = Number.POSITIVE_INFINITY }) => {
    const [from, to] = [Math.ceil(start / 1000), Math.ceil(end / 1000)];
    const found: LogRecord[] = [];
    if (from >= to) return found;
    while (found.length < most) {
      const line = Math.min(PAGE, most - found.length);
      const operation: Operation<Page> = {
        name: 'GetLogs',
        method: 'GET',
        path: `/logstores/${encodeURIComponent(logstore)}`,
        query: {
          ...{ type: 'log', query, from: String(from), to: String(to), reverse: String(newestFirst) },
          ...(topic === undefined ? {} : { topic }),
          ...{ line: String(line), offset: String(found.length) },
        },
        read: readPage,
        isRepeatable: true,
        permission: `grant log:GetLogStoreLogs on acs:log:${regionId}:*:project/${project}/logstore/${logstore}`,
      };
      let page = await ask(operation);
      for (let asked = 1; page.isPart; asked += 1) {
        if (asked >= MOST_ASKED) throw page.incomplete();
        page = await ask(operation);
      }
      found.push(...page.records);
      if (page.records.length < line) break;
    }
    return found;
  };
}

interface Page {
  readonly records: readonly LogRecord[];
  /** Whether SLS had not searched all of it yet. */
  readonly isPart: boolean;
  readonly incomplete: () => Error;
}

function readPage({ json, headers, unreadable }: Answer): Page {
  if (!Array.isArray(json) || !json.every(isRecord)) throw unreadable();
  const incomplete = () =>
    unreadable(`SLS did not come to an end after ${MOST_ASKED} requests`, 'Incomplete');
  return { records: json, isPart: headers['x-log-progress'] === 'Incomplete', incomplete };
}

const isRecord = (value: unknown): value is LogRecord =>
  isObject(value) && Object.values(value).every((each) => typeof each === 'string');
