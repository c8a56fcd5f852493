import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { systemClock } from '../../cloud/clock.ts';
import { createTrafficReader } from '../../cloud/cms/logstore-traffic.ts';
import { defaultCredentials } from '../../cloud/credentials/provider.ts';
import { publicEndpointV3 } from '../../cloud/fc/function-name.ts';
import { createInvokeV3, createReaderV3 } from '../../cloud/fc/functions-v3.ts';
import type { FunctionName } from '../../cloud/fc/invocation.ts';
import { EndpointError, readToolEndpoints } from '../../cloud/http/endpoint.ts';
import { request } from '../../cloud/http/request.ts';
import { createLogReader } from '../../cloud/sls/get-logs.ts';
import { readMeteringMode } from '../../cloud/sls/metering-mode.ts';
import { createSlsProject } from '../../cloud/sls/project.ts';
import { coloursFor } from '../colours.ts';
import { calendarWarnings, checkConfig } from '../config.ts';
import { type Diagnosis, examine } from '../doctor/examine.ts';
import { LINE_STATUSES, type Line, type LineStatus } from '../doctor/line.ts';
import type { ConfigSeen } from '../doctor/observations.ts';
import { type NamedTarget, observe } from '../doctor/observe.ts';
import { CALL_TIMEOUT_MS, type DoctorPorts } from '../doctor/ports.ts';
import { functionHere } from '../function-here.ts';
import { functionArgument, functionRegion, ownEndpoint, regionArgument } from '../function-target.ts';
import { type Io, Refused, UsageError } from '../io.ts';
import { withProgress } from '../progress.ts';
import { table, widthOf } from '../table.ts';

interface DoctorOptions {
  readonly config?: string;
  readonly function?: FunctionName;
  readonly region?: string;
  readonly json?: true;
}

const RUNS = { anyone: 'kind: run', timer: 'kind: run and trigger: timer' };

const YEAR_MS = 366 * 86_400_000;

export function doctorCommand(program: Command, io: Io): void {
  program
    .command('doctor')
    .description(
      'Look at a live setup without changing anything: one line for each check, with what to do. Exit status 1 when one fails.',
    )
    .option('--config <file>', 'config file')
    .option(
      '--function <name>',
      'the deployed function, to look at it and its timer too (default: the one in s.yaml of this folder)',
      functionArgument,
    )
    .option(
      '--region <id>',
      "the function's region (default: that of the function in s.yaml, else of recordTo in the config)",
      regionArgument,
    )
    .option('--json', 'print JSON')
    .action((options: DoctorOptions) => diagnose(options, io));
}

async function diagnose(options: DoctorOptions, io: Io): Promise<void> {
  const config = await seeConfig(options.config, io);
  const target = await targetOf(options, config, io);
  const work = observe(config, target, portsOf(io));
  const seen = await withProgress(io, 'Asking CEN, STS, SLS and Function Compute', work);
  const diagnosis = examine(seen);
  if (options.json) {
    const { ok, summary, lines } = diagnosis;
    const at = new Date(seen.at).toISOString();
    io.out(`${JSON.stringify({ ok, at, config: config.file, summary, lines }, null, 2)}\n`);
  } else {
    io.outInColour(view(diagnosis, io));
  }
  if (!diagnosis.ok) throw new Refused();
}

/** A config that is not there is one more thing that is wrong, and no reason to look at nothing else. */
async function seeConfig(named: string | undefined, io: Io): Promise<ConfigSeen> {
  const now = systemClock.now();
  const said: string[] = [];
  try {
    const seen = await checkConfig(named, { ...io, err: (text) => said.push(text) }, now);
    if (seen.config === null) return seen;
    return { ...seen, warnings: [...seen.warnings, ...calendarWarnings(seen.config, now, now + YEAR_MS)] };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const issue = { path: '', message: said.join('').trim(), line: null };
    return { file: named ?? 'config', config: null, issues: [issue], warnings: [] };
  }
}

