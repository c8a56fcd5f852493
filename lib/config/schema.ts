/**
 * The shape of `flow-logs.yaml`: one definition that validates, gives the types, and becomes the JSON Schema.
 * Names that refer to other parts of the file are checked in `references.ts`, and what of a flow log's entry goes together in
 * `entries.ts`.
 */
import * as v from 'valibot';
import { didYouMean } from '../text.ts';
import { byName, Duration, expected, hasKey, matching, object, oneOf, Status, text } from './shape.ts';
import {
  exceptionEnd,
  exceptionStart,
  isBefore,
  isDate,
  isLocalDateTime,
  isZone,
  parseDuration,
  parseTimeOfDay,
  RESOURCE_ID,
  WEEKDAYS,
} from './values.ts';
import { meantByAbbreviation } from './zone-names.ts';

const DAY_WORDS = ['daily', 'workdays', 'weekdays', 'holidays'] as const;
const DAYS = `a list of ${WEEKDAYS.join(', ')}, or one of ${DAY_WORDS.join(', ')}`;

const aZone = expected('an IANA time zone such as Asia/Shanghai');
const Zone = v.pipe(
  v.string(aZone),
  v.check(
    (name) => meantByAbbreviation(name) === null && isZone(name),
    (issue) => {
      const meant = meantByAbbreviation(issue.input);
      if (meant === null) return aZone(issue) + didYouMean(issue.input, Intl.supportedValuesOf('timeZone'));
      return `${issue.input} is an abbreviation and not the same everywhere; write the IANA name: ${meant}`;
    },
  ),
);
/** Longer ones only make each decision look at more occurrences. */
const UpToAYear = v.pipe(
  Duration,
  v.check((value) => (parseDuration(value) ?? 0) <= 366 * 86_400_000, expected('a length of 366d at most')),
);
const RegionId = matching('a region ID such as cn-hangzhou', /^(?!xn--)[a-z]{2}-[a-z0-9-]+$/);
const Name = matching('a name of letters, digits, - and _', /^[\w-]+$/);
const Reference = text('a name');
const AnyText = text('a text');
const ResourceId = (example: string) => matching(`an ID such as ${example}`, RESOURCE_ID);
const DateText = text('a date such as 2026-12-24', isDate);

const weekdayList = v.pipe(
  v.array(v.picklist(WEEKDAYS, withHint(`one of ${WEEKDAYS.join(', ')}`, weekdayHint)), expected(DAYS)),
  v.minLength(1, `expected at least one of ${WEEKDAYS.join(', ')}`),
);
const dayWord = v.picklist(DAY_WORDS, withHint(DAYS, dayWordHint));

function withHint(what: string, hint: (text: string) => string) {
  return (issue: { readonly input: unknown }) => `${expected(what)(issue)}${hint(String(issue.input))}`;
}

function weekdayHint(text: string): string {
  if (DAY_WORDS.some((word) => word === text)) return `; write days: ${text}, without a list`;
  const day = weekdayMeant(text);
  return day === undefined ? '' : `; did you mean "${day}"?`;
}

function dayWordHint(text: string): string {
  const day = weekdayMeant(text);
  return day === undefined ? didYouMean(text, DAY_WORDS) : `; did you mean [${day}]?`;
}

/** `Mon` for `mon`, `monday` and all that begins so and is one word. */
function weekdayMeant(text: string): string | undefined {
  return WEEKDAYS.find((day) => new RegExp(`^${day}[a-z]*$`, 'i').test(text));
}

const DaysWindow = v.pipe(
  object('a window such as { days: workdays, from: "08:00", to: "20:00" }', {
    days: oneOf((input) => (Array.isArray(input) ? weekdayList : dayWord), weekdayList, dayWord),
    from: text(
      'a local time "00:00" to "23:59", in quotes',
      (value) => (parseTimeOfDay(value) ?? 1440) < 1440,
    ),
    to: text('a local time "00:00" to "24:00", in quotes', (value) => parseTimeOfDay(value) !== null),
  }),
  // Reported even when `days` is wrong too.
  v.partialCheck(
    [['from'], ['to']],
    ({ from, to }) => from !== to,
    'from and to are the same; a whole day is from "00:00" to "24:00"',
  ),
);

const CronWindow = object('a window such as { cron: "0 * * * *", duration: 10m }', {
  cron: text('a cron expression of five fields such as "0 8 * * MON-FRI"'),
  duration: UpToAYear,
});

const isWhen = (value: string): boolean => isDate(value) || isLocalDateTime(value);
const When = text('a date such as 2026-12-28 or a local date and time such as 2026-12-31T18:00', isWhen);

const Exception = v.pipe(
  object('an exception such as { from: 2026-12-28, to: 2026-12-31, status: Active }', {
    from: When,
    to: When,
    status: Status,
    reason: v.optional(AnyText),
  }),
  v.partialCheck(
    [['from'], ['to']],
    ({ from, to }) => !isWhen(from) || !isWhen(to) || isBefore(exceptionStart(from), exceptionEnd(to)),
    'ends before it starts: from must lie before to (a date as `to` includes that whole day)',
  ),
);

const Schedule = object('a schedule with windows', {
  timezone: v.optional(Zone),
  calendar: v.optional(Reference),
  windows: v.array(
    oneOf((input) => (hasKey(input, 'cron', 'duration') ? CronWindow : DaysWindow), DaysWindow, CronWindow),
    expected('a list of windows'),
  ),
  exceptions: v.optional(v.array(Exception, expected('a list of exceptions'))),
  lead: v.optional(UpToAYear),
});

