/** The function that the current folder's `s.yaml` deploys, as far as it says so plainly; Serverless Devs is not asked. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { readFunctionName } from '../cloud/fc/function-name.ts';
import type { FunctionName } from '../cloud/fc/invocation.ts';
import { isObject, objectAt } from '../json.ts';
import { isRegion } from './function-target.ts';
import { type Io, UsageError } from './io.ts';

export interface FunctionHere {
  readonly name: FunctionName;
  /** Null when it is that of `recordTo`, or computed. */
  readonly regionId: string | null;
}

/** Null when there is no `s.yaml`, or none that names exactly one function in so many words. @throws {UsageError} for what is no region */
export async function functionHere({ env }: Pick<Io, 'env'>): Promise<FunctionHere | null> {
  const { props, beside } = await readHere();
  const named = plain(props?.functionName);
  const name = named === null ? null : readFunctionName(named);
  if (name === null) return null;
  const isByVariable = /\benv\('REGION'/.test(String(props?.region));
  const region = isByVariable ? env.REGION || beside.REGION || null : plain(props?.region);
  if (region !== null && !isRegion(region)) {
    throw new UsageError(
      `s.yaml: region: expected a region ID such as cn-hangzhou, got "${region}"; correct ${isByVariable ? 'REGION' : 'it'}`,
    );
  }
  return { name, regionId: region };
}

/** The role of that function, by name or ARN, as `role` in `s.yaml` or `ROLE_ARN` says it; null when neither does. */
export async function roleHere({ env }: Pick<Io, 'env'>): Promise<string | null> {
  const { props, beside } = await readHere();
  const [, otherwise = null] = /\benv\('ROLE_ARN',\s*'([^']+)'\)/.exec(String(props?.role)) ?? [];
  return plain(props?.role) ?? (env.ROLE_ARN || beside.ROLE_ARN || otherwise);
}

/** What `s.yaml` sets for its one function, and the variables of `.env` beside it. */
async function readHere() {
  const folder = resolve();
  const text = await readFile(join(folder, 's.yaml'), 'utf8').catch(() => null);
  if (text === null) return { props: null, beside: {} };
  const beside = parseEnv(await readFile(join(folder, '.env'), 'utf8').catch(() => ''));
  return { props: functionIn(text), beside };
}

function functionIn(text: string) {
  const resources = Object.values(objectAt(objectAt(documentIn(text)).resources)).filter(isObject);
  const [resource, ...others] = resources.filter(({ component }) => String(component).startsWith('fc3'));
  return resource === undefined || others.length > 0 ? null : objectAt(resource.props);
}

function documentIn(text: string): unknown {
  try {
    return parse(text, { logLevel: 'silent' });
  } catch {
    return null;
  }
}

/** Text that Serverless Devs takes as it stands. */
const plain = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' && !value.includes('${') ? value : null;
