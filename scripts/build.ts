/**
 * Builds what is deployed (dist/flow-log-scheduler) and the operator's tool (dist/cli.js). With `--tool-only` the tool
 * alone: the config is neither read nor needed, and what was built to be deployed stays.
 */
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { parseDocument } from 'yaml';
import { describeIssues } from '../lib/config/check.ts';
import { compileConfig, compiledPath, writeCompiled } from '../lib/config/compiled.ts';
import { formatIssue } from '../lib/config/issues.ts';
import { configJsonSchema } from '../lib/config/json-schema.ts';
import { parseConfig } from '../lib/config/parse.ts';
import { onDemand } from './on-demand.ts';
import { precompile, runFromText } from './precompiled.ts';

const CONFIG = 'functions/flow-logs.yaml';
const FUNCTION = 'dist/flow-log-scheduler';

const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  logLevel: 'warning',
  define: { 'import.meta.dirname': '__dirname' },
};

/** For Node.js the package is seventy CommonJS modules, which take 4 ms longer to load than its ECMAScript module. */
const YAML_AS_ONE_MODULE = { yaml: resolve('node_modules/yaml/browser/index.js') };

/** The bundles are CommonJS, the package around them is not. */
const markAsCommonJs = () => writeFile('dist/package.json', `${JSON.stringify({ type: 'commonjs' })}\n`);

async function buildFunction(): Promise<void> {
  const text = await readFile(CONFIG, 'utf8');
  const parsed = parseConfig(text, Date.now());
  if (!parsed.ok) {
    console.error(`${CONFIG} is not valid:\n${describeIssues(parsed.issues)}`);
    process.exit(1);
  }
  for (const warning of parsed.warnings) console.warn(`warning: ${formatIssue(warning)}`);
  await writeFile('functions/flow-logs.schema.json', `${JSON.stringify(configJsonSchema(), null, 2)}\n`);

  await rm('dist', { recursive: true, force: true });
  await mkdir(FUNCTION, { recursive: true });
  await markAsCommonJs();
  const { outputFiles } = await build({
    ...common,
    entryPoints: ['functions/flow-log-scheduler.ts'],
    write: false,
    minify: true,
    plugins: [onDemand(['yaml', '@alicloud/credentials'], { ...common, alias: YAML_AS_ONE_MODULE })],
  });
  const bundle = outputFiles.map((file) => file.text).join('');
  await writeFile(`${FUNCTION}/index.js`, await runFromText(bundle));
  await precompile(resolve(FUNCTION));
  await copyFile(CONFIG, `${FUNCTION}/flow-logs.yaml`);
  const compiled = compileConfig(text, parseDocument(text).toJS(), parsed.config, Date.now());
  await writeFile(compiledPath(`${FUNCTION}/flow-logs.yaml`), writeCompiled(compiled));
}

if (!process.argv.includes('--tool-only')) await buildFunction();
await mkdir('dist', { recursive: true });
await markAsCommonJs();
await build({
  ...common,
  entryPoints: ['lib/cli/main.ts'],
  outfile: 'dist/cli.js',
  // Needed by `invoke` alone, and loaded by it from node_modules: fc2 brings ali-oss, whose optional requires cannot
  // be bundled, and fc20230330 would triple the file that every other command reads. So is `provision`'s sls20201230,
  // which brings a native module.
  external: ['@alicloud/fc2', '@alicloud/fc20230330', '@alicloud/sls20201230'],
  banner: { js: '#!/usr/bin/env node' },
});
await chmod('dist/cli.js', 0o755);
