/** How the function is deployed, against what it needs. */

import { advise } from '../../../cloud/advice.ts';
import type { AsyncRetries, DeployedFunction } from '../../../cloud/fc/deployed-function.ts';
import { EndpointError, parseEndpoint } from '../../../cloud/http/endpoint.ts';
import type { Config } from '../../../config/config.ts';
import { reserveMs } from '../../../reconcile/budget.ts';
import { formatDuration } from '../../../text.ts';
import { timeoutFor } from '../../function-timeout.ts';
import { FUNCTION_LOGSTORE } from '../../provision/definitions/logstore.ts';
import { type Asked, describe, isDenied } from '../asked.ts';
import { about, fail, type Line, ok, skip, warn } from '../line.ts';
import { type FunctionSeen, isEmulated, type Observations, ownAccount } from '../observations.ts';
import { isNoProject } from './logstore.ts';
import { checkTimers } from './timer.ts';
import { checkVersions } from './versions.ts';

const FUNCTION = about('function');
const ENDPOINTS = ['CBN_ENDPOINT', 'SLS_ENDPOINT', 'STS_ENDPOINT'];
const OLDEST_NODE = 20;

export function checkFunction(seen: Observations): readonly Line[] {
  const { function: deployed } = seen;
  switch (deployed) {
    case 'not-named':
      return [
        skip(
          FUNCTION,
          'none named, and no s.yaml in this folder names one plainly',
          'add --function NAME to check the deployed function and its timer',
        ),
      ];
    case 'unsupported':
      return [
        skip(
          FUNCTION,
          'a function of Function Compute 2.0 is not looked at',
          'check runtime, handler, timeout, role and timer in the console, and `npx flow-logs invoke` it',
        ),
      ];
    case 'no-region':
      return [
        skip(
          FUNCTION,
          'not asked: its region is not known',
          'add --region, e.g. --region cn-hangzhou, or correct the config',
        ),
      ];
    case 'no-credentials':
      return [skip(FUNCTION, 'not asked', 'see credentials first')];
    default: {
      if (!deployed.deployed.ok) return [unread(FUNCTION, deployed, deployed.deployed, 'GetFunction')];
      const account = ownAccount(seen)?.identity;
      const own = account?.ok === true ? account.value.accountId : null;
      const config = seen.config.config;
      return [
        ...checkDeployed(deployed, deployed.deployed.value, config, own),
        checkVersions(deployed, seen.zoneData, isEmulated(seen)),
        ...checkTimers(deployed, config, seen.at, (about, trouble) =>
          unread(about, deployed, { ok: false, trouble }, 'ListTriggers'),
        ),
        checkRetries(deployed),
      ];
    }
  }
}

function checkDeployed(
  { name, regionId, logstore }: FunctionSeen,
  deployed: DeployedFunction,
  config: Config | null,
  ownAccountId: string | null,
): readonly Line[] {
  const part = (check: string) => about(`function ${check}`, name);
  return [
    checkState(about('function', name), regionId, deployed),
    checkRuntime(part('runtime'), deployed),
    checkTimeout(part('timeout'), deployed, config),
    checkRole(part('role'), deployed, ownAccountId),
    checkEnvironment(part('environment'), deployed),
    checkLog(part('log'), regionId, deployed.log, logstore),
  ];
}

type Subject = ReturnType<typeof about>;

function checkState(subject: Subject, regionId: string, { state, lastUpdateStatus }: DeployedFunction): Line {
  const found = `in ${regionId}, ${state ?? 'state not known'}`;
  if (state === 'Failed') return fail(subject, found, 'deploy it again: `npx flow-logs deploy`');
  if (state === 'Pending' || lastUpdateStatus === 'InProgress') {
    return warn(subject, `${found}, being deployed`, 'look again in a minute');
  }
  if (lastUpdateStatus === 'Failed') {
    return warn(subject, `${found}, its last update failed`, 'deploy it again: the one before still runs');
  }
  return ok(subject, found);
}

function checkRuntime(subject: Subject, { runtime, handler }: DeployedFunction): Line {
  const found = `${runtime ?? 'not known'}, handler ${handler ?? 'not known'}`;
  const version = Number(/^nodejs(\d+)$/.exec(runtime ?? '')?.[1] ?? Number.NaN);
  if (Number.isNaN(version)) {
    return warn(subject, found, 'it is built for nodejs20: other runtimes were not tried');
  }
  if (version < OLDEST_NODE) return fail(subject, found, 'set runtime: nodejs20');
  if (handler !== 'index.handler') {
    return fail(subject, found, 'set handler: index.handler, or check that this is the right function');
  }
  return ok(subject, found);
}

/** A run keeps some of its time for recording; the rest has to hold the wait for flow logs to settle. */
function checkTimeout(subject: Subject, { timeoutSeconds }: DeployedFunction, config: Config | null): Line {
  if (timeoutSeconds === null) return warn(subject, 'not known', 'set timeout: 180');
  if (config === null) return skip(subject, `${timeoutSeconds} s`, 'see config first');
  const { settleTimeoutMs } = config.limits;
  const reserve = reserveMs(timeoutSeconds * 1000);
  const needed = `settleTimeout ${formatDuration(settleTimeoutMs)} and ${reserve / 1000} s for recording`;
  const found = `${timeoutSeconds} s, for ${needed}`;
  if (timeoutSeconds * 1000 - reserve >= settleTimeoutMs) return ok(subject, found);
  return fail(
    subject,
    found,
    `set timeout: ${timeoutFor(settleTimeoutMs)} or more, or lower limits.settleTimeout`,
  );
}

