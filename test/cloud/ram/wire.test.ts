import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../lib/cloud/clock.ts';
import { createRam, type Ram } from '../../../lib/cloud/ram/ram.ts';
import { type CbnCapture, credentialsOf, headerOf } from '../../support/cbn-captures.ts';
import { loopbackServer } from '../http/loopback-server.ts';

/** Requests of `@alicloud/ram20150501` 1.2.1, and what they were answered. */
interface RamCapture extends CbnCapture {
  readonly replied: unknown;
}

const captures = JSON.parse(
  readFileSync(new URL('../../wire/ram.json', import.meta.url), 'utf8'),
) as readonly RamCapture[];

const NAME = 'flow-log-scheduler';
const DOCUMENT = { Version: '1', Statement: [] };

/** What the captured client was asked for, of ours, and what it makes of the answer. */
const OPERATIONS: Readonly<Record<string, (ram: Ram) => Promise<unknown>>> = {
  getRole: (ram) => ram.role(NAME),
  createRole: (ram) => ram.createRole(NAME, 'd', DOCUMENT),
  updateRole: (ram) => ram.updateTrust(NAME, DOCUMENT),
  getPolicy: (ram) => ram.policy(NAME),
  createPolicy: (ram) => ram.createPolicy(NAME, 'd', DOCUMENT),
  createPolicyVersion: (ram) => ram.addVersion(NAME, DOCUMENT),
  attachPolicyToRole: (ram) => ram.attach(NAME, NAME),
  listPoliciesForRole: (ram) => ram.attached(NAME),
};

const ANSWERS: Readonly<Record<string, unknown>> = {
  getRole: { trustPolicy: {} },
  getPolicy: { document: {} },
  createPolicyVersion: 'v2',
  listPoliciesForRole: [NAME],
};

const ramAt = (endpoint: URL, capture: RamCapture, date = headerOf(capture, 'x-acs-date')): Ram =>
  createRam({
    endpoint,
    credentials: async () => credentialsOf(capture),
    clock: { ...systemClock, now: () => Date.parse(date) },
  });

describe('a request to RAM', () => {
  it.each(captures.map((capture) => [capture.operation, capture.sts, capture] as const))(
    '%s (STS: %s) is the official one',
    async (operation, _sts, capture) => {
      const server = await loopbackServer((response) => void response.end(JSON.stringify(capture.replied)));
      expect(await OPERATIONS[operation]?.(ramAt(server.url, capture))).toEqual(ANSWERS[operation]);

      const [sent, ...others] = server.received;
      expect(others).toEqual([]);
      expect([sent?.method, sent?.path, sent?.body.toString()]).toEqual([
        capture.method,
        capture.url,
        capture.body,
      ]);
      const names = Object.keys(capture.headers).filter(
        (name) =>
          name.startsWith('x-acs-') &&
          !['x-acs-signature-nonce', 'x-acs-credentials-provider'].includes(name),
      );
      for (const name of names) expect([name, sent?.headers[name]]).toEqual([name, capture.headers[name]]);
      expect(sent?.headers.authorization).toMatch(/^ACS3-HMAC-SHA256 Credential=example-access-key-id,/);
    },
  );
});

describe('an answer of RAM', () => {
  const [capture] = captures;
  if (capture === undefined) throw new Error('there is no capture');
  const answering = async (status: number, body: object) => {
    const server = await loopbackServer((response) => {
      response.writeHead(status).end(JSON.stringify(body));
    });
    return ramAt(server.url, capture);
  };

  it('that there is no such role or policy is none', async () => {
    const ram = await answering(404, { Code: 'EntityNotExist.Role', Message: 'no', RequestId: 'r' });
    expect([await ram.role(NAME), await ram.policy(NAME)]).toEqual([null, null]);
  });

  it('that is a refusal names the permission that is missing', async () => {
    const ram = await answering(403, { Code: 'NoPermission', Message: 'no', RequestId: 'r' });
    await expect(ram.role(NAME)).rejects.toMatchObject({
      code: 'NoPermission',
      requestId: 'r',
      message: expect.stringContaining('ram:GetRole'),
    });
  });

  it.each([
    ['without a document', {}],
    ['with no text', { AssumeRolePolicyDocument: 1 }],
  ])('%s is no role', async (_, Role) => {
    const ram = await answering(200, { Role, RequestId: 'r' });
    await expect(ram.role(NAME)).rejects.toMatchObject({ code: 'UnreadableAnswer' });
  });

  it('with a document that is no JSON is a role that differs from every other', async () => {
    const ram = await answering(200, { Role: { AssumeRolePolicyDocument: '{' }, RequestId: 'r' });
    expect(await ram.role(NAME)).toEqual({ trustPolicy: null });
  });
});
