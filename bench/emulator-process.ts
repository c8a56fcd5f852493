/** The emulator in a process of its own, driven by messages, so that its work is not counted as the function's. */
import { type Emulator, startEmulator } from '../lib/emulator/emulator.ts';
import { createWorld, type WorldSize } from './world.ts';

export type Order =
  | { readonly kind: 'start'; readonly options: EmulatedCloud }
  /** Tell and forget what was asked since the last time. */
  | { readonly kind: 'collect' };

export interface EmulatedCloud {
  readonly size: WorldSize;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly latencyMs: number;
  readonly callsPerSecond?: number;
  readonly modifyingMs: number;
}

/** Requests since the last time. */
export interface Traffic {
  /** By operation: answered with success. */
  readonly answered: Readonly<Record<string, number>>;
  /** Refused since the rate limit was used up. */
  readonly throttled: number;
  /** Refused otherwise, or not answered. */
  readonly failed: number;
  readonly cpuMs: number;
}

export type Report = { readonly url: string } | Traffic;

let emulator: Emulator | null = null;
let seen = 0;
let cpu = process.cpuUsage();

async function start({ size, now, latencyMs, callsPerSecond, modifyingMs }: EmulatedCloud): Promise<Report> {
  await emulator?.close();
  const { accounts, logstores } = createWorld(size, now);
  emulator = await startEmulator({
    accounts,
    logstores,
    latencyMs,
    modifyingMs,
    ...(callsPerSecond === undefined ? {} : { rateLimit: { callsPerSecond } }),
  });
  seen = 0;
  cpu = process.cpuUsage();
  return { url: emulator.url };
}

function collect(): Traffic {
  const requests = emulator?.requests ?? [];
  const answered: Record<string, number> = {};
  let throttled = 0;
  let failed = 0;
  for (const { action, outcome } of requests.slice(seen)) {
    if (outcome.kind === 'answered' && outcome.code === null) answered[action] = (answered[action] ?? 0) + 1;
    else if (outcome.kind === 'answered' && outcome.code?.startsWith('Throttling')) throttled += 1;
    else failed += 1;
  }
  const used = process.cpuUsage(cpu);
  seen = requests.length;
  cpu = process.cpuUsage();
  return { answered, throttled, failed, cpuMs: (used.user + used.system) / 1000 };
}

process.on('message', async (order: Order) => {
  process.send?.(order.kind === 'start' ? await start(order.options) : collect());
});
process.on('disconnect', () => process.exit());
