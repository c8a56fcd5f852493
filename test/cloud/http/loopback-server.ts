import http from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** One request as the server read it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  /** Counts the connections from 1. */
  readonly connection: number;
}

export type Answer = (response: http.ServerResponse, received: Received, socket: Socket) => void;

export interface LoopbackServer {
  readonly url: URL;
  readonly received: readonly Received[];
}

/** A real HTTP server on a free loopback port; gone when the test has finished. */
export async function loopbackServer(answer: Answer): Promise<LoopbackServer> {
  const received: Received[] = [];
  const connections = new Map<Socket, number>();
  const server = http.createServer((incoming, response) => {
    const { socket } = incoming;
    const connection = connections.get(socket) ?? connections.size + 1;
    connections.set(socket, connection);
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request: Received = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(chunks),
        connection,
      };
      received.push(request);
      answer(response, request, socket);
    });
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: await listen(server), received };
}

/** Starts to listen on a free port of 127.0.0.1. */
export async function listen(server: Server): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return new URL(`http://127.0.0.1:${port}`);
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function closedPort(server: Server): Promise<URL> {
  const url = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return url;
}
