import { defineConfig } from 'vitest/config';
import { common } from './vitest.config.ts';

/** The suites that the mutants of the core are tried on: its own, without those that are slow or need a build. */
export default defineConfig({
  test: {
    ...common,
    env: { ...common.env, WORLDS: 'in memory' },
    include: [
      'test/schedule/**/*.test.ts',
      'test/reconcile/**/*.test.ts',
      // What the fields of records are, and mean.
      'test/docs/generated.test.ts',
      'test/tool/provision/definitions.test.ts',
    ],
    exclude: [
      'test/schedule/brute-force.test.ts',
      'test/reconcile/properties.test.ts',
      'test/reconcile/thirty-of-130.test.ts',
    ],
  },
});
