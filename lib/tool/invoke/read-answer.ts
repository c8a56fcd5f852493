import * as v from 'valibot';
import type { Answer } from '../../function/answer.ts';
import type { Digests } from '../../function/digests.ts';
import { parseJson } from '../../json.ts';
import type { Runtime } from '../../runtime.ts';
import { oneLine } from '../../text.ts';

const Text = v.string();
const Counts = v.object({
  total: v.number(),
  unchanged: v.number(),
  confirmed: v.number(),
  accepted: v.number(),
  waiting: v.number(),
  planned: v.number(),
  failed: v.number(),
});
const Told = v.looseObject({ code: Text, message: Text, requestId: v.nullable(Text) });

/** The parts of an answer that are needed to show it; a newer function may send more. */
const Shown = v.looseObject({
  ok: v.boolean(),
  at: Text,
  summary: Counts,
  flowLogs: v.array(
    v.looseObject({
      flowLogId: Text,
      regionId: Text,
      schedule: Text,
      observed: v.nullable(Text),
      desired: v.nullable(Text),
      reason: Text,
      action: Text,
      outcome: Text,
      nextTransition: v.nullable(Text),
      error: v.nullable(Told),
    }),
  ),
  warnings: v.array(Text),
  error: v.optional(Told),
});

/** The scheduler's answer; null when the text is something else, as another function would answer. */
export function readAnswer(text: string): Answer | null {
  const parsed = v.safeParse(Shown, parseJson(text));
  return parsed.success ? (parsed.output as unknown as Answer) : null;
}

const RuntimeTold = v.object({ nodeVersion: Text, zoneData: v.object({ config: Text, runtime: Text }) });

/** What an answer was made with; null when it does not say, as an older version of the scheduler does not. */
export function readRuntime(text: string): Runtime | null {
  const parsed = v.safeParse(RuntimeTold, parseJson(text));
  return parsed.success ? parsed.output : null;
}

const DigestsTold = v.object({ digests: v.object({ code: Text, config: Text }) });

/** Of what is deployed; null when the answer does not say, as that of an older version of the scheduler. */
export function readDigests(text: string): Digests | null {
  const parsed = v.safeParse(DigestsTold, parseJson(text));
  return parsed.success ? parsed.output.digests : null;
}

/** What a function threw, as one line: its own `errorType` and `errorMessage`. */
export function readFunctionError(body: string): string {
  const value = parseJson(body);
  if (typeof value !== 'object' || value === null) return oneLine(body);
  const { errorType, errorMessage } = value as Readonly<Record<string, unknown>>;
  const parts = [errorType, errorMessage].filter((part) => typeof part === 'string' && part !== '');
  return oneLine(parts.length === 0 ? body : parts.join(': '));
}
