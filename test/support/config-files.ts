import fc from 'fast-check';

/** Config files that validate, and files that are a little off. */

const name = fc.stringMatching(/^[a-z][\w-]{0,8}$/).filter((text) => text !== 'china');
const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,12}$/);
const zone = fc.constantFrom('Asia/Shanghai', 'America/New_York', 'UTC', 'Europe/Berlin');
const length = fc.constantFrom('90s', '10m', '2h', '1d', '1h30m');
const regionId = fc.constantFrom('cn-hangzhou', 'cn-shanghai', 'us-west-1', 'ap-southeast-1');
const date = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((value) => value.toISOString().slice(0, 10));
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));

const days = fc.oneof(
  fc.constantFrom('daily', 'workdays', 'holidays'),
  fc.array(fc.constantFrom('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'), { minLength: 1, maxLength: 7 }),
);
const daysWindow = fc
  .record({ days, from: time, to: fc.oneof(time, fc.constant('24:00')) })
  .filter(({ from, to }) => from !== to);
const cronWindow = fc.record({ cron: fc.constantFrom('0 * * * *', '*/5 8 * * MON-FRI'), duration: length });

const exception = fc
  .record(
    {
      from: fc.tuple(date, fc.option(time)),
      to: fc.tuple(date, fc.option(time)),
      status: fc.constantFrom('Active', 'Inactive'),
      reason: fc.constantFrom('quarter close', 'maintenance'),
    },
    { requiredKeys: ['from', 'to', 'status'] },
  )
  .map(({ from, to, ...rest }) => {
    const written = ([day, clock]: readonly [string, string | null]) =>
      clock === null ? day : `${day}T${clock}`;
    return { from: written(from), to: written(to), ...rest };
  })
  .filter(({ from, to }) => from.slice(0, 10) < to.slice(0, 10));

const recordTo = fc.oneof(
  fc.constant('stdout'),
  fc.record(
    {
      regionId,
      project: fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,20}[a-z0-9]$/),
      logstore: fc.stringMatching(/^[a-z0-9][a-z0-9_-]{1,20}[a-z0-9]$/),
      record: fc.constantFrom('changes', 'all'),
    },
    { requiredKeys: ['regionId', 'project', 'logstore'] },
  ),
);

const limits = fc.record(
  {
    concurrency: fc.integer({ min: 1, max: 100 }),
    settleTimeout: length,
    maxFlowLogs: fc.integer({ min: 3, max: 100_000 }),
    maxOverride: length,
  },
  { requiredKeys: [] },
);

const amount = fc.double({ min: 0.001, max: 1_000, noNaN: true });
const pricing = fc.record(
  { currency: fc.constantFrom('CNY', 'USD'), pricePerGB: amount, gbPerActiveHour: amount, basis: id },
  { requiredKeys: ['currency', 'pricePerGB'] },
);

const calendar = fc.record(
  { extends: fc.constant('china'), holidays: fc.array(date), workdays: fc.array(date) },
  { requiredKeys: [] },
);

const account = fc.record(
  {
    roleArn: fc.constant('acs:ram::1234567890123456:role/flow-log-scheduler'),
    externalId: fc.constant('shared'),
  },
  { requiredKeys: ['roleArn'] },
);

/** Every key that there is, with every kind of value that it takes. */
export const validFile: fc.Arbitrary<Record<string, unknown>> = fc
  .uniqueArray(name, { minLength: 2, maxLength: 4 })
  .chain(([calendarName = '', ...schedules]) => {
    const schedule = fc.record(
      {
        timezone: zone,
        calendar: fc.constantFrom('china', calendarName),
        windows: fc.array(fc.oneof(daysWindow, cronWindow), { maxLength: 3 }),
        exceptions: fc.array(exception, { maxLength: 2 }),
        lead: length,
      },
      { requiredKeys: ['windows'] },
    );
    const common = { regionId, schedule: fc.constantFrom(...schedules), account: fc.constant('retail') };
    const required = ['flowLogId', 'regionId', 'schedule'] as const;
    const cen = fc.record(
      { ...common, flowLogId: id.map((text) => `flowlog-${text}`), service: fc.constant('cen'), cenId: id },
      { requiredKeys: [...required] },
    );
    const vpc = fc.record(
      { ...common, flowLogId: id.map((text) => `fl-${text}`), service: fc.constant('vpc'), vpcId: id },
      { requiredKeys: [...required] },
    );
    const other = fc.record(
      { ...common, flowLogId: id, service: fc.constantFrom('cen', 'vpc') },
      { requiredKeys: [...required, 'service'] },
    );
    const flowLog = fc.oneof(cen, vpc, other);
    const tags = fc.dictionary(name, fc.string());
    const selector = fc.record(
      {
        select: fc.oneof(
          fc.record(
            { regionId, service: fc.constant('cen'), cenId: id, transitRouterId: id, tags },
            { requiredKeys: ['regionId'] },
          ),
          fc.record(
            { regionId, service: fc.constant('vpc'), vpcId: id, resourceId: id, tags },
            { requiredKeys: ['regionId', 'service'] },
          ),
        ),
        schedule: fc.constantFrom(...schedules),
        account: fc.constant('retail'),
      },
      { requiredKeys: ['select', 'schedule'] },
    );
    return fc.record(
      {
        $schema: fc.constant('./flow-logs.schema.json'),
        timezone: zone,
        recordTo,
        schedules: fc.record(Object.fromEntries(schedules.map((each) => [each, schedule]))),
        calendars: fc.constant(calendarName).chain((each) => fc.record({ [each]: calendar })),
        accounts: fc.record({ retail: account }),
        flowLogs: fc.array(fc.oneof(flowLog, selector), { minLength: 1, maxLength: 3 }),
        limits,
        pricing,
      },
      { requiredKeys: ['timezone', 'recordTo', 'schedules', 'calendars', 'accounts', 'flowLogs'] },
    );
  });

const oddValue = fc.constantFrom<unknown[]>(
  null,
  true,
  0,
  -1,
  1.5,
  1e9,
  '',
  ' ',
  'x',
  'stdout',
  '10m',
  '08:00',
  '2026-12-28',
  [],
  ['Mon'],
  {},
  { x: 1 },
);

/** {@link validFile} with one node at any depth replaced, removed or added; some still validate. */
export const changedFile: fc.Arbitrary<Record<string, unknown>> = fc
  .tuple(validFile, fc.nat(), fc.constantFrom('replace', 'remove', 'add'), oddValue)
  .map(([file, choice, change, value]) => {
    const copy = structuredClone(file);
    const places = placesIn(copy);
    const place = places[choice % places.length];
    if (place === undefined) return copy;
    const [node, key] = place;
    if (change === 'replace') node[key] = value;
    else if (change === 'add') node[`${key}x`] = value;
    else if (Array.isArray(node)) node.splice(Number(key), 1);
    else delete node[key];
    return copy;
  });

type Place = readonly [node: Record<string, unknown>, key: string];

function placesIn(node: unknown): readonly Place[] {
  if (typeof node !== 'object' || node === null) return [];
  const own = node as Record<string, unknown>;
  return Object.keys(own).flatMap((key): Place[] => [[own, key], ...placesIn(own[key])]);
}
