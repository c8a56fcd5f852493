import * as v from 'valibot';
import { ramErrors } from './ram-errors.ts';

const MAX_POLICY_BYTES = 6144;
const MAX_TRUST_POLICY_BYTES = 2048;

const oneOrMany = <Schema extends v.GenericSchema<string, string>>(schema: Schema, message: string) =>
  v.union([schema, v.pipe(v.array(schema, message), v.nonEmpty(message))], message);

const ACTION = 'Action must be "*" or service:Operation';
const action = v.pipe(v.string(ACTION), v.regex(/^(?:\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/, ACTION));

const RESOURCE = 'Resource must be "*" or acs:service:region:account:resource';
const resource = v.pipe(v.string(RESOURCE), v.regex(/^(?:\*|acs:[a-z0-9*-]+:[^:]*:[^:]*:\S+)$/, RESOURCE));

const EFFECT = 'Effect must be Allow or Deny';
const effect = v.picklist(['Allow', 'Deny'], EFFECT);

const CONDITION = 'Condition must be operators, each with keys and values';
const condition = v.record(
  v.string(),
  v.record(v.string(), oneOrMany(v.string(CONDITION), CONDITION), CONDITION),
  CONDITION,
);

const version = v.literal('1', 'Version must be "1"');

const permissions = v.strictObject({
  Version: version,
  Statement: v.array(
    v.pipe(
      v.strictObject({
        Effect: effect,
        Action: v.exactOptional(oneOrMany(action, ACTION)),
        NotAction: v.exactOptional(oneOrMany(action, ACTION)),
        Resource: v.exactOptional(oneOrMany(resource, RESOURCE)),
        NotResource: v.exactOptional(oneOrMany(resource, RESOURCE)),
        Condition: v.exactOptional(condition),
      }),
      v.check(({ Action, NotAction }) => (Action === undefined) !== (NotAction === undefined), ACTION),
      v.check(
        ({ Resource, NotResource }) => (Resource === undefined) !== (NotResource === undefined),
        RESOURCE,
      ),
    ),
    'Statement must be a list',
  ),
});

const PRINCIPAL = 'Principal must hold RAM, Service or Federated';
const principals = oneOrMany(v.pipe(v.string(PRINCIPAL), v.nonEmpty(PRINCIPAL)), PRINCIPAL);

const trust = v.strictObject({
  Version: version,
  Statement: v.array(
    v.strictObject({
      Effect: effect,
      Action: v.literal('sts:AssumeRole', 'Action must be sts:AssumeRole'),
      Principal: v.strictObject({
        RAM: v.exactOptional(principals),
        Service: v.exactOptional(principals),
        Federated: v.exactOptional(principals),
      }),
      Condition: v.exactOptional(condition),
    }),
    'Statement must be a list',
  ),
});

/** Who may assume a role. */
export type TrustPolicy = v.InferOutput<typeof trust>;
export type TrustStatement = TrustPolicy['Statement'][number];

/**
 * Checks what a role may do, as text. The rules are those of RAM's documentation; RAM's own messages are not known.
 * @throws {ApiError} `MalformedPolicyDocument` or `InvalidParameter.PolicyDocument.Length`
 * @see https://www.alibabacloud.com/help/en/ram/policy-structure-and-syntax
 */
export function checkPolicyDocument(text: string): void {
  checkSize(text, MAX_POLICY_BYTES, 'PolicyDocument');
  parse(text, permissions);
}

/**
 * Reads who may assume a role.
 * @throws {ApiError} `MalformedPolicyDocument` or `InvalidParameter.AssumeRolePolicyDocument.Length`
 */
export function parseTrustPolicy(text: string): TrustPolicy {
  checkSize(text, MAX_TRUST_POLICY_BYTES, 'AssumeRolePolicyDocument');
  return parse(text, trust);
}

function checkSize(text: string, most: number, parameter: string): void {
  if (Buffer.byteLength(text) > most) throw ramErrors.error(`InvalidParameter.${parameter}.Length`);
}

function parse<Schema extends v.GenericSchema>(text: string, schema: Schema): v.InferOutput<Schema> {
  const result = v.safeParse(schema, jsonOf(text));
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw ramErrors.error('MalformedPolicyDocument', `${v.getDotPath(issue) ?? 'document'}: ${issue.message}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw ramErrors.error('MalformedPolicyDocument', 'The document is not JSON.');
  }
}
