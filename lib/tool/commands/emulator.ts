import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import type { RecordTo } from '../../config/config.ts';
import { readConfigText } from '../../config/text.ts';
import { startEmulator } from '../../emulator/emulator.ts';
import { DEFAULT_SEED, parseSeed, type Seed, SeedError } from '../../emulator/seed.ts';
import { configFile } from '../config.ts';
import { emulatedFunctions } from '../emulated-functions.ts';
import { type Io, Refused } from '../io.ts';
import { parseConfig } from '../lint/parse.ts';

export function emulatorCommand(program: Command, io: Io): void {
  program
    .command('emulator')
    .description(
      'Serve CEN, VPC flow logs, SLS, CloudMonitor, RAM and Function Compute on loopback, with the built function, to try everything without an account, until interrupted.',
    )
    .option('--port <n>', 'port; by default one that is free', portArgument)
    .option('--seed <file>', 'YAML or JSON with the accounts, flow logs and Logstores to start with')
    .option('--config <file>', 'config that the function reads')
    .action(async (options: { port?: number; seed?: string; config?: string }) => {
      const recordTo = await recordToOf(options.config, io);
      const seed =
        options.seed === undefined ? withLogstore(DEFAULT_SEED, recordTo) : await readSeed(options.seed, io);
      const project = recordTo?.project ?? null;
      const functions = await emulatedFunctions(import.meta.dirname, options.config, seed, io, project);
      const emulator = await startEmulator({
        ...seed,
        functions,
        print: io.err,
        // Nobody reads the list of its requests.
        maxRequests: 100,
        ...(options.port === undefined ? {} : { port: options.port }),
      }).catch((error: NodeJS.ErrnoException) => {
        io.err(`the emulator cannot start: ${error.message}\n`);
        throw new Refused();
      });
      // Before anything is printed: whoever reads the first line may interrupt at once.
      const interrupt = interrupted();
      const [account] = seed.accounts;
      const [key] = account?.accessKeys ?? [];
      const variables = {
        CBN_ENDPOINT: emulator.url,
        VPC_ENDPOINT: emulator.url,
        SLS_ENDPOINT: emulator.url,
        STS_ENDPOINT: emulator.url,
        RAM_ENDPOINT: emulator.url,
        CMS_ENDPOINT: emulator.url,
        FC_ENDPOINT: emulator.url,
        // Read by the component fc3 of Serverless Devs.
        FC_CLIENT_CUSTOM_ENDPOINT: emulator.url,
        FC_CODE_TEMP_OSS_ENDPOINT: emulator.url,
        ALIBABA_CLOUD_ACCOUNT_ID: account?.accountId,
        ALIBABA_CLOUD_ACCESS_KEY_ID: key?.accessKeyId,
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: key?.accessKeySecret,
        // Also where there is none: the shell may have one of another key.
        ALIBABA_CLOUD_SECURITY_TOKEN: key && (key.securityToken ?? ''),
      };
      for (const [name, value] of Object.entries(variables)) {
        if (value !== undefined) io.out(`${name}=${value}\n`);
      }
      await interrupt;
      await emulator.close();
    });
}

type Sls = Extract<RecordTo, { readonly kind: 'sls' }>;

/** Where the config records; null when that cannot be read, or is standard output. */
async function recordToOf(namedConfig: string | undefined, io: Io): Promise<Sls | null> {
  const read = readConfigText(await configFile(namedConfig, io));
  if (!read.ok) return null;
  const parsed = parseConfig(read.text);
  const recordTo = parsed.ok ? parsed.config.recordTo : parsed.recordTo;
  return recordTo?.kind === 'sls' ? recordTo : null;
}

/** The seed, with the Logstore that a config records to. */
function withLogstore(seed: Seed, recordTo: Sls | null): Seed {
  if (recordTo === null) return seed;
  const { project, logstore, regionId } = recordTo;
  // One project is in one region.
  const others = seed.logstores.filter((each) => each.project !== project);
  return { ...seed, logstores: [...others, { project, logstore, regionId }] };
}

async function readSeed(file: string, io: Io): Promise<Seed> {
  try {
    return parseSeed(await readFile(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!(error instanceof SeedError) && code === undefined) throw error;
    const problem =
      error instanceof SeedError ? error.message : `cannot be read (${code}); name another with --seed FILE`;
    io.err(`${file}: ${problem}\n`);
    throw new Refused();
  }
}

function portArgument(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('Expected a port, 0 to 65535.');
  return port;
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
