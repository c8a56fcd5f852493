import { setMaxListeners } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { createAccessKeys } from './access-keys.ts';
import { fireTimer } from './fc/fire-timer.ts';
import { createFunctions } from './fc/functions.ts';
import { createRoleCredentials } from './fc/role-credentials.ts';
import { createFlowLogStore } from './flow-log-store.ts';
import { readRequest } from './http-message.ts';
import { createIdempotence } from './idempotence.ts';
import { createLogstores } from './logstores.ts';
import { createObjects } from './oss/objects.ts';
import { createPolicies } from './ram/policies.ts';
import { createRoles } from './ram/roles.ts';
import { seededRole } from './ram/seeded-role.ts';
import { createRateLimit } from './rate-limit.ts';
import { createRequestLog } from './request-log.ts';
import { DEFAULT_SEED } from './seed.ts';
import { createServe, type Reply } from './serve.ts';
import type { World } from './service.ts';
import { createSlsResources } from './sls/sls-resources.ts';
import type { Emulator, EmulatorOptions } from './types.ts';

export type * from './types.ts';

const HOST = '127.0.0.1';

/**
 * Starts Alibaba Cloud's CEN, VPC (flow logs), SLS, CloudMonitor, STS, RAM and Function Compute on one loopback port,
 * for Alibaba's own clients and for ours.
 * A request's headers and path show which service it is for, so every endpoint of a client can be the same URL.
 * @throws when the options contradict themselves, or the port is taken
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  let url = '';
  const world = createWorld(options, () => url);
  const log = createRequestLog(options.maxRequests);
  const closing = new AbortController();
  // One listener for each request that waits.
  setMaxListeners(0, closing.signal);
  let fault = options.fault;
  const { rateLimit } = options;
  const serve = createServe({
    world,
    log,
    rateLimit:
      rateLimit &&
      createRateLimit(
        rateLimit.callsPerSecond,
        rateLimit.burst ?? Math.max(1, rateLimit.callsPerSecond),
        () => performance.now(),
      ),
    fault: () => fault,
    latencyMs: options.latencyMs ?? 0,
    closed: closing.signal,
  });

  const server = createServer((message, response) => {
    readRequest(message)
      .then(serve)
      .then((reply) => send(reply, response, world.wallNow()))
      // The client went away or the emulator was closed: there is nobody to answer.
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, HOST, resolve);
  });
  const { port } = server.address() as AddressInfo;
  url = `http://${HOST}:${port}`;

  return {
    url,
    port,
    requests: log.requests,
    flowLogs: (accountId) => world.flowLogs.list(accountId),
    flowLog: (flowLogId) => {
      const flowLog = world.flowLogs.find(flowLogId);
      if (flowLog === undefined) throw new Error(`no flow log ${flowLogId}`);
      return flowLog;
    },
    setStatus: (flowLogId, status, settles) => world.flowLogs.setStatus(flowLogId, status, settles),
    setTags: (flowLogId, tags) => world.flowLogs.setTags(flowLogId, tags),
    addFlowLog: (accountId, flowLog) => {
      if (!world.accessKeys.hasAccount(accountId)) throw new Error(`no account ${accountId}`);
      world.flowLogs.add(accountId, flowLog);
    },
    removeFlowLog: (flowLogId) => world.flowLogs.remove(flowLogId),
    addAccessKey: (accountId, key) => world.accessKeys.add(accountId, key),
    logs: (project, logstore) => world.logstores.entries(project, logstore),
    fireTimer: (functionName, triggerName, accountId) =>
      fireTimer(world, { functionName, triggerName, accountId }),
    addLogs: (project, logstore, entries) => world.logstores.append(project, logstore, entries),
    setIndex: (project, logstore, index) => {
      if (world.logstores.find(project, logstore) === undefined) {
        throw new Error(`no Logstore ${logstore} in project ${project}`);
      }
      world.slsResources.of(project).indexes.set(logstore, { ...index });
    },
    sls: (project) => world.slsResources.snapshot(project),
    setFault: (hook) => {
      fault = hook;
    },
    close: async () => {
      closing.abort();
      world.functions.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function createWorld(options: EmulatorOptions, url: () => string): World {
  const accounts = options.accounts ?? DEFAULT_SEED.accounts;
  const now = (): number => (options.clock ?? Date).now();
  const wallNow = options.wallNow ?? Date.now;
  const accessKeys = createAccessKeys(wallNow);
  const roles = createRoles();
  const world: World = {
    now,
    wallNow,
    modifyingMs: options.modifyingMs ?? 300,
    oneChangePerTransitRouter: options.oneChangePerTransitRouter ?? false,
    rawMetric: options.rawMetric ?? 'LogInflow',
    replicaLagMs: inTurn(options.replicaLagMs ?? []),
    accessKeys,
    hasFlowLogService: (accountId) =>
      accounts.find((account) => account.accountId === accountId)?.flowLogService ?? true,
    roles,
    policies: createPolicies(),
    flowLogs: createFlowLogStore(now),
    logstores: createLogstores(),
    slsResources: createSlsResources(),
    idempotence: createIdempotence(),
    functions: createFunctions(options.functions ?? [], {
      defaultAccountId: accounts[0]?.accountId ?? '',
      url,
      roleCredentials: createRoleCredentials({ roles, accessKeys, wallNow }),
      node: options.node ?? process.execPath,
      print: options.print ?? (() => {}),
      now,
    }),
    objects: createObjects(wallNow),
  };
  for (const { accountId, accessKeys: keys, roles: seeded = [], flowLogs = [] } of accounts) {
    world.accessKeys.addAccount(accountId);
    for (const key of keys) world.accessKeys.add(accountId, key);
    for (const role of seeded) world.roles.put(seededRole(accountId, role, now()));
    for (const flowLog of flowLogs) world.flowLogs.add(accountId, flowLog);
  }
  for (const logstore of options.logstores ?? DEFAULT_SEED.logstores) world.logstores.add(logstore);
  return world;
}

/** One after another, over and over; 0 when there is none. */
function inTurn(values: readonly number[]): () => number {
  let asked = 0;
  return () => {
    asked += 1;
    return values[(asked - 1) % values.length] ?? 0;
  };
}

/** @param wallNow the time in the answer's Date header, milliseconds since the epoch */
function send(reply: Reply, response: ServerResponse, wallNow: number): void {
  switch (reply.kind) {
    case 'answer': {
      const { status, headers, body } = reply.answer;
      response
        .writeHead(status, {
          'content-length': Buffer.byteLength(body),
          date: new Date(wallNow).toUTCString(),
          ...headers,
        })
        .end(body);
      break;
    }
    case 'reset':
      response.socket?.resetAndDestroy();
      break;
    case 'hang':
      break;
  }
}
