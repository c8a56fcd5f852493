/** What doctor found out about each assumption that reading can settle. */
import { type JsonObject, objectAt, objectsAt } from '../../../json.ts';
import { type Asked, describe, isDenied, isRefused } from '../asked.ts';
import { READABLE, type ReadableId } from '../assumptions.ts';
import { about, type Line, many, saw, skip } from '../line.ts';
import { isEmulated, type Observations, type Probes } from '../observations.ts';
import { isNoProject } from './logstore.ts';
import { TESTED_NODE } from './versions.ts';

interface Sighting {
  readonly seen: string;
  readonly isAsAssumed: boolean;
}

/** A text says why nothing could be found out. */
type Look = (seen: Observations) => Sighting | string;

const OF_EMULATOR = 'other than assumed, but it was an emulator that answered, which settles nothing';
const NO_LISTING = 'no flow logs could be listed';
const NO_FLOW_LOG = 'there is no flow log to look at';

const STATUSES: ReadonlySet<string> = new Set(['Active', 'Inactive', 'Modifying', 'Creating', 'Deleting']);

export function checkAssumptions(seen: Observations): readonly Line[] {
  return READABLE.map(({ id, title, consequence, settle }) => {
    const subject = about('assumption', id);
    const sighting = LOOKS[id](seen);
    if (typeof sighting === 'string') return skip(subject, sighting, `not settled: ${settle}`);
    if (sighting.isAsAssumed) return saw(subject, `${sighting.seen}, as assumed`, null);
    if (isEmulated(seen)) return saw(subject, sighting.seen, OF_EMULATOR);
    return saw(subject, sighting.seen, `other than assumed: ${title} ${consequence} Please report it`);
  });
}

