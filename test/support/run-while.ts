/** Runs in memory during which something happens. */
import type { RunDeps } from '../../lib/reconcile/reconcile.ts';
import type { ToggleEvent } from '../../lib/reconcile/work.ts';
import { createInMemoryWorld } from './in-memory-world.ts';
import { run, type World, type WorldOptions } from './world.ts';

export const TAG = 'flow-log-scheduler:override';
export const HELD = { [TAG]: 'Inactive until 2026-11-23T12:00:00Z; by=netops' };
export const ids = (count: number) => Array.from({ length: count }, (_, index) => `flowlog-${index + 1}`);
export const inactive = (count: number) => ids(count).map((flowLogId) => ({ flowLogId }));

/** A run during which something happens, and when each change was sent. */
export async function runWhile(
  options: WorldOptions,
  happens: (world: World) => Promise<void>,
  { entries = ids(options.flowLogs?.length ?? 0), timeMs = 600_000, deps, ...more }: RunMore = {},
) {
  const world = await createInMemoryWorld(options);
  const start = world.clock.monotonic();
  const events: (ToggleEvent & { readonly after: number })[] = [];
  const onToggle = (event: ToggleEvent) => events.push({ ...event, after: world.clock.monotonic() - start });
  const meanwhile = happens(world);
  const report = await run(world, entries, { ...more, timeMs, deps: { ...deps?.(world), onToggle } });
  await meanwhile;
  const sent = events.filter(({ phase }) => phase === 'sent');
  return { world, report, events, sent };
}

interface RunMore {
  readonly entries?: Parameters<typeof run>[1];
  readonly timeMs?: number;
  readonly request?: object;
  readonly limits?: object;
  readonly deps?: (world: World) => Partial<RunDeps>;
}
