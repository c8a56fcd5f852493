import { describe } from '../asked.ts';
import { about, fail, type Line, ok } from '../line.ts';
import type { EndpointSeen, Observations } from '../observations.ts';

/** Whether something answers over TCP, TLS and HTTP, whatever it answers. */
export function checkEndpoints({ endpoints }: Observations): readonly Line[] {
  return endpoints.map(checkEndpoint);
}

function checkEndpoint({ service, origin, variable, isOverridden, reached }: EndpointSeen): Line {
  const subject = about('endpoint', service);
  const which = isOverridden ? `${origin} (${variable})` : origin;
  if (reached.ok) return ok(subject, `${which} answers in ${Math.round(reached.value.elapsedMs)} ms`);
  const toDo = isOverridden
    ? `correct or unset ${variable}`
    : `let this network reach it, or set ${variable} to an endpoint that it does reach`;
  return fail(subject, `${which}: ${describe(reached.trouble)}`, toDo);
}
