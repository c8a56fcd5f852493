/**
 * Builds what is deployed (dist/flow-log-scheduler) and the operator's tool (dist/cli.js). With `--tool-only` the tool
 * alone: the config is neither read nor needed, and what was built to be deployed stays.
 */
import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { compileConfig, compiledPath } from '../lib/config/compiled.ts';
import { describeIssues, formatIssue } from '../lib/config/issues.ts';
import { configJsonSchema } from '../lib/config/json-schema.ts';
import { readConfigText } from '../lib/config/text.ts';
import { parseConfig } from '../lib/tool/lint/parse.ts';

const CONFIG = 'functions/flow-logs.yaml';
const FUNCTION = 'dist/flow-log-scheduler';

const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  // What Function Compute's nodejs20 is.
  target: 'node20.10',
  format: 'cjs',
  logLevel: 'warning',
  define: { 'import.meta.dirname': '__dirname' },
};

/** For Node.js the package is seventy CommonJS modules, which take 4 ms longer to load than its ECMAScript module. */
const YAML_AS_ONE_MODULE = { yaml: resolve('node_modules/yaml/browser/index.js') };

if (!process.argv.includes('--tool-only')) await buildFunction();
await markAsCommonJs();
await build({
  ...common,
  entryPoints: ['lib/tool/main.ts'],
  outfile: 'dist/cli.js',
  // Needed by `invoke` on Function Compute 2.0 alone, and loaded by it from node_modules: it brings ali-oss, whose
  // optional requires cannot be bundled.
  external: ['@alicloud/fc2'],
  banner: { js: '#!/usr/bin/env node' },
});
await chmod('dist/cli.js', 0o755);

/** The bundles are CommonJS, the package around them is not. */
async function markAsCommonJs(): Promise<void> {
  await mkdir('dist', { recursive: true });
  await writeFile('dist/package.json', `${JSON.stringify({ type: 'commonjs' })}\n`);
}

async function buildFunction(): Promise<void> {
  const read = readConfigText(CONFIG);
  if (!read.ok) {
    console.error(`${CONFIG} ${formatIssue(read.issue)}`);
    process.exit(1);
  }
  const { text } = read;
  const parsed = parseConfig(text, Date.now());
  if (!parsed.ok) {
    console.error(`${CONFIG} is not valid:\n${describeIssues(parsed.issues)}`);
    process.exit(1);
  }
  for (const warning of parsed.warnings) console.warn(`warning: ${formatIssue(warning)}`);
  await writeFile('functions/flow-logs.schema.json', `${JSON.stringify(configJsonSchema(), null, 2)}\n`);

  await rm('dist', { recursive: true, force: true });
  await mkdir(FUNCTION, { recursive: true });
  await bundleInParts('functions/flow-log-scheduler.ts', 'index.js');
  await copyFile(CONFIG, `${FUNCTION}/flow-logs.yaml`);
  await writeFile(compiledPath(`${FUNCTION}/flow-logs.yaml`), compileConfig(text, parsed.file, Date.now()));
}

/** Bundles an entry, and each module that it imports with `import()` into a file of its own beside it. */
async function bundleInParts(entry: string, name: string): Promise<void> {
  const later = new Map<string, string>();
  const apart: Plugin = {
    name: 'apart',
    setup({ onResolve }) {
      onResolve({ filter: /.*/ }, ({ path, kind, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const file = `${basename(path, '.ts')}.js`;
        later.set(file, path.startsWith('.') ? resolve(resolveDir, path) : path);
        return { path: `./${file}`, external: true };
      });
    },
  };
  await build({
    ...common,
    entryPoints: [entry],
    outfile: `${FUNCTION}/${name}`,
    minify: true,
    alias: YAML_AS_ONE_MODULE,
    // Makes `import()` a `require()`, which loads faster and finds CommonJS.
    supported: { 'dynamic-import': false },
    plugins: [apart],
  });
  for (const [file, module] of later) await bundleInParts(module, file);
}
