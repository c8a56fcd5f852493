import { once } from 'node:events';
import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import * as imported from '@alicloud/sls20201230';
import { onTestFinished, vi } from 'vitest';
import { DEFAULT_KEY } from './emulator-clients.ts';

type Sdk = typeof imported.default;

/** The client is CommonJS: by who imports it, its exports are the default of the namespace, or the namespace. */
export const sls = ('CreateIndexRequest' in imported.default ? imported.default : imported) as Sdk;

export type AlibabaSls = InstanceType<Sdk['default']>;

/**
 * `@alicloud/sls20201230` as Alibaba ships it, for the rest of a test. Its connections, which go to port 80 of the
 * project's host, end at a loopback port instead.
 */
export function alibabaSls(
  port: number,
  { signatureVersion = 'v4', key = DEFAULT_KEY, regionId = 'cn-hangzhou' } = {},
): AlibabaSls {
  const opened: Socket[] = [];
  const redirected = vi
    .spyOn(Agent.prototype as unknown as { createConnection(): Socket }, 'createConnection')
    .mockImplementation(() => {
      const socket = connect(port, '127.0.0.1');
      opened.push(socket);
      return socket;
    });
  onTestFinished(async () => {
    redirected.mockRestore();
    // They are kept alive for the next request to this host, which will be for another emulator.
    const closed = opened.map((socket) => socket.closed || once(socket, 'close'));
    for (const socket of opened) socket.destroy();
    await Promise.all(closed);
  });
  const endpoint = `${regionId}.log.aliyuncs.com`;
  const config = { ...key, regionId, endpoint, protocol: 'http', signatureVersion };
  return new sls.default(config as ConstructorParameters<Sdk['default']>[0]);
}
