/** This project in a folder of its own, where it can be built and packed without touching the clone. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const project = resolve(import.meta.dirname, '../..');

export interface Ended {
  readonly status: unknown;
  readonly out: string;
  readonly err: string;
}

/** Nobody's credentials, and none to be looked for on the network. */
export const ENVIRONMENT = {
  PATH: process.env.PATH,
  HOME: tmpdir(),
  ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true',
  ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'true',
};

/** A program in a folder, with nothing of this environment but `env`. */
export async function runIn(
  cwd: string,
  [program, ...args]: readonly [string, ...(readonly string[])],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Ended> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, {
      cwd,
      env: { ...ENVIRONMENT, ...env },
    });
    return { status: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: unknown; stdout: string; stderr: string };
    return { status: code, out: stdout, err: stderr };
  }
}

export const emptyFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'build-'));

/** What the build reads, and what the package holds besides. */
export async function projectCopy(): Promise<string> {
  const copy = await emptyFolder();
  for (const part of ['lib', 'functions', 'scripts', 'docs', 'examples']) {
    await cp(join(project, part), join(copy, part), { recursive: true });
  }
  // What functions/flow-logs.yaml says is the user's affair.
  await cp(join(project, 'examples/flow-logs.yaml'), join(copy, 'functions/flow-logs.yaml'));
  const pages = ['README.md', 'README.zh-CN.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'];
  for (const file of ['package.json', 'tsconfig.json', 's.yaml', 'LICENSE', ...pages]) {
    await cp(join(project, file), join(copy, file));
  }
  await symlink(join(project, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}
