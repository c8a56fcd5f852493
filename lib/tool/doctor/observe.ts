/** Asks everything that the checks look at. Changes nothing: every call of it only reads, or asks for a status. */

import { redact } from '../../cloud/credentials/redact.ts';
import type { Credentials } from '../../cloud/credentials/types.ts';
import type { FunctionReader } from '../../cloud/fc/deployed-function.ts';
import { PRODUCTS } from '../../cloud/flow-logs/products.ts';
import { createHttpClient } from '../../cloud/http/request.ts';
import { STS_ENDPOINT } from '../../cloud/services.ts';
import { projectAddress, type RecordTo } from '../../cloud/sls/target.ts';
import type { Config } from '../../config/config.ts';
import type { JsonObject } from '../../json.ts';
import { CloudError } from '../../reconcile/cloud-error.ts';
import { runtimeZoneData } from '../../runtime.ts';
import { readRuntime } from '../invoke/read-answer.ts';
import { isLikeScheduler } from '../like-scheduler.ts';
import { type Asked, asked, isCredentialTrouble } from './asked.ts';
import { periodOf } from './checks/timer.ts';
import { type Exchange, noted } from './exchanges.ts';
import type {
  ConfigSeen,
  EndpointSeen,
  FunctionSeen,
  LogstoreSeen,
  Observations,
  StatusSeen,
} from './observations.ts';
import { createCenObserver } from './observe-cen.ts';
import { readMeasures } from './observe-measures.ts';
import { CALL_TIMEOUT_MS, type DoctorPorts, type ProjectReader, STATUS_TIMEOUT_MS } from './ports.ts';

export interface FunctionTarget {
  readonly name: string;
  readonly regionId: string;
  readonly endpoint: URL;
  readonly isOverridden: boolean;
}

/** The function to look at, or why none is: see {@link Observations.function}. */
export type NamedTarget = FunctionTarget | 'not-named' | 'unsupported' | 'no-region';

export async function observe(
  config: ConfigSeen,
  target: NamedTarget,
  ports: DoctorPorts,
): Promise<Observations> {
  const { clock } = ports;
  const at = clock.now();
  const exchanges: Exchange[] = [];
  const send = noted(ports.send, clock, (exchange) => exchanges.push(exchange));
  const recordTo = config.config?.recordTo.kind === 'sls' ? config.config.recordTo : null;
  const isNamed = typeof target !== 'string';
  const cen = createCenObserver(config.config, { ...ports, send });

  const reaching = reachEndpoints(config.config, isNamed ? target : null, ports, (exchange) =>
    exchanges.push(exchange),
  );
  const credentials = await asked('STS', () =>
    ports.credentials().catch((error: unknown) => {
      const told = error instanceof Error ? error.message : String(error);
      const failure = { service: 'STS', operation: '', code: 'CredentialsUnavailable' } as const;
      throw new CloudError(`none: ${redact(told)}`, failure);
    }),
  );
  const own = credentials.ok ? await cen.own() : null;
  const areUsable = credentials.ok && !(own?.ok === false && isCredentialTrouble(own.trouble));
  const [endpoints, accounts, logstore, seen] = await Promise.all([
    reaching,
    own === null ? [] : cen.accounts(own, areUsable),
    recordTo === null || !areUsable ? null : readLogstore(recordTo, ports),
    isNamed && credentials.ok && areUsable ? readFunction(target, credentials.value, ports) : null,
  ]);
  const [probes, measure] = areUsable
    ? await Promise.all([cen.probes(accounts), readMeasures(recordTo, accounts, periodOf(seen, at), ports)])
    : [null, null];

  return {
    at,
    zoneData: runtimeZoneData(),
    config,
    credentials: credentials.ok ? { ok: true, value: { source: ports.source() } } : credentials,
    accounts,
    endpoints,
    exchanges,
    answers: cen.answers,
    probes,
    logstore,
    measure,
    function: isNamed ? (seen ?? 'no-credentials') : target,
  };
}

/** Where CEN and VPC are asked, each once: those that the config has flow logs of, CEN without a config. */
function flowLogEndpoints(config: Config | null, endpoints: DoctorPorts['endpoints']) {
  const entries = config === null ? [] : [...config.flowLogs, ...config.selectors];
  const used = entries.length === 0 ? [{ service: 'cen', regionId: '' } as const] : entries;
  const places = used.map(({ service, regionId }) => {
    const { api, override, endpoint } = PRODUCTS[service];
    const origin = endpoints[override] ?? endpoint(regionId);
    const name: 'CEN' | 'VPC' = service === 'cen' ? 'CEN' : 'VPC';
    return { service: name, variable: api.variable, origin, isOverridden: endpoints[override] !== undefined };
  });
  return [...new Map(places.map((each) => [`${each.service} ${each.origin.href}`, each])).values()];
}

