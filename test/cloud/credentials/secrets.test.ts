import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSecrets, type Secrets } from '../../../lib/cloud/credentials/secrets.ts';
import type { Credentials } from '../../../lib/cloud/credentials/types.ts';
import { mapTexts } from '../../../lib/text.ts';

const CREDENTIALS = {
  accessKeyId: 'TMP.made-up-key-id',
  accessKeySecret: 'Made+up/secretOfTheKey==',
  securityToken: 'CAIS/made+up/tokenOfTheSession=',
};

function knowing(...all: readonly Credentials[]): Secrets {
  const secrets = createSecrets();
  for (const each of all) secrets.remember(each);
  return secrets;
}
const { mask } = knowing(CREDENTIALS);

const percent = (text: string, pattern: RegExp): string =>
  text.replace(pattern, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
const html = (text: string, spell: (code: number) => string): string =>
  text.replace(/[^\w.-]/g, (each) => `&${spell(each.charCodeAt(0))};`);

const ENCODINGS: readonly [string, (text: string) => string][] = [
  ['plain', (text) => text],
  ['in capitals', (text) => text.toUpperCase()],
  ['in small letters', (text) => text.toLowerCase()],
  ['percent-encoded', encodeURIComponent],
  ['percent-encoded in small letters', (text) => percent(text, /[^\w.-]/g).toLowerCase()],
  ['percent-encoded twice', (text) => encodeURIComponent(encodeURIComponent(text))],
  ['percent-encoded whole', (text) => percent(text, /./g)],
  ['as JSON in JSON', (text) => JSON.stringify(JSON.stringify(text).replaceAll('/', '\\/'))],
  [
    'with Unicode escapes',
    (text) => text.replace(/[+/=]/g, (each) => `\\u00${each.charCodeAt(0).toString(16)}`),
  ],
  ['as HTML by decimals', (text) => html(text, (code) => `#${code}`)],
  ['as HTML by hex', (text) => html(text, (code) => `#x${code.toString(16)}`)],
  ['as HTML by name', (text) => html(text, (code) => ({ 43: 'plus', 47: 'sol', 61: 'equals' })[code] ?? '')],
  ['in base64', (text) => Buffer.from(text).toString('base64')],
  ['in base64 for URLs', (text) => Buffer.from(text).toString('base64url')],
  ['in base64 after one character', (text) => Buffer.from(`x${text}x`).toString('base64')],
  ['in base64 after two characters', (text) => Buffer.from(`xx${text}`).toString('base64')],
  ['in hex', (text) => Buffer.from(text).toString('hex')],
  ['in hex in capitals', (text) => Buffer.from(text).toString('hex').toUpperCase()],
  ['broken into lines', (text) => text.replace(/.{7}/g, '$&\r\n  ')],
  ['broken into lines, as JSON', (text) => JSON.stringify(text.replace(/.{7}/g, '$&\n'))],
  ['in base64 broken into lines', (text) => Buffer.from(text).toString('base64').replace(/.{7}/g, '$&\n')],
];

describe('a secret', () => {
  it.each(ENCODINGS)('%s is masked, and nothing else', (_, encode) => {
    for (const secret of Object.values(CREDENTIALS)) {
      const masked = mask(`before (${encode(secret)}) after`);
      expect(masked).toMatch(/^before \(["\\]*(?:..?)?\*\*\*.{0,8}\) after$/s);
    }
  });

  it.each(ENCODINGS)('%s is masked too when only a part of it is left', (_, encode) => {
    const secret = CREDENTIALS.securityToken;
    for (const part of [secret.slice(0, 28), secret.slice(0, 14), secret.slice(9, 23), secret.slice(-14)]) {
      expect(mask(`before ${encode(part)} after`)).toContain('***');
    }
  });

  it('is masked from twelve of its characters on, wherever they are', () => {
    const secret = CREDENTIALS.securityToken;
    for (let start = 0; start + 12 <= secret.length; start += 1) {
      expect(mask(`:${secret.slice(start, start + 12)}:`)).toBe(':***:');
      expect(mask(`:${secret.slice(start, start + 11)}:`)).toBe(`:${secret.slice(start, start + 11)}:`);
    }
  });

  it('that another one is part of is masked whole', () => {
    const nested = { accessKeyId: 'abcd', accessKeySecret: 'abcdef', securityToken: 'xabcdefx' };
    expect(knowing(nested).mask('xabcdefx abcdef abcd')).toBe('*** *** ***');
    const long = { accessKeyId: 'abcdefghijklmnop', accessKeySecret: 'ijklmnopqrstuvwxyz' };
    expect(knowing(long).mask(':abcdefghijklmnopqrstuvwxyz:')).toBe(':***:');
  });

  it('may be made of anything', () => {
    expect(knowing({ accessKeyId: '\ud800xyz', accessKeySecret: '' }).mask('a \ud800xyz b')).toBe('a *** b');
    expect(knowing({ accessKeyId: '$&$&', accessKeySecret: '$1' }).mask('a $&$& b')).toBe('a *** b');
    const quoted = { accessKeyId: 'İ"quoted\\secret"', accessKeySecret: 'İİİİİİİİİİİİİİ' };
    expect(knowing(quoted).mask('a İ"quoted\\secret" b')).toBe('a *** b');
    expect(knowing(quoted).mask('a İİİİİİİİİİİİİİ b')).toBe('a *** b');
  });

  it('that was made up of public words leaves these to be read', () => {
    const { mask } = knowing({ accessKeyId: 'made-up-id', accessKeySecret: 'CAISmade+up/securityToken==' });
    const text = 'InvalidSecurityToken.Expired: x-acs-security-token has expired';
    expect(mask(`${text}: CAISmade+up/securityToken==`)).toBe(`${text}: ***`);
  });

  it('that is too short to be one is left, since nothing would be left to read', () => {
    expect(knowing({ accessKeyId: 'a', accessKeySecret: 'abc' }).mask('an abc')).toBe('an abc');
  });

  it.each([
    'POST to ops-audit.cn-hangzhou.log.aliyuncs.com: HTTP 404 LogStoreNotExist: 100 % \\ & of it\n  is gone',
    'acs:ram::1234567890123456:role/flow-log-scheduler',
    '6F3B2F0C-1234-5678-9ABC-0123456789AB',
    `${'a1'.repeat(40)} ${'Ab1/'.repeat(40)}`,
    '',
  ])('that is not in a text leaves it as it is: %s', (text) => {
    expect(mask(text)).toBe(text);
    expect(createSecrets().mask(text)).toBe(text);
  });

  it('is not in any text afterwards, and JSON stays JSON', () => {
    const secret = fc.stringMatching(/^[!-~]{4,40}$/);
    const encode = fc.constantFrom<(text: string) => string>(
      (text) => text,
      encodeURIComponent,
      (text) => encodeURIComponent(encodeURIComponent(text)),
    );
    fc.assert(
      fc.property(fc.tuple(secret, secret, secret), fc.array(fc.string()), encode, (all, words, spell) => {
        const [accessKeyId, accessKeySecret, securityToken] = all;
        const secrets = knowing({ accessKeyId, accessKeySecret, securityToken });
        const told = { said: [...words, ...all.map(spell), ...words].join(' | '), all };
        const masked = secrets.mask(JSON.stringify(told));
        expect(Object.keys(JSON.parse(masked))).toHaveLength(2);
        const cleaned = mapTexts(told, secrets.mask);
        for (const value of all) {
          if (value.length >= 12)
            expect(JSON.stringify(cleaned)).not.toContain(JSON.stringify(value).slice(1, -1));
        }
      }),
    );
  });
});

describe('data', () => {
  it('is the same when there is nothing to clean, and cleaned in every place otherwise', () => {
    const { cleanAll } = knowing(CREDENTIALS);
    const fine = { a: ['one', { b: 'two', n: 1, none: null, no: undefined }] };
    expect(cleanAll(fine)).toBe(fine);
    expect(cleanAll(null)).toBe(null);
    const { accessKeySecret: secret, securityToken } = CREDENTIALS;
    expect(cleanAll({ ...fine, [secret]: [{ c: `x ${securityToken}`, d: 'Signature=abc' }] })).toEqual({
      ...fine,
      '***': [{ c: 'x ***', d: 'Signature=***' }],
    });
  });

  it('is cleaned of what stands at the edges of its texts', () => {
    const { cleanAll } = knowing(CREDENTIALS);
    const edges = [
      'AccessKeyId:\nabc',
      'the signature',
      'see https://x/y?z=1',
      'authorization: LOG id',
      'LTAI5tExampleKey',
    ];
    expect(cleanAll(edges)).toEqual([
      'AccessKeyId:\n***',
      'the signature',
      'see https://x/y?***',
      'authorization: ***',
      '***',
    ]);
  });
});

describe('many secrets', () => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let seed = 1;
  const random = (length: number) =>
    Array.from({ length }, () => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return letters[(seed >> 16) % 64];
    }).join('');
  const all = Array.from({ length: 500 }, () => ({
    accessKeyId: `STS.${random(16)}`,
    accessKeySecret: random(44),
    securityToken: `CAISjgJ1q6Ft5B2yfSjIr5${random(680)}`,
  }));
  const error = {
    code: 'Forbidden.RAM',
    message:
      'DescribeFlowlogs: not authorized; grant cen:DescribeFlowlogs to acs:ram::1234567890123456:role/r',
  };
  const report = all.map((_, index) => ({
    flowLogId: `flowlog-${index}m5evbtbptexample`,
    regionId: 'cn-hangzhou',
    account: `account-${index}`,
    reason: 'window Mon–Fri 08:00–20:00 (Asia/Shanghai) until 2026-11-23T20:00:00+08:00',
    nextTransition: '2026-11-23T12:00:00.000Z',
    error: { ...error, requestId: `6F3B2F0C-1234-5678-9ABC-${index}`.padEnd(36, '0') },
  }));

  it('are all masked', () => {
    const { mask } = knowing(...all);
    for (const { accessKeyId, accessKeySecret, securityToken } of all) {
      expect(mask(`${accessKeyId} ${accessKeySecret} ${securityToken.slice(30, 60)}`)).toBe('*** *** ***');
    }
    expect(mask(':CAISjgJ1q6Ft5B2yfSjIr5:')).toBe(':***:');
  });

  it('of 500 accounts take less than a fifth of a second of a report of 500 flow logs', () => {
    const took = Array.from({ length: 5 }, () => {
      const start = process.cpuUsage();
      expect(knowing(...all).cleanAll(report)).toBe(report);
      return process.cpuUsage(start).user / 1_000;
    });
    expect(Math.min(...took)).toBeLessThan(200);
  });

  it.each([
    ['nothing in particular', 'x'.repeat(200_000)],
    ['what all begin with', 'CAISjg'.repeat(3_000)],
    ['backslashes', '\\'.repeat(200_000)],
    ['percent signs', '%25'.repeat(60_000)],
    ['ampersands', '&amp;'.repeat(40_000)],
    ['line ends', '\n '.repeat(100_000)],
    ['spaces', `${' '.repeat(200_000)}%`],
  ])('take little time in a long text of %s', (_, text) => {
    const { mask } = knowing(...all);
    const start = process.cpuUsage();
    expect(mask(text)).toBe(text);
    expect(process.cpuUsage(start).user / 1_000).toBeLessThan(1_000);
  });
});
