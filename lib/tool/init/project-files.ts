/** The files of a user's project besides its config. Pure. */
import { type JsonObject, objectAt } from '../../json.ts';

/** What a new version of this package may need: `npm install` brings it. */
export interface Pinned {
  /** Version, path or URL of this package, as npm takes it. */
  readonly scheduler: string;
  readonly serverlessDevs: string;
}

/** @param folder its name */
export function packageJson(folder: string, pinned: Pinned): string {
  const manifest = {
    name: packageName(folder),
    private: true,
    scripts: { 'flow-logs': 'flow-logs', bundle: 'flow-logs bundle', deploy: 'flow-logs deploy' },
    dependencies: dependenciesOf(pinned),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

const dependenciesOf = ({ scheduler, serverlessDevs }: Pinned): Readonly<Record<string, string>> => ({
  '@serverless-devs/s': serverlessDevs,
  'flow-log-scheduler': scheduler,
});

/** What `npm install` has to be given, of what somebody's `package.json` does not name. */
export function missingDependencies(
  { dependencies, devDependencies }: JsonObject,
  pinned: Pinned,
): readonly string[] {
  const named = { ...objectAt(dependencies), ...objectAt(devDependencies) };
  return Object.entries(dependenciesOf(pinned))
    .filter(([name]) => !(name in named))
    .map(([name, version]) => `${name}@${version}`);
}

/** npm refuses a package that depends on one of its own name. */
function packageName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|[._-]+$/g, '');
  return name === '' || name === 'flow-log-scheduler' || name === 'node_modules' ? 'my-flow-logs' : name;
}

export const GITIGNORE = `node_modules/
dist/
.s/
.env
emulator.env
emulator.log
preview.html
policies.json
`;

/** The lines that somebody's `.gitignore` has in no form. */
export function missingIgnores(text: string): readonly string[] {
  const bare = (line: string) => line.trim().replace(/^\/|\/$/g, '');
  const there = new Set(text.split('\n').map(bare));
  return GITIGNORE.split('\n').filter((line) => line !== '' && !there.has(bare(line)));
}

/** What differs between the clone's `s.yaml` and a user's. */
const CHANGES: readonly (readonly [clone: string, user: string])[] = [
  ['functions/flow-logs.yaml', 'flow-logs.yaml'],
  ['run: npm run build', 'run: npx --no flow-logs bundle'],
];

/** @param clone the package's own `s.yaml` */
export const serverlessYaml = (clone: string): string =>
  CHANGES.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`s.yaml does not say ${from}`);
    return text.replaceAll(from, to);
  }, clone);
