/** The one function that a rendered `s.yaml` deploys. Pure. */
import { resolve } from 'node:path';
import { isObject, type JsonObject, objectAt, objectsAt } from '../../json.ts';
import { longestGapMs } from '../doctor/checks/timer.ts';
import { type RoleName, readRole } from '../role-arn.ts';
import { CannotDeploy } from './cannot-deploy.ts';
import { FUNCTION_COMPUTE_REGIONS } from './regions.ts';

export interface Target {
  readonly functionName: string;
  readonly regionId: string;
  readonly role: RoleName;
  /** Of the function's own log. */
  readonly log: { readonly project: string; readonly logstore: string };
  /** Absolute path of the folder that is deployed. */
  readonly codeDirectory: string;
  /** What is run before a deployment, each in its folder. */
  readonly steps: readonly Step[];
  /** Whether these are all of its actions, so that Serverless Devs need not repeat them. */
  readonly isAllSteps: boolean;
  /** What is sent for the function itself: no region, code, triggers nor asynchronous settings. */
  readonly settings: JsonObject;
  readonly triggers: readonly WantedTrigger[];
  readonly asyncInvokeConfig: JsonObject;
}

export interface Step {
  readonly command: string;
  /** From the folder of `s.yaml`. */
  readonly path: string;
}

export interface WantedTrigger {
  readonly name: string;
  readonly type: string;
  readonly config: JsonObject;
}

/**
 * @param rendered `s.yaml` as Serverless Devs renders it
 * @param folder that `s.yaml` is in
 * @param accountId of the credentials
 * @throws {CannotDeploy} when it is not one function that can be deployed with these credentials
 */
export function targetOf(rendered: unknown, folder: string, accountId: string): Target {
  const resources = Object.values(objectAt(objectAt(rendered).resources)).filter(isObject);
  const [resource, ...others] = resources;
  if (resource === undefined || others.length > 0) {
    throw new CannotDeploy(`s.yaml: resources: expected exactly one function, got ${resources.length}`);
  }
  const { region, code, triggers, asyncInvokeConfig, ...settings } = objectAt(resource.props);
  const regionId = textOf('region', region);
  if (!FUNCTION_COMPUTE_REGIONS.includes(regionId)) {
    throw new CannotDeploy(
      `s.yaml: region: Function Compute is not available in ${regionId}; set REGION in .env to one of ` +
        `${FUNCTION_COMPUTE_REGIONS.join(', ')}, and FC_LOG_PROJECT in .env to an SLS project of that region. The function reaches flow logs of every region from there`,
    );
  }
  const log = objectAt(settings.logConfig);
  const actions = objectAt(resource.actions);
  const before = objectsAt(actions['pre-deploy']);
  const steps = before.flatMap(({ run, path }) =>
    typeof run === 'string' ? [{ command: run, path: typeof path === 'string' ? path : '.' }] : [],
  );
  return {
    functionName: textOf('functionName', settings.functionName),
    regionId,
    role: roleOf(textOf('role', settings.role), accountId),
    log: {
      project: textOf('logConfig.project', log.project),
      logstore: textOf('logConfig.logstore', log.logstore),
    },
    codeDirectory: resolve(folder, textOf('code', code)),
    steps,
    isAllSteps:
      steps.length === before.length &&
      Object.keys(actions).every((name) => name === 'pre-deploy') &&
      objectAt(rendered).actions === undefined,
    settings,
    triggers: objectsAt(triggers).map(({ triggerName, triggerType, triggerConfig }) => ({
      name: textOf('triggers.triggerName', triggerName),
      type: textOf('triggers.triggerType', triggerType),
      config: objectAt(triggerConfig),
    })),
    asyncInvokeConfig: objectAt(asyncInvokeConfig),
  };
}

/** The component writes roles in lower case. */
function roleOf(text: string, accountId: string): RoleName {
  const role = readRole(text.toLowerCase());
  if (role === null) {
    throw new CannotDeploy(
      `s.yaml: role: "${text}" is no role; set ROLE_ARN in .env to its name, or leave it out`,
    );
  }
  if (role.accountId !== null && role.accountId !== accountId) {
    throw new CannotDeploy(
      `two different accounts: the role in s.yaml (ROLE_ARN) belongs to account ${role.accountId}, but the credentials ` +
        `are of account ${accountId}; use credentials of ${role.accountId}, or name the role without its account`,
    );
  }
  return role;
}

function textOf(place: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new CannotDeploy(`s.yaml: ${place}: expected text, got ${JSON.stringify(value) ?? 'nothing'}`);
}

/**
 * @param at instant from which ticks are looked at, milliseconds since the epoch
 * @throws {CannotDeploy} for a timer that Function Compute would not take, or that never calls the function
 * @see https://www.alibabacloud.com/help/en/functioncompute/time-triggers
 */
export function refuseWrongTimers({ triggers }: Target, at: number): void {
  for (const { name, type, config } of triggers) {
    if (type !== 'timer') continue;
    const { cronExpression } = config;
    if (typeof cronExpression === 'string' && longestGapMs(cronExpression, at) !== null) continue;
    throw new CannotDeploy(
      `s.yaml: timer ${name}: cronExpression ${JSON.stringify(cronExpression) ?? 'nothing'} is none of Function Compute: ` +
        'expected six fields, seconds first, such as "0 */5 * * * *" (UTC) or "CRON_TZ=Asia/Shanghai 0 */5 * * * *", or ' +
        '"@every 5m". Correct TICK in .env, or leave it out; nothing was changed',
    );
  }
}

/** The cron expression of the timer; null when there is none. */
export function timerOf({ triggers }: Target): string | null {
  const expression = triggers.find(({ type }) => type === 'timer')?.config.cronExpression;
  return typeof expression === 'string' ? expression : null;
}
