import { EndpointError, parseEndpoint } from '../cloud/http/endpoint.ts';
import { type Io, UsageError } from './io.ts';

/** The endpoint that a variable names, such as `RAM_ENDPOINT`. @throws {UsageError} when it is set and not accepted */
export function endpointOf(variable: string, { env }: Io): URL | undefined {
  const value = env[variable];
  try {
    return value === undefined || value === '' ? undefined : parseEndpoint(variable, value);
  } catch (error) {
    if (error instanceof EndpointError) throw new UsageError(error.message);
    throw error;
  }
}
