import { ramErrors } from './ram-errors.ts';

type Params = Readonly<Record<string, string>>;

const MAX_DESCRIPTION = 1024;
const SESSION_SECONDS = { min: 3600, max: 43_200 };
export const DEFAULT_SESSION_SECONDS = 3600;

/** @throws {ApiError} `MissingParameter` when it is missing or empty */
export function required(params: Params, name: string): string {
  const value = params[name];
  if (value === undefined || value === '') {
    throw ramErrors.error('MissingParameter', `The input parameter "${name}" is mandatory.`);
  }
  return value;
}

/** `RoleName`: 1 to 64 letters, digits, periods and hyphens. @throws {ApiError} */
export function roleNameOf(params: Params): string {
  return nameOf(params, 'RoleName', /^[A-Za-z0-9.-]+$/, 64);
}

/** `PolicyName`: 1 to 128 letters, digits and hyphens. @throws {ApiError} */
export function policyNameOf(params: Params): string {
  return nameOf(params, 'PolicyName', /^[A-Za-z0-9-]+$/, 128);
}

function nameOf(params: Params, parameter: string, allowed: RegExp, longest: number): string {
  const name = required(params, parameter);
  if (!allowed.test(name)) throw ramErrors.error(`InvalidParameter.${parameter}.InvalidChars`);
  if (name.length > longest) throw ramErrors.error(`InvalidParameter.${parameter}.Length`);
  return name;
}

/** @throws {ApiError} */
export function policyTypeOf(params: Params): 'Custom' | 'System' {
  const type = required(params, 'PolicyType');
  if (type !== 'Custom' && type !== 'System') throw ramErrors.error('InvalidParameter.PolicyType');
  return type;
}

/** The parameter of that name; undefined without one. @throws {ApiError} */
export function descriptionOf(params: Params, parameter = 'Description'): string | undefined {
  const text = params[parameter];
  if ((text?.length ?? 0) > MAX_DESCRIPTION) throw ramErrors.error('InvalidParameter.Description.Length');
  return text;
}

/** Seconds; undefined without the parameter. @throws {ApiError} */
export function maxSessionOf(params: Params, parameter = 'MaxSessionDuration'): number | undefined {
  const text = params[parameter];
  if (text === undefined) return undefined;
  const seconds = Number(text);
  const { min, max } = SESSION_SECONDS;
  if (!Number.isInteger(seconds) || seconds < min || seconds > max) {
    throw ramErrors.error('InvalidParameter.MaxSessionDuration');
  }
  return seconds;
}

/** `2026-11-26T02:00:00Z` */
export function dateOf(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