function checkRole(subject: Subject, { role }: DeployedFunction, ownAccountId: string | null): Line {
  if (role === null) {
    return fail(
      subject,
      'none',
      'give it a role: without one it has no credentials; `npx flow-logs policy` prints what to allow',
    );
  }
  const accountId = role.split(':')[3] ?? '';
  if (ownAccountId !== null && accountId !== ownAccountId) {
    return warn(
      subject,
      `${role}, of another account than these credentials (${ownAccountId})`,
      'what was allowed here says nothing about it: run this again with credentials of that account',
    );
  }
  return ok(subject, role);
}

/** Values are shown for variables of ours alone. */
function checkEnvironment(subject: Subject, { environment, internetAccess }: DeployedFunction): Line {
  const { FLOW_LOGS_CONFIG: config } = environment;
  const set = ENDPOINTS.filter((variable) => environment[variable]);
  const found = [
    config ? `FLOW_LOGS_CONFIG=${config}` : 'FLOW_LOGS_CONFIG not set: flow-logs.yaml beside the handler',
    ...set,
  ].join(', ');
  for (const variable of set) {
    try {
      parseEndpoint(variable, environment[variable] ?? '');
    } catch (error) {
      if (error instanceof EndpointError) return fail(subject, found, error.message);
      throw error;
    }
  }
  const keys = Object.keys(environment).filter((name) => /ACCESS_?KEY|SECRET|SECURITY_TOKEN/i.test(name));
  if (keys.length > 0) {
    return warn(
      subject,
      `${found}; ${keys.join(', ')}`,
      'remove them: anybody who may read the function reads them, and its role is used anyway',
    );
  }
  if (internetAccess === false && !environment.CBN_ENDPOINT) {
    return warn(
      subject,
      `${found}; no internet access`,
      'set CBN_ENDPOINT to the VPC endpoint, or allow internet access: cbn.aliyuncs.com is a public host',
    );
  }
  return ok(subject, found);
}

/** What it prints is the last place of a record that SLS did not take, so it should arrive somewhere. */
function checkLog(
  subject: Subject,
  regionId: string,
  log: DeployedFunction['log'],
  logstore: FunctionSeen['logstore'],
): Line {
  if (log === null || logstore === null) {
    return warn(
      subject,
      'none',
      'set logConfig: what is printed when SLS cannot be written to is kept nowhere else',
    );
  }
  const place = `${log.project}/${log.logstore}`;
  if (logstore.ok) return ok(subject, `${place} in ${regionId}, kept ${logstore.value.ttl} days`);
  const { trouble } = logstore;
  const make = `\`npx flow-logs provision\` creates ${FUNCTION_LOGSTORE} in the project of recordTo; create any other one by hand`;
  return warn(
    subject,
    `${place}: ${describe(trouble)}`,
    advise(trouble, {
      permission: `to look, these credentials need log:GetLogStore on acs:log:${regionId}:*:project/${log.project}/logstore/${log.logstore}`,
      variable: 'SLS_ENDPOINT',
      otherwise: isNoProject(trouble)
        ? `Function Compute needs a project in the region of the function, ${regionId}: set FC_LOG_PROJECT in .env, and deploy again`
        : `what it prints is lost, and it cannot be deployed again: ${make}`,
    }),
  );
}

/** Function Compute's own default is to give a failed event back three times. */
function checkRetries({ name, asyncRetries, ...rest }: FunctionSeen): Line {
  const subject = about('function retries', name);
  if (!asyncRetries.ok) return unread(subject, { name, ...rest }, asyncRetries, 'GetAsyncInvokeConfig');
  const retries = asyncRetries.value;
  const toDo = 'set maxAsyncRetryAttempts: 0: the next tick is the retry, and it looks at what is then';
  if (retries === null) return warn(subject, 'not set: a failed tick is repeated up to three times', toDo);
  const found = describeRetries(retries);
  return retries.maxAttempts === 0 ? ok(subject, found) : warn(subject, found, toDo);
}

function describeRetries({ maxAttempts, maxAgeSeconds, onFailure }: AsyncRetries): string {
  return [
    `${maxAttempts ?? 'default'} attempts more`,
    ...(maxAgeSeconds === null ? [] : [`events kept ${formatDuration(maxAgeSeconds * 1000)}`]),
    onFailure === null ? 'failed ones go nowhere' : `failed ones go to ${onFailure}`,
  ].join(', ');
}

function unread(
  subject: Subject,
  { name, regionId }: Pick<FunctionSeen, 'name' | 'regionId'>,
  { trouble }: Extract<Asked<unknown>, { ok: false }>,
  operation: string,
): Line {
  const toDo = advise(trouble, {
    permission: `to look, these credentials need fc:${operation} on acs:fc:${regionId}:*:functions/${name}`,
    variable: 'FC_ENDPOINT',
    otherwise: `check the name and the region (${regionId}), or deploy it: \`npx flow-logs deploy\``,
  });
  return (isDenied(trouble) ? warn : fail)({ ...subject, subject: name }, describe(trouble), toDo);
}
