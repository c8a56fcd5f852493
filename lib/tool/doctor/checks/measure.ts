/** Whether the person who runs the tool may read what `report` and `what-if` rest on. The function needs none of it. */
import { type Advised, advise } from '../../../cloud/advice.ts';
import type { CloudError } from '../../../reconcile/cloud-error.ts';
import { formatDuration } from '../../../text.ts';
import { type Asked, describe } from '../asked.ts';
import { type About, about, type Line, many, ok, skip, warn } from '../line.ts';
import type { Observations, RunsSeen } from '../observations.ts';

const OPERATOR = '`npx flow-logs policy --operator` prints what whoever runs report and what-if needs';

export function checkMeasures(seen: Observations): readonly Line[] {
  const {
    config: { config },
    measure,
  } = seen;
  if (config === null || measure === null) return [];
  const { runs, logstore } = measure;
  const { recordTo } = config;
  const lines: Line[] = [];
  if (runs !== null && recordTo.kind === 'sls') {
    const { regionId, project, logstore: name } = recordTo;
    const resource = `acs:log:${regionId}:*:project/${project}/logstore/${name}`;
    const subject = `${project}/${name}`;
    lines.push(
      runs.ok
        ? checkRuns(about('records', subject), runs.value, seen)
        : unread('records', subject, runs.trouble, `log:GetLogStoreLogs on ${resource}`, 'SLS_ENDPOINT'),
    );
  }
  if (logstore === null) {
    const toDo = 'see flow-log: one that is listed with its Logstore is needed';
    return [...lines, skip(about('traffic'), 'not asked, since no Logstore of a flow log is known', toDo)];
  }
  const { name, bytes, meteringMode } = logstore;
  const gigabytes = (count: number) => `${(count / 2 ** 30).toFixed(2)} GB received in the last hour`;
  return [
    ...lines,
    lineOf('traffic', name, bytes, gigabytes, 'cms:QueryMetricList on *', 'CMS_ENDPOINT'),
    lineOf(
      'charging-mode',
      name,
      meteringMode,
      (mode) => mode,
      'log:GetLogStoreMeteringMode on *',
      'SLS_ENDPOINT',
    ),
  ];
}

/** Calls by hand leave records too: only the timer's own show that it fires. */
function checkRuns(
  subject: About,
  { all, byTimer, stretchMs }: RunsSeen,
  { at, function: deployed }: Observations,
): Line {
  const last = `in the last ${formatDuration(stretchMs)}`;
  const runs = all === 100 ? '100 runs or more' : many(all, 'run');
  if (byTimer > 0) return ok(subject, `${runs} recorded ${last}, ${byTimer} of them by the timer`);
  const found =
    all === 0 ? `no run was recorded ${last}` : `none of ${runs} recorded ${last} is by the timer`;
  const deployedAt = deployedAtOf(deployed);
  const age = deployedAt === null ? null : at - deployedAt;
  const again = (ms: number) => `look again in ${many(Math.max(1, Math.ceil(ms / MINUTE_MS)), 'minute')}`;
  if (age !== null && age < stretchMs) {
    const ago = many(Math.max(0, Math.floor(age / MINUTE_MS)), 'minute');
    return skip(subject, `${found}, and the function was deployed ${ago} ago`, again(stretchMs - age));
  }
  const justNow = age === null ? `; if it was deployed just now, ${again(stretchMs)}` : '';
  return warn(
    subject,
    found,
    `look at the function's timer trigger, which may be missing, disabled or refused, and at the function's own log${justNow}`,
  );
}

const MINUTE_MS = 60_000;

/** Milliseconds since the epoch; null when Function Compute does not say. */
function deployedAtOf(deployed: Observations['function']): number | null {
  if (typeof deployed === 'string' || !deployed.deployed.ok) return null;
  const { lastModifiedTime } = deployed.deployed.value.settings;
  const instant = typeof lastModifiedTime === 'string' ? Date.parse(lastModifiedTime) : Number.NaN;
  return Number.isNaN(instant) ? null : instant;
}

function lineOf<Value>(
  check: string,
  subject: string,
  asked: Asked<Value>,
  found: (value: Value) => string,
  action: string,
  variable: string,
): Line {
  if (asked.ok) return ok(about(check, subject), found(asked.value));
  return unread(check, subject, asked.trouble, action, variable);
}

function unread(check: string, subject: string, trouble: CloudError, action: string, variable: string): Line {
  const advised: Advised = {
    permission: `these credentials need ${action} for report and what-if; the function does not. ${OPERATOR}`,
    variable,
    otherwise: 'report and what-if leave out what this would tell',
  };
  return warn(about(check, subject), describe(trouble), advise(trouble, advised));
}
