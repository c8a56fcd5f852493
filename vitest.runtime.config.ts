/** The fault matrix on the Node.js that Function Compute has: its workers run on it, Vitest itself needs a newer one. */
import { functionNode } from './scripts/function-runtime.ts';
import base from './vitest.config.ts';

// Workers are started with the path of this process's own program.
process.execPath = functionNode() ?? process.execPath;

export default { test: { ...base.test, include: ['test/faults/**/*.test.ts'], exclude: [] } };
