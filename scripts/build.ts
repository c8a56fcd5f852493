/**
 * Builds what users install, the handler (dist/handler) and the tool (dist/cli.js), and puts the handler together with
 * functions/flow-logs.yaml into what is deployed (dist/flow-log-scheduler). With `--without-config` the config is neither
 * read nor needed, and what was built to be deployed stays.
 */
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type BuildOptions, build as bundle, type Metafile, type Plugin } from 'esbuild';
import { describeIssues, formatIssue } from '../lib/config/issues.ts';
import { configJsonSchema } from '../lib/config/json-schema.ts';
import { type BundledConfig, describeBundle, readForBundle, writeBundle } from '../lib/tool/bundle/bundle.ts';
import { licences } from './licences.ts';

const CONFIG = 'functions/flow-logs.yaml';
const HANDLER = 'dist/handler';
const DEPLOYED = 'dist/flow-log-scheduler';

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

const metafiles: Metafile[] = [];
async function build(options: BuildOptions): Promise<void> {
  metafiles.push((await bundle({ ...common, ...options, metafile: true })).metafile);
}

const config = process.argv.includes('--without-config') ? null : readConfig();

await writeFile('functions/flow-logs.schema.json', `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
await mkdir('dist', { recursive: true });
// The bundles are CommonJS, the package around them is not.
await writeFile('dist/package.json', `${JSON.stringify({ type: 'commonjs' })}\n`);
await rm(HANDLER, { recursive: true, force: true });
await buildInParts('functions/flow-log-scheduler.ts', 'index.js');
await buildTool();
await writeFile('dist/THIRD-PARTY-LICENCES.txt', await licences(metafiles));
if (config !== null) console.log(describeBundle(await writeBundle(config, HANDLER, DEPLOYED, Date.now())));

function readConfig(): BundledConfig {
  const read = readForBundle(CONFIG, Date.now());
  if (!read.ok) {
    console.error(`${CONFIG} is not valid:\n${describeIssues(read.issues)}`);
    process.exit(1);
  }
  for (const warning of read.warnings) console.warn(`warning: ${formatIssue(warning)}`);
  return read.config;
}

/** Bundles an entry, and each module that it imports with `import()` into a file of its own beside it. */
async function buildInParts(entry: string, name: string): Promise<void> {
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
    entryPoints: [entry],
    outfile: `${HANDLER}/${name}`,
    minify: true,
    alias: YAML_AS_ONE_MODULE,
    // Makes `import()` a `require()`, which loads faster and finds CommonJS.
    supported: { 'dynamic-import': false },
    plugins: [apart],
  });
  for (const [file, module] of later) await buildInParts(module, file);
}

/** The tool, and `@alicloud/fc2`, which `invoke` alone needs, in a file of its own: both need no `node_modules`. */
async function buildTool(): Promise<void> {
  const apart: Plugin = {
    name: 'apart',
    setup({ onResolve }) {
      onResolve({ filter: /^@alicloud\/fc2$/ }, () => ({ path: './fc2.js', external: true }));
    },
  };
  // The client loads it for uploads of code, which nothing here asks for; its optional packages cannot be bundled.
  const withoutOss: Plugin = {
    name: 'without-oss',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^ali-oss$/ }, ({ path }) => ({ path, namespace: 'left-out' }));
      onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: '' }));
    },
  };
  await build({
    entryPoints: ['lib/tool/main.ts'],
    outfile: 'dist/cli.js',
    plugins: [apart],
    banner: { js: '#!/usr/bin/env node' },
  });
  await chmod('dist/cli.js', 0o755);
  await build({
    // For this Node.js; beside it the package has the same for older ones.
    entryPoints: ['node_modules/@alicloud/fc2/lib/client.js'],
    outfile: 'dist/fc2.js',
    minify: true,
    plugins: [withoutOss],
  });
}
