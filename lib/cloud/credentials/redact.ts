const MASK = '***';

/** `=`, `:` or `": "`, or `=` once or twice percent-encoded, as a "string to sign" in an error text has it. */
const SEPARATOR = String.raw`(?:\\?["']?\s{0,4}[=:]\s{0,4}\\?["']?|%(?:25)*3D)`;
const VALUE = String.raw`(?:(?!%(?:25)*26)[^\s"'\\&,;<>(){}\[\]])+`;
/** Not after the error codes `InvalidAccessKeyId: …`, `MissingSecurityToken: …`, which words follow. */
const NAMED = new RegExp(
  `((?<!Invalid|Missing)(?:access[-_]?key[-_]?(?:id|secret)|security[-_]?token|credential|signature)${SEPARATOR})${VALUE}`,
  'gi',
);
/** Its value has spaces in it, so it reaches to the closing quote or the end of the line. */
const AUTHORIZATION = new RegExp(String.raw`(authorization${SEPARATOR})[^"'\\\r\n]+`, 'gi');
/** `signature {base64} not match`, as SLS words it. */
const SIGNATURE_IN_A_SENTENCE = /(signature\s{1,4})[\w+/-]{20,}={0,2}/gi;
/** Alibaba Cloud's access key ids: `LTAI…` of users, `STS.…` of roles. */
const ACCESS_KEY_ID = /\b(?:LTAI|STS\.)\w{8,}/g;
const URLS = /\bhttps?:\/\/[^\s"'<>]+/gi;

/**
 * A text without what looks like somebody's secret: queries and user information of URLs, and the values of
 * `AccessKeyId`, `AccessKeySecret`, `SecurityToken` (`x-acs-security-token`), `Signature`, `Credential` and
 * `Authorization`, whoever they belong to. Each is replaced by `***`.
 * Pure; meant for texts that other people's code made. The credentials of a run are taken out where its texts leave.
 * @see secrets.ts
 */
export const redact = (text: string): string =>
  text
    .replace(URLS, withoutSecrets)
    .replace(AUTHORIZATION, `$1${MASK}`)
    .replace(NAMED, `$1${MASK}`)
    .replace(SIGNATURE_IN_A_SENTENCE, `$1${MASK}`)
    .replace(ACCESS_KEY_ID, MASK);

function withoutSecrets(url: string): string {
  const [beforeQuery = ''] = url.split(/[?#]/, 1);
  const named = beforeQuery.replace(/^(https?:\/\/)[^/]*@/i, `$1${MASK}@`);
  return beforeQuery === url ? named : `${named}?${MASK}`;
}
