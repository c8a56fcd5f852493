import { availableParallelism } from 'node:os';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/** What every test gets, those of the other two configs too. */
export const common: NonNullable<TestProjectInlineConfiguration['test']> = {
  // Alibaba's default credential chain would ask the cloud's metadata address.
  env: {
    ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true',
    ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'true',
    TZ: 'America/New_York', // no test may depend on the process zone
  },
  testTimeout: 30_000,
};

/** Vitest would leave one core to itself. One more than there are, since tests wait too: for a process, or an answer. */
export const WORKERS = availableParallelism() + 1;

/** Replace a module, or a signal's listener, for everything that is loaded after them, or share folders that one removes. */
const ALONE = [
  ...['demo', 'emulator', 'invoke-endpoint', 'override'].map((name) => `test/tool/${name}.test.ts`),
  'test/deployment/*.test.ts',
];

export default defineConfig({
  test: {
    maxWorkers: WORKERS,
    coverage: {
      provider: 'v8',
      include: ['lib/**/*.ts', 'functions/**/*.ts'],
      reporter: ['text-summary'],
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
    projects: [
      {
        // No module of lib has state, so that a worker loads each once, for all of its files.
        test: {
          ...common,
          name: 'together',
          isolate: false,
          setupFiles: ['test/support/put-back.ts'],
          include: ['test/**/*.test.ts'],
          // The fault matrix is run by vitest.runtime.config.ts.
          exclude: ['test/faults/**', ...ALONE],
        },
      },
      // Before the others, by Vitest's own order: the longest file is among them.
      { test: { ...common, name: 'alone', include: ALONE } },
    ],
  },
});
