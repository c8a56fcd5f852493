import { CREDENTIALS } from './scheduler.ts';

/** Every secret of {@link CREDENTIALS} in every spelling that a text may carry it in. */
const SPELLINGS = Object.values(CREDENTIALS).flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  encodeURIComponent(encodeURIComponent(secret)),
  secret.replaceAll('/', '\\/'),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
]);

/** Which of them a text holds. */
export const leaksIn = (text: string): readonly string[] =>
  [...new Set(SPELLINGS)].filter((spelling) => text.includes(spelling));
