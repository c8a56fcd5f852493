import { ApiError } from '../api-error.ts';

type Params = Readonly<Record<string, string>>;

/** @throws {ApiError} `MissingParameter` when it is missing or empty */
export function required(params: Params, name: string): string {
  const value = params[name];
  if (value === undefined || value === '') {
    throw new ApiError('MissingParameter', {
      status: 400,
      message: `The input parameter "${name}" that is mandatory for processing this request is not supplied.`,
    });
  }
  return value;
}

export function invalid(detail: string): Error {
  return new ApiError('InvalidParameter', { status: 400, message: `Invalid parameter. ${detail}` });
}

/** `Name.1`, `Name.2`, … in order. */
export function list(params: Params, name: string): readonly string[] {
  return indexes(params, new RegExp(`^${name}\\.(\\d+)$`)).map((index) => params[`${name}.${index}`] ?? '');
}

/** `Tag.1.Key` and `Tag.1.Value`, … in order; a missing value is empty. */
export function tagList(params: Params, name = 'Tag'): readonly (readonly [key: string, value: string])[] {
  return indexes(params, new RegExp(`^${name}\\.(\\d+)\\.(?:Key|Value)$`)).map((index) => [
    params[`${name}.${index}.Key`] ?? '',
    params[`${name}.${index}.Value`] ?? '',
  ]);
}

function indexes(params: Params, pattern: RegExp): readonly string[] {
  const found = Object.keys(params).flatMap((name) => pattern.exec(name)?.[1] ?? []);
  return [...new Set(found)].sort((a, b) => Number(a) - Number(b));
}
