/**
 * The fault matrix, for the flow logs of each product, on the Node.js that Function Compute has: its workers run on it,
 * Vitest itself needs a newer one.
 */
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { functionNode } from './scripts/function-runtime.ts';
import { common, WORKERS } from './vitest.config.ts';

// Workers are started with the path of this process's own program.
process.execPath = functionNode() ?? process.execPath;

const matrixOf = (product: string): TestProjectInlineConfiguration => ({
  test: {
    ...common,
    name: product,
    include: ['test/faults/**/*.test.ts'],
    env: { ...common.env, FLOW_LOGS_OF: product },
    isolate: false,
  },
});

export default defineConfig({
  test: { maxWorkers: WORKERS, projects: [matrixOf('cen'), matrixOf('vpc')] },
});
