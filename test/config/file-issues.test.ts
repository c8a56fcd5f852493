import { describe, expect, it } from 'vitest';
import { configFile, issuesOf, OFFICE_HOURS, without } from '../support/config.ts';

const flowLog = { flowLogId: 'flowlog-1', regionId: 'cn-hangzhou', schedule: 'office-hours' };
const recordTo = { regionId: 'cn-hangzhou', project: 'ops-audit', logstore: 'flow-log-scheduler' };
const pricing = { currency: 'CNY', pricePerGB: 0.35 };
const withLimits = (limits: unknown) => configFile({ limits });
const roleArn = 'acs:ram::1234567890123456:role/flow-log-scheduler';
const withAccount = (account: unknown) => configFile({ accounts: { retail: account } });
const withSelect = (select: unknown, parts = {}) =>
  configFile({ flowLogs: [{ select, schedule: 'office-hours', ...parts }] });
const withFlowLog = (entry: unknown) => configFile({ flowLogs: [entry] });

const ZONE = 'an IANA time zone such as Asia/Shanghai';
const LENGTH = 'a positive length such as 90s, 10m, 2h, 1d or 1h30m';
const RECORD_TO = 'the word stdout, or an object with regionId, project and logstore';

describe('the one thing that is wrong with a config is told, with its path:', () => {
  it.each<[string, unknown, unknown]>([
    ['an empty file', ' \n', 'the file is empty; expected timezone, recordTo, schedules and flowLogs'],
    [
      'only comments',
      '# to do\n',
      'the file has comments only; expected timezone, recordTo, schedules and flowLogs',
    ],
    ['a text', 'hello', 'expected a document with timezone, recordTo, schedules and flowLogs, got "hello"'],
    ['a list', '[]', 'expected a document with timezone, recordTo, schedules and flowLogs, got []'],
    [
      'a key too many',
      configFile({ owner: 'x' }),
      expect.stringContaining('owner: unknown key; known keys: $schema, timezone, recordTo, '),
    ],
    ['a misspelled key', configFile({ limit: {} }), 'limit: unknown key; did you mean "limits"?'],
    [
      'a key in other letters',
      configFile({ TimeZone: 'UTC' }),
      'TimeZone: unknown key; did you mean "timezone"?',
    ],
    [
      'a key that is no word',
      configFile({ 'a b': 1 }),
      expect.stringContaining('["a b"]: unknown key; known keys: $schema, timezone, recordTo, '),
    ],
    ['no timezone', without(configFile(), 'timezone'), `timezone: missing; expected ${ZONE}`],
    [
      'a misspelled timezone',
      configFile({ timezone: 'Asia/Shangai' }),
      `timezone: expected ${ZONE}, got "Asia/Shangai"; did you mean "Asia/Shanghai"?`,
    ],
    [
      'an offset for a timezone',
      configFile({ timezone: '+08:00' }),
      `timezone: expected ${ZONE}, got "+08:00"`,
    ],
    ['no recordTo', without(configFile(), 'recordTo'), `recordTo: missing; expected ${RECORD_TO}`],
    [
      'another word for recordTo',
      configFile({ recordTo: 'stderr' }),
      `recordTo: expected ${RECORD_TO}, got "stderr"`,
    ],
    ['a list for recordTo', configFile({ recordTo: [] }), `recordTo: expected ${RECORD_TO}, got []`],
    [
      'recordTo without a Logstore',
      configFile({ recordTo: without(recordTo, 'logstore') }),
      'recordTo.logstore: missing; expected the name of a Logstore',
    ],
    [
      'recordTo with a project that no host can be named after',
      configFile({ recordTo: { ...recordTo, project: 'xn--a' } }),
      'recordTo.project: expected the name of an SLS project, got "xn--a"',
    ],
    [
      'recordTo with a project that is none',
      configFile({ recordTo: { ...recordTo, project: 'Ops' } }),
      'recordTo.project: expected the name of an SLS project, got "Ops"',
    ],
    [
      'recordTo with an unknown record',
      configFile({ recordTo: { ...recordTo, record: 'some' } }),
      'recordTo.record: expected changes or all, got "some"',
    ],
    ['a list of calendars', configFile({ calendars: [] }), 'calendars: expected calendars by name, got []'],
    [
      'an impossible holiday',
      configFile({ calendars: { plant: { holidays: ['2026-12-24', '2026-02-30'] } } }),
      'calendars.plant.holidays[1]: expected a date such as 2026-12-24, got "2026-02-30"',
    ],
    [
      'an impossible workday',
      configFile({ calendars: { plant: { workdays: [20261224] } } }),
      'calendars.plant.workdays[0]: expected a date such as 2026-12-24, got 20261224',
    ],
    [
      'one workday for a list',
      configFile({ calendars: { plant: { workdays: '2026-12-24' } } }),
      'calendars.plant.workdays: expected a list of dates such as 2026-12-24, got "2026-12-24"',
    ],
    ['no flow log', configFile({ flowLogs: [] }), 'flowLogs: expected at least one flow log'],
    ['flow logs by name', configFile({ flowLogs: {} }), 'flowLogs: expected a list of flow logs, got {}'],
    [
      'a flow log that is none',
      withFlowLog('flowlog-1'),
      'flowLogs[0]: expected a flow log with flowLogId, regionId and schedule, got "flowlog-1"',
    ],
    [
      'a flow log without its ID',
      withFlowLog(without(flowLog, 'flowLogId')),
      'flowLogs[0].flowLogId: missing; expected an ID such as flowlog-m5evbtbptexample1',
    ],
    [
      'a flow log with a strange ID',
      withFlowLog({ ...flowLog, flowLogId: 'flowlog 1' }),
      'flowLogs[0].flowLogId: expected an ID such as flowlog-m5evbtbptexample1, got "flowlog 1"',
    ],
    [
      'a flow log without a region',
      withFlowLog(without(flowLog, 'regionId')),
      'flowLogs[0].regionId: missing; expected a region ID such as cn-hangzhou',
    ],
    [
      'a region by its name',
      withFlowLog({ ...flowLog, regionId: 'Hangzhou' }),
      'flowLogs[0].regionId: expected a region ID such as cn-hangzhou, got "Hangzhou"',
    ],
    [
      'a CEN that is none',
      withFlowLog({ ...flowLog, cenId: '' }),
      'flowLogs[0].cenId: expected an ID such as cen-7qthudw0ll6jmcexample, got ""',
    ],
    [
      'a flow log without a schedule',
      withFlowLog(without(flowLog, 'schedule')),
      'flowLogs[0].schedule: missing; expected a name',
    ],
    [
      'a misspelled key of a flow log',
      withFlowLog({ ...flowLog, cenID: 'cen-1' }),
      'flowLogs[0].cenID: unknown key; did you mean "cenId"?',
    ],
    ['a list of limits', withLimits([]), 'limits: expected an object of limits, got []'],
    [
      'too little concurrency',
      withLimits({ concurrency: 0 }),
      'limits.concurrency: expected a whole number from 1 to 100, got 0',
    ],
    [
      'too much concurrency',
      withLimits({ concurrency: 101 }),
      'limits.concurrency: expected a whole number from 1 to 100, got 101',
    ],
    [
      'a limit that is no number',
      withLimits({ concurrency: '8' }),
      'limits.concurrency: expected a whole number from 1 to 100, got "8"',
    ],
    [
      'half a flow log',
      withLimits({ maxFlowLogs: 1.5 }),
      'limits.maxFlowLogs: expected a whole number from 1 to 100000, got 1.5',
    ],
    [
      'a settleTimeout without unit',
      withLimits({ settleTimeout: 120 }),
      `limits.settleTimeout: expected ${LENGTH}, got 120`,
    ],
    [
      'a maxOverride in weeks',
      withLimits({ maxOverride: '1w' }),
      `limits.maxOverride: expected ${LENGTH}, got "1w"`,
    ],
    [
      'an unknown limit',
      withLimits({ maxFlowLog: 5 }),
      'limits.maxFlowLog: unknown key; did you mean "maxFlowLogs"?',
    ],
    [
      'a key that JavaScript reserves',
      configFile({ constructor: {} }),
      'constructor: "constructor" cannot be a key or a name here; take another',
    ],
    [
      'a schedule of a reserved name',
      configFile({ schedules: { 'office-hours': OFFICE_HOURS, prototype: OFFICE_HOURS } }),
      'schedules.prototype: "prototype" cannot be a key or a name here; take another',
    ],
    [
      'a reserved key deep down',
      withFlowLog({ ...flowLog, constructor: 1 }),
      'flowLogs[0].constructor: "constructor" cannot be a key or a name here; take another',
    ],
    [
      "a schedule's name",
      configFile({ schedules: { 'office-hours': OFFICE_HOURS, 'a b': OFFICE_HOURS } }),
      'schedules["a b"]: expected a name of letters, digits, - and _, got "a b"',
    ],
    [
      'pricing without its parts',
      configFile({ pricing: without(pricing, 'pricePerGB') }),
      'pricing.pricePerGB: missing; expected what a GB of flow log costs, a number above 0',
    ],
    [
      'a currency by its sign',
      configFile({ pricing: { ...pricing, currency: '¥' } }),
      'pricing.currency: expected a currency code of three letters such as CNY, got "¥"',
    ],
    [
      'a price of nothing',
      configFile({ pricing: { ...pricing, pricePerGB: 0 } }),
      'pricing.pricePerGB: expected what a GB of flow log costs, a number above 0, got 0',
    ],
    [
      'an endless price',
      JSON.stringify(configFile({ pricing: { pricePerGB: 7, currency: 'CNY' } })).replace(':7,', ': .inf,'),
      'pricing.pricePerGB: expected what a GB of flow log costs, a number above 0, got null',
    ],
    ['a list of accounts', configFile({ accounts: [] }), 'accounts: expected accounts by name, got []'],
    [
      'an account that is none',
      withAccount(roleArn),
      `accounts.retail: expected an account such as { roleArn: "${roleArn}" }, got "acs:ram::1234567890123456:role/flow-log-scheduler"`,
    ],
    [
      'a role by its name',
      withAccount({ roleArn: 'flow-log-scheduler' }),
      `accounts.retail.roleArn: expected the ARN of a RAM role such as ${roleArn}, got "flow-log-scheduler"`,
    ],
    [
      'an external ID that is empty',
      withAccount({ roleArn, externalId: '' }),
      'accounts.retail.externalId: expected a text, got ""',
    ],
    [
      'a selector that is none',
      withSelect('all'),
      'flowLogs[0].select: expected an object with regionId, and service, cenId, transitRouterId, vpcId, resourceId or tags, got "all"',
    ],
    [
      'an ID that is neither',
      withFlowLog({ ...flowLog, flowLogId: 'log-1' }),
      'flowLogs[0].flowLogId: "log-1" is neither a flow log of CEN (flowlog-…) nor of VPC (fl-…); correct it, or add service: cen or service: vpc',
    ],
    [
      'a service that is none',
      withFlowLog({ ...flowLog, service: 'ecr' }),
      'flowLogs[0].service: expected cen or vpc, got "ecr"',
    ],
    [
      "VPC's flow log with a CEN",
      withFlowLog({ ...flowLog, flowLogId: 'fl-1', cenId: 'cen-1' }),
      'flowLogs[0].cenId: belongs to a flow log of CEN, and "fl-1" is not; remove it',
    ],
    [
      "CEN's flow log with a VPC",
      withFlowLog({ ...flowLog, vpcId: 'vpc-1' }),
      'flowLogs[0].vpcId: belongs to a flow log of VPC, and "flowlog-1" is not; remove it',
    ],
    [
      'a service by word with a key of the other',
      withFlowLog({ ...flowLog, service: 'vpc', cenId: 'cen-1' }),
      'flowLogs[0].cenId: belongs to a flow log of CEN, and "flowlog-1" is not; remove it',
    ],
    [
      'a VPC that is none',
      withFlowLog({ ...flowLog, flowLogId: 'fl-1', vpcId: 'vpc 1' }),
      'flowLogs[0].vpcId: expected an ID such as vpc-bp1nwd16gvo1wgsexample, got "vpc 1"',
    ],
    [
      'a selector by VPC without service',
      withSelect({ regionId: 'cn-beijing', vpcId: 'vpc-2ze' }),
      'flowLogs[0].select.vpcId: belongs to a flow log of VPC; add service: vpc, or remove it',
    ],
    [
      'a selector by resource without service',
      withSelect({ regionId: 'cn-beijing', resourceId: 'vsw-1' }),
      'flowLogs[0].select.resourceId: belongs to a flow log of VPC; add service: vpc, or remove it',
    ],
    [
      "a selector of VPC's by CEN",
      withSelect({ regionId: 'cn-beijing', service: 'vpc', cenId: 'cen-1' }),
      'flowLogs[0].select.cenId: belongs to a flow log of CEN, and service is "vpc"; correct one of the two',
    ],
    [
      "a selector of VPC's by transit router",
      withSelect({ regionId: 'cn-beijing', service: 'vpc', transitRouterId: 'tr-1' }),
      'flowLogs[0].select.transitRouterId: belongs to a flow log of CEN, and service is "vpc"; correct one of the two',
    ],
    [
      "a selector of CEN's by VPC",
      withSelect({ regionId: 'cn-beijing', service: 'cen', vpcId: 'vpc-1' }),
      'flowLogs[0].select.vpcId: belongs to a flow log of VPC, and service is "cen"; correct one of the two',
    ],
    [
      'a selector of a service that is none',
      withSelect({ regionId: 'cn-beijing', service: 'VPC', vpcId: 'vpc-1' }),
      'flowLogs[0].select.service: expected cen or vpc, got "VPC"',
    ],
    [
      "a selector of all of VPC's that is narrower too",
      withSelect({ regionId: 'cn-beijing', service: 'vpc', all: true, vpcId: 'vpc-1' }),
      'flowLogs[0].select.all: means every flow log of the region; remove it, or what narrows the select down',
    ],
    [
      'a selector without a region',
      withSelect({ tags: { env: 'dev' } }),
      'flowLogs[0].select.regionId: missing; expected a region ID such as cn-hangzhou',
    ],
    [
      'a selector with a list of tags',
      withSelect({ regionId: 'cn-beijing', tags: [] }),
      'flowLogs[0].select.tags: expected tags by key, got []',
    ],
    [
      'a selector with a tag that is no text',
      withSelect({ regionId: 'cn-beijing', tags: { env: 1 } }),
      'flowLogs[0].select.tags.env: expected a text, in quotes, got 1',
    ],
    [
      'a selector with an ID',
      withSelect({ regionId: 'cn-beijing' }, { flowLogId: 'flowlog-1', regionId: 'cn-beijing' }),
      'flowLogs[0]: has both select and flowLogId; keep flowLogId for one flow log, or select for many',
    ],
    [
      'a selector of all that is narrower too',
      withSelect({ regionId: 'cn-beijing', all: true, tags: { env: 'dev' } }),
      'flowLogs[0].select.all: means every flow log of the region; remove it, or what narrows the select down',
    ],
    [
      'a selector of all that says no',
      withSelect({ regionId: 'cn-beijing', all: false }),
      'flowLogs[0].select.all: expected true, or no all, got false',
    ],
    [
      'an abbreviation for a timezone',
      configFile({ timezone: 'CST' }),
      'timezone: CST is an abbreviation and not the same everywhere; write the IANA name: Asia/Shanghai (China) or America/Chicago (United States)',
    ],
    [
      'a selector with an unknown schedule',
      withSelect({ regionId: 'cn-beijing' }, { schedule: 'offise-hours' }),
      'flowLogs[0].schedule: no schedule named "offise-hours"; did you mean "office-hours"?',
    ],
    [
      'a selector with an unknown account',
      withSelect({ regionId: 'cn-beijing' }, { account: 'retail' }),
      'flowLogs[0].account: no account named "retail"; known: none',
    ],
  ])('%s', (_, file, issue) => {
    expect(issuesOf(file)).toEqual([issue]);
  });
});