/** One plain request to each, over a connection of its own: what answers, and how fast. */
async function reachEndpoints(
  config: Config | null,
  target: FunctionTarget | null,
  { endpoints, clock }: DoctorPorts,
  onExchange: (exchange: Exchange) => void,
): Promise<readonly EndpointSeen[]> {
  type Place = Omit<EndpointSeen, 'reached'> & { readonly host: string };
  const place = (
    service: EndpointSeen['service'],
    variable: string,
    origin: URL,
    isOverridden: boolean,
    host = origin.host,
  ): Place => ({ service, variable, origin: origin.origin, isOverridden, host });
  const places: Place[] = [
    ...flowLogEndpoints(config, endpoints).map(({ service, variable, origin, isOverridden }) =>
      place(service, variable, origin, isOverridden),
    ),
    place('STS', 'STS_ENDPOINT', endpoints.sts ?? STS_ENDPOINT, endpoints.sts !== undefined),
  ];
  const recordTo = config?.recordTo.kind === 'sls' ? config.recordTo : null;
  if (recordTo !== null) {
    const { origin, host } = projectAddress(recordTo, endpoints.sls);
    places.push(place('SLS', 'SLS_ENDPOINT', origin, endpoints.sls !== undefined, host));
  }
  if (target !== null) {
    places.push(place('Function Compute', 'FC_ENDPOINT', target.endpoint, target.isOverridden));
  }
  return Promise.all(
    places.map(async ({ host, ...seen }) => {
      const client = createHttpClient();
      const send = noted(client.request, clock, onExchange);
      const startedAt = clock.monotonic();
      const reached = await asked(seen.service, async () => {
        const { status } = await send({
          service: seen.service,
          operation: 'GET',
          url: new URL(seen.origin),
          method: 'GET',
          headers: { host },
          timeoutMs: CALL_TIMEOUT_MS,
        });
        return { status, elapsedMs: clock.monotonic() - startedAt };
      });
      client.close();
      return { ...seen, reached };
    }),
  );
}

/** Besides what is there, two things are asked for that are not, to see what SLS calls that. */
async function readLogstore(recordTo: RecordTo, { project, newId }: DoctorPorts): Promise<LogstoreSeen> {
  const nobodys = `flow-log-scheduler-doctor-${newId().slice(0, 8)}`.toLowerCase();
  const ask = (where: RecordTo, get: (reader: ProjectReader) => Promise<JsonObject>) =>
    asked('SLS', async () => get(project(where, CALL_TIMEOUT_MS)));
  const [logstore, index, missingLogstore, missingProject] = await Promise.all([
    ask(recordTo, ({ logstores }) => logstores.get(recordTo.logstore)),
    ask(recordTo, ({ indexes }) => indexes.get(recordTo.logstore)),
    ask(recordTo, ({ logstores }) => logstores.get(nobodys)),
    ask({ ...recordTo, project: nobodys }, ({ logstores }) => logstores.get(recordTo.logstore)),
  ]);
  return { logstore, index, missingLogstore, missingProject };
}

async function readFunction(
  { name, regionId, endpoint }: FunctionTarget,
  credentials: Credentials,
  ports: DoctorPorts,
): Promise<FunctionSeen> {
  const reader = ports.function({ name, endpoint }, credentials, CALL_TIMEOUT_MS);
  const ask = <Value>(get: (reader: FunctionReader) => Promise<Value>): Promise<Asked<Value>> =>
    asked('Function Compute', () => get(reader));
  const [deployed, triggers, asyncRetries] = await Promise.all([
    ask((each) => each.read()),
    ask((each) => each.triggers()),
    ask((each) => each.asyncRetries()),
  ]);
  const log = deployed.ok ? deployed.value.log : null;
  const [logstore, status] = await Promise.all([
    log === null
      ? null
      : asked('SLS', async () => {
          const { logstores } = ports.project({ regionId, ...log }, CALL_TIMEOUT_MS);
          return logstores.get(log.logstore);
        }),
    deployed.ok && isLikeScheduler(deployed.value)
      ? asked('Function Compute', () => readStatus({ name, endpoint }, credentials, ports))
      : null,
  ]);
  return { name, regionId, deployed, triggers, asyncRetries, status, logstore };
}

async function readStatus(
  where: { readonly name: string; readonly endpoint: URL },
  credentials: Credentials,
  ports: DoctorPorts,
): Promise<StatusSeen> {
  const invoke = ports.invoke(where, credentials, STATUS_TIMEOUT_MS);
  const { errorType, body } = await invoke({ payload: '{"action":"status"}', async: false });
  return { errorType, runtime: errorType === null ? readRuntime(body) : null };
}