/** @throws {UsageError} when the region is not known, or FC_ENDPOINT is not accepted */
async function targetOf(options: DoctorOptions, { config }: ConfigSeen, io: Io): Promise<NamedTarget> {
  const here = options.function === undefined ? await functionHere(io) : null;
  const name = options.function ?? here?.name;
  if (name === undefined) return 'not-named';
  if (name.generation === '2.0') return 'unsupported';
  if (here !== null) io.err(`${name.functionName}, the function of s.yaml in this folder\n`);
  const own = ownEndpoint(io);
  const region = options.region ?? here?.regionId ?? undefined;
  // What is wrong with the config is worth more than a question about the region that it would have answered.
  const isOpen = region === undefined && config?.recordTo.kind !== 'sls';
  if (isOpen && (config === null || here !== null)) return 'no-region';
  const regionId = functionRegion(region, config);
  return {
    name: name.functionName,
    regionId,
    endpoint: own ?? publicEndpointV3(regionId),
    isOverridden: own !== undefined,
  };
}

/** @throws {UsageError} for an endpoint that is not accepted */
function portsOf(io: Io): DoctorPorts {
  let source: string | null = null;
  const lookUp = defaultCredentials((found) => {
    source = found;
  });
  const credentials = io.secrets.of(lookUp);
  const endpoints = endpointsOf(io);
  const once = { credentials, timeoutMs: CALL_TIMEOUT_MS, attempts: 1 };
  return {
    clock: systemClock,
    endpoints,
    credentials,
    source: () => source,
    send: request,
    newId: randomUUID,
    measure: {
      runs: async (recordTo, by, start, end) => {
        const search = createLogReader({ ...once, recordTo, endpoint: endpoints.sls });
        return (await search({ query: RUNS[by], start, end, most: 100 })).length;
      },
      bytes: async ({ regionId, project, logstore }, start, end) => {
        const read = createTrafficReader({ ...once, regionId, endpoint: endpoints.cms });
        const points = await read({ metric: 'LogInflow', project, logstore, start, end, periodSeconds: 300 });
        return points.reduce((bytes, point) => bytes + point.bytes, 0);
      },
      meteringMode: (recordTo) => readMeteringMode({ ...once, recordTo, endpoint: endpoints.sls }),
    },
    project: (recordTo, timeoutMs) =>
      createSlsProject({ recordTo, endpoint: endpoints.sls, credentials, timeoutMs }),
    function: ({ name, endpoint }, signer, timeoutMs) =>
      createReaderV3(name, { endpoint, credentials: signer, timeoutMs }),
    invoke: ({ name, endpoint }, signer, timeoutMs) =>
      createInvokeV3(name, { endpoint, credentials: signer, timeoutMs }),
  };
}

function endpointsOf({ env }: Io): DoctorPorts['endpoints'] {
  try {
    return readToolEndpoints(env);
  } catch (error) {
    if (error instanceof EndpointError) throw new UsageError(error.message);
    throw error;
  }
}

function view({ lines, summary }: Diagnosis, io: Io): string {
  const { green, yellow, red, dim, cyan } = coloursFor(io);
  const paint: Readonly<Record<LineStatus, (text: string) => string>> = {
    ok: green,
    warn: yellow,
    fail: red,
    skip: dim,
    saw: cyan,
  };
  const rows = lines.map((line) => [paint[line.status](line.status), nameOf(line), textOf(line)]);
  const counts = LINE_STATUSES.map((status) => `${summary[status]} ${status}`);
  return `${table(['', 'CHECK', 'FOUND'], rows, widthOf(io))}\n${counts.join(', ')}\n`;
}

const nameOf = ({ check, subject }: Line): string => (subject === null ? check : `${check} ${subject}`);

const textOf = ({ found, toDo }: Line): string => (toDo === null ? found : `${found} → ${toDo}`);
