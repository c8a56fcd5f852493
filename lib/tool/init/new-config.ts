/** The text of a config for a new project. Pure. */

import type { Unlisted } from '../../reconcile/report.ts';
import { FUNCTION_COMPUTE_REGIONS } from '../deploy/regions.ts';
import { flowMapping } from './append.ts';
import { inOrder, toItem, usualProject } from './found.ts';

export interface NewConfig {
  /** IANA name of the machine's zone. */
  readonly machineZone: string;
  /** Path of the JSON Schema from the config's folder. */
  readonly schema: string;
  /** SLS project to record in, when it was named. */
  readonly project: string | null;
  /** Regions that were asked for, in their order. */
  readonly regionIds: readonly string[];
  /** ARNs of roles by account. */
  readonly accounts: ReadonlyMap<string, string>;
  readonly found: readonly Unlisted[];
  /** Why nothing was found, for a comment. */
  readonly whyNone: string;
}

export const SCHEDULE = 'office-hours';
/** Of the flow log in a config for which none was found. */
export const EXAMPLE_ID = 'flowlog-m5evbtbptexample1';

/** Whether it is of an example: this one, or those in the config of a clone. */
export const isExampleId = (flowLogId: string): boolean => /^flowlog-m5evbtbptexample[12]$/.test(flowLogId);
/** Of the records in a config that was made without flow logs. */
export const EXAMPLE_PROJECT = 'ops-audit';
const DEFAULT_ZONE = 'Asia/Shanghai';
export const DEFAULT_REGION = 'cn-hangzhou';
const DEFAULT_MAX_FLOW_LOGS = 500;

export function newConfig(wanted: NewConfig): string {
  const { schema, accounts, found } = wanted;
  const roles = Array.from(accounts, ([name, roleArn]) => `  ${name}: ${flowMapping({ roleArn })}\n`);
  return `# yaml-language-server: $schema=${schema}
# Which flow logs capture when. Check it with \`npx flow-logs validate\`, look at it with \`npx flow-logs preview\`.

${timezone(wanted.machineZone)}

${recordTo(wanted)}
schedules:
  ${SCHEDULE}: # all flow logs below are on it: change it, or name others here and put them on those
    windows:
      - { days: [Mon, Tue, Wed, Thu, Fri], from: "08:00", to: "20:00" }
  # china-workdays:
  #   calendar: china # built in: statutory holidays and make-up workdays
  #   windows: [{ days: workdays, from: "08:00", to: "20:00" }]
  # sampling:
  #   windows: [{ cron: "0 * * * *", duration: 10m }] # ten minutes of every hour
  # always:
  #   windows: [{ days: daily, from: "00:00", to: "24:00" }]
${roles.length === 0 ? '' : `\naccounts: # other accounts, by a role there that the function may assume\n${roles.join('')}`}
flowLogs:
${found.length === 0 ? example(wanted.whyNone) : entries(found)}${limits(found.length)}`;
}

function timezone(machineZone: string): string {
  const isPlace = machineZone.includes('/') && !machineZone.startsWith('Etc/');
  const [zone, why] = isPlace
    ? [machineZone, "this machine's"]
    : [DEFAULT_ZONE, `this machine's is ${machineZone}`];
  return `timezone: ${zone} # ${why}; IANA name, the zone of every schedule that names no other`;
}

function recordTo({ project, regionIds, found }: NewConfig): string {
  const usual = usualProject(found);
  const [firstRegion = usual?.regionId ?? DEFAULT_REGION] = regionIds;
  const [regionId, name, why] =
    project !== null
      ? [regionOf(project, found) ?? usual?.regionId ?? firstRegion, project, 'an SLS project of this region']
      : usual !== null
        ? [usual.regionId, usual.project, 'the SLS project of the flow logs']
        : [
            firstRegion,
            EXAMPLE_PROJECT,
            'which SLS project of this region shall have the records? Put its name here',
          ];
  return `recordTo: # where every result is recorded
  regionId: ${regionId} # ${whereItRuns(regionId)}
  project: ${name} # ${why}
  logstore: flow-log-scheduler # made by \`npx flow-logs deploy\`
`;
}

const whereItRuns = (regionId: string): string =>
  FUNCTION_COMPUTE_REGIONS.includes(regionId)
    ? 'the function runs here, too'
    : 'not the function: Function Compute is not available here; set REGION and FC_LOG_PROJECT in .env';

const regionOf = (project: string, found: readonly Unlisted[]): string | undefined =>
  found.find(({ account, flowLog }) => account === null && flowLog.logstore?.project === project)?.flowLog
    .regionId;

function entries(found: readonly Unlisted[]): string {
  const lines: string[] = [];
  let place = '';
  for (const each of inOrder(found)) {
    const { account, flowLog } = each;
    const here = account === null ? flowLog.regionId : `${flowLog.regionId}, account ${account}`;
    if (here !== place) lines.push(`${place === '' ? '' : '\n'}  # ---- ${here}`);
    place = here;
    const { value, comment } = toItem(each, SCHEDULE);
    lines.push(`  # ${comment}`, `  - ${flowMapping(value)}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

function example(why: string): string {
  const value = { flowLogId: EXAMPLE_ID, regionId: DEFAULT_REGION, schedule: SCHEDULE };
  return `  # An example, since ${why}. Put your own here: the IDs are in the CEN console, and with
  # credentials \`npx flow-logs init\` adds what it finds.
  - ${flowMapping(value)}
`;
}

function limits(count: number): string {
  if (count <= DEFAULT_MAX_FLOW_LOGS) return '';
  return `\nlimits:\n  maxFlowLogs: ${count} # with more than this a run touches nothing\n`;
}
