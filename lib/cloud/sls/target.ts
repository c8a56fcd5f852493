import { isAddress, isLoopback } from '../http/endpoint.ts';

/** Which Logstore. */
export interface RecordTo {
  readonly regionId: string;
  readonly project: string;
  readonly logstore: string;
}

/** Where a request to a project goes, and the name it is asked under. */
export interface ProjectAddress {
  /** Scheme, host and port to connect to. */
  readonly origin: URL;
  /** Value of the `host` header, which is signed. */
  readonly host: string;
}

/**
 * The address of a project. SLS tells projects apart by host name, so it is in the host whatever the endpoint is.
 * @param endpoint instead of the public endpoint of the region. A loopback host or an IP address is connected to as
 * it is, under the public name of the project; any other host is the regional part of the project's name.
 * @throws {TypeError} when a part of the name would change what host it is, or the endpoint is plain http elsewhere
 */
export function projectAddress({ regionId, project }: RecordTo, endpoint?: URL): ProjectAddress {
  for (const [field, value] of Object.entries({ regionId, project })) {
    if (!/^[a-z0-9-]+$/i.test(value)) throw new TypeError(`recordTo.${field} is no valid name: ${value}`);
  }
  const publicHost = `${project}.${regionId}.log.aliyuncs.com`.toLowerCase();
  if (endpoint === undefined) return { origin: new URL(`https://${publicHost}`), host: publicHost };
  if (endpoint.protocol !== 'https:' && !isLoopback(endpoint.hostname)) {
    throw new TypeError('credentials must not travel in clear: only a loopback endpoint may be plain http');
  }
  if (isLoopback(endpoint.hostname) || isAddress(endpoint.hostname)) {
    return { origin: new URL(endpoint.origin), host: publicHost };
  }
  const origin = new URL(`https://${project}.${endpoint.host}`);
  return { origin, host: origin.host };
}
