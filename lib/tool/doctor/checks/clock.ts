import type { Exchange } from '../exchanges.ts';
import { about, fail, type Line, ok, skip, warn } from '../line.ts';
import type { Observations } from '../observations.ts';

const CLOCK = about('clock');

/** Signatures older or younger than this are refused. */
const REFUSED_MS = 15 * 60_000;
const DOUBTFUL_MS = 60_000;
const TO_DO =
  'set the clock of this machine, best by NTP; schedules are judged by the clock of whoever runs them';

/** The local clock against the answer that came back fastest: it says the most. */
export function checkClock({ exchanges }: Observations): readonly Line[] {
  const [best] = exchanges.filter(({ date }) => date !== null).sort((a, b) => a.elapsedMs - b.elapsedMs);
  if (best === undefined) {
    return [skip(CLOCK, 'no answer had a date', 'see credentials and endpoints first')];
  }
  const aheadMs = aheadOf(best);
  const off = Math.abs(aheadMs);
  const side = aheadMs > 0 ? 'ahead of' : 'behind';
  const found = `${lengthOf(off)} ${side} ${best.host}`;
  if (off > REFUSED_MS) return [fail(CLOCK, `${found}: every signature is refused`, TO_DO)];
  if (off > DOUBTFUL_MS) return [warn(CLOCK, found, TO_DO)];
  return [ok(CLOCK, `within ${lengthOf(Math.max(1_000, Math.ceil(off / 1000) * 1000))} of ${best.host}`)];
}

/** The header has whole seconds, cut off; the answer was made somewhere between sending and reading. */
function aheadOf({ sentAt, elapsedMs, date }: Exchange): number {
  return sentAt + elapsedMs / 2 - ((date ?? 0) + 500);
}

function lengthOf(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