const CalendarDefinition = object('a calendar with holidays and workdays', {
  extends: v.optional(Reference),
  holidays: v.optional(v.array(DateText, expected('a list of dates such as 2026-12-24'))),
  workdays: v.optional(v.array(DateText, expected('a list of dates such as 2026-12-24'))),
});

const RecordToLogstore = object('the word stdout, or an object with regionId, project and logstore', {
  regionId: RegionId,
  project: matching('the name of an SLS project', /^(?!xn--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/),
  logstore: matching('the name of a Logstore', /^[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$/),
  record: v.optional(v.picklist(['changes', 'all'], expected('changes or all'))),
});
const recordToStdout = v.literal(
  'stdout',
  expected('the word stdout, or an object with regionId, project and logstore'),
);

/** Where results go. Exported since a run that cannot read the rest still records that it failed. */
export const RecordTo = oneOf(
  (input) => (typeof input === 'object' && input !== null ? RecordToLogstore : recordToStdout),
  recordToStdout,
  RecordToLogstore,
);

const CenId = ResourceId('cen-7qthudw0ll6jmcexample');
const VpcId = ResourceId('vpc-bp1nwd16gvo1wgsexample');
const Service = v.picklist(['cen', 'vpc'], expected('cen or vpc'));

const FlowLogEntry = object('a flow log with flowLogId, regionId and schedule', {
  flowLogId: ResourceId('flowlog-m5evbtbptexample1'),
  regionId: RegionId,
  service: v.optional(Service),
  cenId: v.optional(CenId),
  vpcId: v.optional(VpcId),
  schedule: Reference,
  account: v.optional(Reference),
});

const SelectorEntry = object(
  'an entry such as { select: { regionId: cn-beijing, tags: { env: dev } }, schedule: office-hours }',
  {
    select: object(
      'an object with regionId, and service, cenId, transitRouterId, vpcId, resourceId or tags',
      {
        regionId: RegionId,
        service: v.optional(Service),
        cenId: v.optional(CenId),
        transitRouterId: v.optional(ResourceId('tr-bp1exampleexample')),
        vpcId: v.optional(VpcId),
        resourceId: v.optional(ResourceId('vsw-bp1exampleexample')),
        tags: v.optional(byName('tags by key', AnyText, v.string(expected('a text, in quotes')))),
        all: v.optional(v.literal(true, expected('true, or no all'))),
      },
    ),
    schedule: Reference,
    account: v.optional(Reference),
  },
);

const selectWithId = v.never(
  'has both select and flowLogId; keep flowLogId for one flow log, or select for many',
);

const Account = object(
  'an account such as { roleArn: "acs:ram::1234567890123456:role/flow-log-scheduler" }',
  {
    roleArn: matching(
      'the ARN of a RAM role such as acs:ram::1234567890123456:role/flow-log-scheduler',
      /^acs:ram::\d+:role\/[\w.-]{1,64}$/,
    ),
    externalId: v.optional(AnyText),
  },
);

const wholeNumber = (what: string, min: number, max: number) =>
  v.pipe(
    v.number(expected(what)),
    v.integer(expected(what)),
    v.minValue(min, expected(what)),
    v.maxValue(max, expected(what)),
  );

const Limits = object('an object of limits', {
  concurrency: v.optional(wholeNumber('a whole number from 1 to 100', 1, 100), 8),
  settleTimeout: v.optional(Duration, '120s'),
  maxFlowLogs: v.optional(wholeNumber('a whole number from 1 to 100000', 1, 100_000), 500),
  maxOverride: v.optional(Duration, '7d'),
});

const amount = (what: string) => {
  const wanted = expected(`${what}, a number above 0`);
  return v.pipe(
    v.number(wanted),
    v.check((value) => value > 0 && Number.isFinite(value), wanted),
  );
};

/** Keys of `pricing` in older configs, whatever they hold. */
export const UNUSED_PRICING = ['gbPerActiveHour', 'basis'] as const;

const unused = v.optional(v.pipe(v.unknown(), v.description('not used any more')));

const Pricing = object('an object with currency and pricePerGB', {
  currency: matching('a currency code of three letters such as CNY', /^[A-Z]{3}$/),
  pricePerGB: amount('what a GB of flow log costs'),
  gbPerActiveHour: unused,
  basis: unused,
} satisfies Record<'currency' | 'pricePerGB' | (typeof UNUSED_PRICING)[number], unknown>);

export const ConfigFile = object('a document with timezone, recordTo, schedules and flowLogs', {
  $schema: v.optional(AnyText),
  timezone: Zone,
  recordTo: RecordTo,
  schedules: byName('schedules by name', Name, Schedule),
  calendars: v.optional(byName('calendars by name', Name, CalendarDefinition)),
  accounts: v.optional(byName('accounts by name', Name, Account)),
  flowLogs: v.pipe(
    v.array(
      oneOf(
        (input) => {
          if (!hasKey(input, 'select')) return FlowLogEntry;
          return hasKey(input, 'flowLogId') ? selectWithId : SelectorEntry;
        },
        FlowLogEntry,
        SelectorEntry,
      ),
      expected('a list of flow logs'),
    ),
    v.minLength(1, 'expected at least one flow log'),
  ),
  limits: v.optional(Limits, {}),
  pricing: v.optional(Pricing),
});

export type ConfigFile = v.InferOutput<typeof ConfigFile>;
export type ScheduleFile = v.InferOutput<typeof Schedule>;
