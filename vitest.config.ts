import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Run by vitest.runtime.config.ts.
    exclude: ['test/faults/**'],
    // Alibaba's default credential chain would ask the cloud's metadata address.
    env: {
      ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true',
      ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'true',
      TZ: 'America/New_York', // no test may depend on the process zone
    },
    testTimeout: 30_000,
    coverage: {
      provider: 'v8',
      include: ['lib/**/*.ts', 'functions/**/*.ts'],
      reporter: ['text-summary', 'html'],
      // The pure core in full, the rest at least nine tenths.
      thresholds: {
        lines: 90,
        functions: 90,
        statements: 90,
        branches: 90,
        'lib/schedule/**': { 100: true },
        'lib/reconcile/**': { 100: true },
        'lib/tool/policy/**': { 100: true },
      },
    },
  },
});
