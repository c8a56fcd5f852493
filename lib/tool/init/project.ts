/** The folder of a user's project: what is in it, and what comes into it. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };
import type { Config } from '../../config/config.ts';
import { formatIssue } from '../../config/issues.ts';
import { isObject, objectAt } from '../../json.ts';
import { type Io, Refused } from '../io.ts';
import { parseConfig } from '../lint/parse.ts';
import { packageRoot } from '../package-root.ts';
import { packageSpec } from './package-spec.ts';
import {
  GITIGNORE,
  missingDependencies,
  missingIgnores,
  packageJson,
  serverlessYaml,
} from './project-files.ts';

export interface Project {
  readonly folder: string;
  /** `foreign`: not empty, and no project of this tool. */
  readonly kind: 'empty' | 'foreign' | 'user' | 'clone';
  /** Where the config is, or belongs. */
  readonly config: string;
  readonly hasConfig: boolean;
}

/** What version control and a desktop leave in a folder that a person takes for empty. */
const NOTHING = ['.git', '.DS_Store'];

/** @throws {Refused} when it is no folder */
export async function lookAt(folder: string, io: Io): Promise<Project> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    io.err(`${shown(folder)} cannot be read as a folder (${error.code}); name another\n`);
    throw new Refused();
  });
  const { name, dependencies, devDependencies } = await manifestIn(folder);
  const isClone = name === manifest.name;
  const config = join(folder, isClone ? 'functions' : '.', 'flow-logs.yaml');
  const hasConfig = await isThere(config);
  const isUser = [dependencies, devDependencies].some((each) => isObject(each) && manifest.name in each);
  const found = { folder, config, hasConfig };
  if (isClone) return { ...found, kind: 'clone' };
  if (isUser || hasConfig) return { ...found, kind: 'user' };
  return { ...found, kind: files.every((file) => NOTHING.includes(file)) ? 'empty' : 'foreign' };
}

async function manifestIn(folder: string) {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  try {
    return objectAt(JSON.parse(text));
  } catch {
    return {};
  }
}

/** What a config of that project names as its JSON Schema. */
export const schemaFor = ({ kind }: Project): string =>
  kind === 'clone'
    ? './flow-logs.schema.json'
    : `./node_modules/${manifest.name}/functions/flow-logs.schema.json`;

/**
 * Writes the files of a project besides its config. A clone has its own.
 * @param replace whether those that are there are written anew
 */
export async function writeOthers({ folder, kind }: Project, replace: boolean, io: Io): Promise<void> {
  if (kind === 'clone') return;
  const root = await packageRoot(io);
  const pinned = {
    scheduler: await packageSpec(root, folder),
    serverlessDevs: manifest.devDependencies['@serverless-devs/s'],
  };
  const [manifestFile, ignoreFile] = [join(folder, 'package.json'), join(folder, '.gitignore')];
  const yaml = serverlessYaml(await readFile(join(root, 's.yaml'), 'utf8'));
  await writeIn(join(folder, 's.yaml'), yaml, replace, io);
  if (!(await writeIn(manifestFile, packageJson(basename(folder), pinned), replace, io))) {
    const missing = missingDependencies(await manifestIn(folder), pinned);
    if (missing.length > 0) {
      io.out(
        `${shown(manifestFile)} stays as it is, and lacks what the project needs; run npm install ${missing.join(' ')}\n`,
      );
    }
  }
  if (!(await writeIn(ignoreFile, GITIGNORE, replace, io))) {
    const missing = missingIgnores(await readFile(ignoreFile, 'utf8').catch(() => ''));
    if (missing.length > 0) {
      io.out(`${shown(ignoreFile)} stays as it is; add the lines that it lacks: ${missing.join(' ')}\n`);
    }
  }
}

/**
 * @param replace whether one that is there is written anew; else it stays as it is
 * @returns whether it was written
 * @throws {Refused}
 */
export async function writeIn(path: string, text: string, replace: boolean, io: Io): Promise<boolean> {
  const wasThere = await isThere(path);
  if (wasThere && !replace) return false;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    io.err(`${shown(path)} cannot be written: ${(error as Error).message}\n`);
    throw new Refused();
  }
  io.out(`${wasThere ? 'replaced' : 'wrote'} ${shown(path)}\n`);
  return true;
}

const isThere = (path: string): Promise<boolean> =>
  readFile(path).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== 'ENOENT' && code !== 'ENOTDIR',
  );

/** @returns what the text says @throws {Refused} when a config that was made here would not be accepted */
export function checkBeforeWriting(text: string, file: string, io: Io): Config {
  const parsed = parseConfig(text);
  if (parsed.ok) return parsed.config;
  const issues = parsed.issues.map((issue) => `  ${formatIssue(issue)}\n`).join('');
  io.err(`${shown(file)} would not be valid, so it was not written:\n${issues}`);
  throw new Refused();
}

/** A path as a person in the current folder would write it. */
export const shown = (path: string): string => relative('.', path) || '.';
