import type { Runtime } from '../../lib/runtime.ts';

/** A function that goes by newer zone data than its Node.js brings. */
export const RUNTIME: Runtime = { nodeVersion: 'v20.10.0', zoneData: { config: '2025c', runtime: '2023c' } };
