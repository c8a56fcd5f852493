import { setMaxListeners } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { createAccessKeys } from './access-keys.ts';
import { createFlowLogStore } from './flow-log-store.ts';
import { readRequest } from './http-message.ts';
import { createIdempotence } from './idempotence.ts';
import { createLogstores } from './logstores.ts';
import { createRateLimit } from './rate-limit.ts';
import { createRequestLog } from './request-log.ts';
import { DEFAULT_SEED } from './seed.ts';
import { createServe, type Reply } from './serve.ts';
import type { World } from './service.ts';
import type { Emulator, EmulatorOptions } from './types.ts';

export type * from './types.ts';

const HOST = '127.0.0.1';

/**
 * Starts Alibaba Cloud's CEN and SLS on one loopback port, for Alibaba's own clients and for ours.
 * Requests are told apart by their headers, so every endpoint of a client can be the same URL.
 * @throws when the options contradict themselves, or the port is taken
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const world = createWorld(options);
  const log = createRequestLog();
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
      .then((reply) => send(reply, response))
      // The client went away or the emulator was closed: there is nobody to answer.
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, HOST, resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://${HOST}:${port}`,
    port,
    requests: log.requests,
    flowLogs: (accountId) => world.flowLogs.list(accountId),
    flowLog: (flowLogId) => {
      const flowLog = world.flowLogs.find(flowLogId);
      if (flowLog === undefined) throw new Error(`no flow log ${flowLogId}`);
      return flowLog;
    },
    setStatus: (flowLogId, status, settles) => world.flowLogs.setStatus(flowLogId, status, settles),
    addFlowLog: (accountId, flowLog) => {
      if (!world.accessKeys.hasAccount(accountId)) throw new Error(`no account ${accountId}`);
      world.flowLogs.add(accountId, flowLog);
    },
    removeFlowLog: (flowLogId) => world.flowLogs.remove(flowLogId),
    addAccessKey: (accountId, key) => world.accessKeys.add(accountId, key),
    logs: (project, logstore) => world.logstores.entries(project, logstore),
    setFault: (hook) => {
      fault = hook;
    },
    close: async () => {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function createWorld(options: EmulatorOptions): World {
  const now = (): number => (options.clock ?? Date).now();
  const wallNow = options.wallNow ?? Date.now;
  const world: World = {
    now,
    wallNow,
    modifyingMs: options.modifyingMs ?? 300,
    accessKeys: createAccessKeys(wallNow),
    flowLogs: createFlowLogStore(now),
    logstores: createLogstores(),
    idempotence: createIdempotence(),
  };
  for (const { accountId, accessKeys, flowLogs = [] } of options.accounts ?? DEFAULT_SEED.accounts) {
    world.accessKeys.addAccount(accountId);
    for (const key of accessKeys) world.accessKeys.add(accountId, key);
    for (const flowLog of flowLogs) world.flowLogs.add(accountId, flowLog);
  }
  for (const logstore of options.logstores ?? DEFAULT_SEED.logstores) world.logstores.add(logstore);
  return world;
}

function send(reply: Reply, response: ServerResponse): void {
  switch (reply.kind) {
    case 'answer': {
      const { status, headers, body } = reply.answer;
      response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers }).end(body);
      break;
    }
    case 'reset':
      response.socket?.resetAndDestroy();
      break;
    case 'hang':
      break;
  }
}
