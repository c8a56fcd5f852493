/** Which deployed function a command line means, and where it is asked for. */
import { InvalidArgumentError } from 'commander';
import { readFunctionName } from '../cloud/fc/function-name.ts';
import type { FunctionName } from '../cloud/fc/invocation.ts';
import type { Config } from '../config/config.ts';
import { endpointOf } from './endpoint.ts';
import { type Io, UsageError } from './io.ts';

/** For commander. */
export function functionArgument(text: string): FunctionName {
  const name = readFunctionName(text);
  if (name === null) {
    throw new InvalidArgumentError('Expected NAME, or SERVICE/NAME for Function Compute 2.0.');
  }
  return name;
}

/** Whether it may become part of an endpoint. */
export const isRegion = (text: string): boolean => /^[a-z]{2}-[a-z0-9-]+$/.test(text);

/** For commander. */
export function regionArgument(text: string): string {
  if (!isRegion(text)) {
    throw new InvalidArgumentError('Expected a region ID such as cn-hangzhou.');
  }
  return text;
}

/** That of the command line, else the one that the records go to. @throws {UsageError} when neither is known */
export function functionRegion(region: string | undefined, config: Config | null): string {
  const found = region ?? (config?.recordTo.kind === 'sls' ? config.recordTo.regionId : undefined);
  if (found === undefined) {
    throw new UsageError('which region is the function in? Add --region, e.g. --region cn-hangzhou');
  }
  return found;
}

/** `FC_ENDPOINT`. @throws {UsageError} when it is set and not accepted */
export const ownEndpoint = (io: Io): URL | undefined => endpointOf('FC_ENDPOINT', io);
