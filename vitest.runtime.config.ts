/**
 * The fault matrix, for the flow logs of each product, on the Node.js that Function Compute has: its workers run on it,
 * Vitest itself needs a newer one.
 */
import { functionNode } from './scripts/function-runtime.ts';
import base from './vitest.config.ts';

// Workers are started with the path of this process's own program.
process.execPath = functionNode() ?? process.execPath;

const { coverage: _, ...each } = base.test ?? {};
const matrixOf = (product: string) => ({
  test: {
    ...each,
    name: product,
    include: ['test/faults/**/*.test.ts'],
    exclude: [],
    env: { ...each.env, FLOW_LOGS_OF: product },
  },
});

export default { test: { projects: [matrixOf('cen'), matrixOf('vpc')] } };
