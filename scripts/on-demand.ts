/** An esbuild plugin for packages that one file has to hold, but that most runs never use. */
import { type BuildOptions, build, type Plugin } from 'esbuild';

/**
 * Embeds the packages, where `import()` loads them, as text that is compiled when it is first used. As code V8 would
 * parse them at every cold start, half of the bundle for nothing.
 * @param options as for the file that they are embedded in
 */
export function onDemand(packages: readonly string[], options: BuildOptions): Plugin {
  return {
    name: 'on-demand',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /.*/ }, ({ path, kind }) =>
        kind === 'dynamic-import' && packages.includes(path) ? { path, namespace: 'on-demand' } : undefined,
      );
      onLoad({ filter: /.*/, namespace: 'on-demand' }, async ({ path }) => {
        const { outputFiles } = await build({
          ...options,
          stdin: { contents: `module.exports = require(${JSON.stringify(path)});`, resolveDir: '.' },
          minify: true,
          write: false,
        });
        const text = JSON.stringify(outputFiles.map((file) => file.text).join(''));
        const file = JSON.stringify(`${path} (embedded)`);
        return {
          resolveDir: '.',
          contents: `
            const { compileFunction } = require('node:vm');
            compileFunction(${text}, ['module', 'exports', 'require'], { filename: ${file} })(module, exports, require);
          `,
        };
      });
    },
  };
}