const LOOKS: Readonly<Record<ReadableId, Look>> = {
  'all-regions': probing(({ withoutRegion, regionId }, seen) => {
    if (!withoutRegion.ok) return refusal(withoutRegion);
    const { total, regionIds } = withoutRegion.value;
    const sizes = sizesBeside(regionId, seen);
    const known = sizes.reduce((sum, size) => sum + size, 0);
    const proof = sizes.filter((size) => size > 0).length > 1 ? '' : ', which proves little';
    return {
      seen:
        `without RegionId TotalCount is ${total} and the first page is from ${regionIds.join(', ') || 'no region'}; ` +
        `${many(sizes.length, 'region')} of the config had ${known} in all${proof}`,
      isAsAssumed: Number(total) >= known,
    };
  }),

  'page-size': probing(({ pageSizes }) => {
    if (pageSizes.every(({ answer }) => !answer.ok && isDenied(answer.trouble))) return 'not allowed';
    const [fifty, hundred] = pageSizes;
    return {
      seen: pageSizes
        .map(
          ({ asked, answer }) => `${asked}: ${answer.ok ? `PageSize ${answer.value}` : answer.trouble.code}`,
        )
        .join('; '),
      isAsAssumed:
        fifty?.answer.ok === true &&
        fifty.answer.value === '50' &&
        !(hundred?.answer.ok && hundred.answer.value === '100'),
    };
  }),

  'total-count': ({ answers }) => {
    if (answers.length === 0) return NO_LISTING;
    const types = distinct(answers.map(({ TotalCount }) => typeof TotalCount));
    return { seen: types.join(' and '), isAsAssumed: types.join() === 'string' };
  },

  interval: (seen) => {
    const flowLogs = flowLogsOf(seen);
    if (flowLogs.length === 0) return NO_FLOW_LOG;
    const values = distinct(flowLogs.map(({ Interval }) => `${typeof Interval} ${String(Interval)}`));
    return {
      seen: values.join(', '),
      isAsAssumed: values.every((value) => value === 'number 60' || value === 'number 600'),
    };
  },

  'listed-fields': (seen) => {
    const flowLogs = flowLogsOf(seen);
    if (flowLogs.length === 0) return NO_FLOW_LOG;
    const withCen = flowLogs.filter(({ CenId }) => typeof CenId === 'string' && CenId !== '').length;
    const withTags = flowLogs.filter(({ Tags }) => Array.isArray(objectAt(Tags).Tag)).length;
    return {
      seen: `of ${many(flowLogs.length, 'flow log')} ${withCen} with CenId, ${withTags} with a list of Tags`,
      isAsAssumed: withCen === flowLogs.length && withTags === flowLogs.length,
    };
  },

  'status-words': (seen) => {
    const words = distinct(flowLogsOf(seen).map(({ Status }) => String(Status)));
    if (words.length === 0) return NO_FLOW_LOG;
    return { seen: words.join(', '), isAsAssumed: words.every((word) => STATUSES.has(word)) };
  },

  'tag-type': probing(({ tagged }) => {
    if (tagged === null) return NO_FLOW_LOG;
    if (!tagged.ok) return refusal(tagged);
    const types = tagged.value;
    return {
      seen:
        types.length === 0
          ? 'Flowlog is taken; the flow log has no tags'
          : `Flowlog is taken, and comes back as ${types.join(', ')}`,
      isAsAssumed: types.every((type) => type.toLowerCase() === 'flowlog'),
    };
  }),

  'missing-names': ({ logstore }) => {
    if (logstore === null) return 'SLS was not asked';
    const codes = [logstore.missingProject, logstore.missingLogstore].map((asked) =>
      asked.ok ? 'an answer' : asked.trouble.code,
    );
    const wanted = ['ProjectNotExist', 'LogStoreNotExist'];
    const own = logstore.logstore;
    if (!own.ok && isNoProject(own.trouble)) return 'the project of recordTo does not exist';
    const isUnsettled = [logstore.missingProject, logstore.missingLogstore].every(
      (asked) => !asked.ok && (!isRefused(asked.trouble) || isDenied(asked.trouble)),
    );
    if (isUnsettled) return `not known: ${codes.join(', ')}`;
    return {
      seen: `project: ${codes[0]}, Logstore: ${codes[1]}`,
      isAsAssumed: codes.join() === wanted.join(),
    };
  },

  'index-shape': ({ logstore }) => {
    if (logstore === null || !logstore.index.ok) return 'no index could be read';
    const names = Object.keys(logstore.index.value);
    return {
      seen: names.join(', '),
      isAsAssumed: ['keys', 'line', 'max_text_len'].every((name) => names.includes(name)),
    };
  },

  'response-times': ({ exchanges, accounts }) => {
    const times = exchanges.flatMap(({ action, elapsedMs }) => (action === null ? [] : [elapsedMs]));
    const [median, slowest] = [quantile(times, 0.5), quantile(times, 1)];
    if (median === null || slowest === null) return 'nothing answered';
    const late = accounts
      .flatMap(({ identity, listings }) => [identity, ...listings.map(({ flowLogs }) => flowLogs)])
      .filter((asked) => !asked.ok && asked.trouble.code === 'RequestTimeout').length;
    return {
      seen: `${many(times.length, 'call')}: median ${Math.round(median)} ms, slowest ${Math.round(slowest)} ms, ${late} unanswered in time`,
      isAsAssumed: late === 0,
    };
  },

  'trigger-config': ({ function: deployed }) => {
    if (typeof deployed === 'string') return 'no function was asked about';
    if (!deployed.triggers.ok) return describe(deployed.triggers.trouble);
    const timers = deployed.triggers.value.filter(({ type }) => type === 'timer');
    if (timers.length === 0) return 'the function has no timer';
    const shapes = distinct(timers.map(({ config }) => shapeOf(config)));
    return {
      seen: shapes.join('; '),
      isAsAssumed: shapes.every((shape) => /^text with .*\bcronExpression\b/.test(shape)),
    };
  },

  'node-version': ({ function: seen }) => {
    if (typeof seen === 'string') return 'no function was asked about';
    const { deployed, status } = seen;
    if (!deployed.ok) return describe(deployed.trouble);
    if (deployed.value.runtime !== 'nodejs20')
      return `its runtime is ${deployed.value.runtime ?? 'not known'}`;
    if (status === null) return 'the function was not invoked';
    if (!status.ok) return describe(status.trouble);
    const nodeVersion = status.value.runtime?.nodeVersion;
    if (nodeVersion === undefined) return 'its answer does not say';
    return { seen: nodeVersion, isAsAssumed: nodeVersion === TESTED_NODE };
  },
};

function probing(look: (probes: Probes, seen: Observations) => Sighting | string): Look {
  return (seen) => (seen.probes === null ? NO_LISTING : look(seen.probes, seen));
}

/** Not being allowed to ask settles nothing; any other refusal is an answer. */
function refusal({ trouble }: Extract<Asked<unknown>, { ok: false }>): Sighting | string {
  if (!isRefused(trouble) || isDenied(trouble)) return describe(trouble);
  return { seen: describe(trouble), isAsAssumed: false };
}

/** How many flow logs each region has that was listed for the account that was asked about this one. */
function sizesBeside(regionId: string, { accounts }: Observations): readonly number[] {
  const asked = accounts.find(({ listings }) =>
    listings.some(
      (listing) => listing.service === 'cen' && listing.regionId === regionId && listing.flowLogs.ok,
    ),
  );
  return (asked?.listings ?? []).flatMap(({ service, flowLogs }) =>
    service === 'cen' && flowLogs.ok ? [flowLogs.value.size] : [],
  );
}

const flowLogsOf = ({ answers }: Observations): readonly JsonObject[] =>
  answers.flatMap(({ FlowLogs }) => objectsAt(objectAt(FlowLogs).FlowLog));

function shapeOf(config: unknown): string {
  if (typeof config !== 'string') return `no text: ${typeof config}`;
  try {
    return `text with ${Object.keys(objectAt(JSON.parse(config))).join(', ')}`;
  } catch {
    return 'text that is no JSON';
  }
}

function quantile(numbers: readonly number[], part: number): number | null {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? null;
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();
