/**
 * `npm run bench`: the figures of the built function, each beside its target or the least that is possible.
 * `--quick` takes fewer runs, `--json` prints data. Prices: `--currency`, `--price-per-cu`, `--cu-per-vcpu-second`,
 * `--cu-per-gb-second`, `--cu-per-10000-calls`; the deployment: `--vcpu`, `--memory-gb`, `--tick-minutes`.
 */
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { startCloud } from './cloud.ts';
import { type ColdStart, coldStarts } from './cold-start.ts';
import { BUILT, NODE } from './measure.ts';
import { monthlyCost, type Prices, UNVERIFIED_PRICES } from './monthly-cost.ts';
import { fewestCalls, type Measured, measure, NO_LIMITS, shortestMs } from './runs.ts';
import { count, table } from './table.ts';
import type { WorldSize } from './world.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    currency: { type: 'string', default: UNVERIFIED_PRICES.currency },
    'price-per-cu': { type: 'string', default: String(UNVERIFIED_PRICES.pricePerCu) },
    'cu-per-vcpu-second': { type: 'string', default: String(UNVERIFIED_PRICES.cuPerVcpuSecond) },
    'cu-per-gb-second': { type: 'string', default: String(UNVERIFIED_PRICES.cuPerGbSecond) },
    'cu-per-10000-calls': { type: 'string', default: String(UNVERIFIED_PRICES.cuPer10000Calls) },
    vcpu: { type: 'string', default: '0.1' },
    'memory-gb': { type: 'string', default: '0.125' },
    'tick-minutes': { type: 'string', default: '5' },
  },
});

const prices: Prices = {
  currency: options.currency,
  pricePerCu: Number(options['price-per-cu']),
  cuPerVcpuSecond: Number(options['cu-per-vcpu-second']),
  cuPerGbSecond: Number(options['cu-per-gb-second']),
  cuPer10000Calls: Number(options['cu-per-10000-calls']),
};
const deployment = {
  vcpu: Number(options.vcpu),
  memoryGb: Number(options['memory-gb']),
  tickMinutes: Number(options['tick-minutes']),
};

/** What waiting for the cloud is taken to be in a converged run: a connection and a call to CEN, and to SLS. */
const WAIT_MS = 300;
const LARGE = { latencyMs: 50, callsPerSecond: 20, modifyingMs: 300 } as const;
/** Twenty flow logs in each account, as in the largest. */
const SIZES: readonly {
  readonly flowLogs: number;
  readonly accounts: number;
  readonly rssMb: number | null;
}[] = [
  { flowLogs: 10, accounts: 0, rssMb: 64 },
  { flowLogs: 100, accounts: 5, rssMb: null },
  { flowLogs: 1_000, accounts: 50, rssMb: 128 },
  { flowLogs: 10_000, accounts: 500, rssMb: 160 },
];

const machine = {
  node: execFileSync(NODE, ['-p', 'process.version']).toString().trim(),
  cores: cpus().length,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
};
const rounds = options.quick ? 5 : 15;
const times = options.quick ? 1 : 3;
const say = (text: string) => {
  if (!options.json) console.log(text);
};
const verdict = (isMet: boolean) => (isMet ? 'met' : 'MISSED');

const cloud = startCloud();
try {
  say(
    `${machine.node}, ${machine.cores} cores, ${machine.cpu}. Medians; the emulator is a process of its own.`,
  );

  say(`\n1. Cold start: process start to end, 10 flow logs, converged; medians of ${rounds}, taking turns`);
  const cold = await coldStarts(cloud, rounds);
  say(coldTable(cold));
  const [bare, unavoidable, asBuilt, edited, , sdk] = cold;
  const ours = [asBuilt, edited];
  const each = (tell: (one: ColdStart | undefined) => string) => ours.map(tell).join(', ');
  const slower = (one: ColdStart | undefined) => (sdk?.wallMs ?? Number.NaN) / (one?.wallMs ?? Number.NaN);
  const slowerCpu = (one: ColdStart | undefined) => (sdk?.cpuMs ?? Number.NaN) / (one?.cpuMs ?? Number.NaN);
  say(
    [
      '                            config compiled, YAML changed since',
      `  function / bare           ${each((one) => ratio(one?.wallRatio))}; target at most 2.5 compiled: ${verdict((asBuilt?.wallRatio ?? 9) <= 2.5)}`,
      `  function / unavoidable    ${each((one) => ratio((one?.wallMs ?? Number.NaN) / (unavoidable?.wallMs ?? 1)))}`,
      `  SDK clients / function    ${each((one) => ratio(slower(one)))}; target at least 3.0: ${each((one) => verdict(slower(one) >= 3))}`,
      `  the same by CPU time      ${each((one) => ratio(slowerCpu(one)))}; a busy machine blurs it less`,
    ].join('\n'),
  );
  const code = await readFile(BUILT);
  const bundle = { bytes: code.byteLength, gzipBytes: gzipSync(code).byteLength };
  say(
    `\n2. Bundle: dist/flow-log-scheduler/index.js\n  ${count(bundle.bytes)} bytes, ${count(bundle.gzipBytes)} gzipped`,
  );

  const converged: Measured[] = [];
  const changed: Measured[] = [];
  for (const { flowLogs, accounts } of SIZES) {
    converged.push(await measure(cloud, { flowLogs, accounts, changes: 0 }, NO_LIMITS, times));
    changed.push(await measure(cloud, { flowLogs, accounts, changes: flowLogs / 2 }, NO_LIMITS, times));
  }

  say('\n3. Peak resident memory of the function process, MB');
  const memory = SIZES.map(({ rssMb }, index) => ({
    targetMb: rssMb,
    convergedMb: converged[index]?.peakRssMb ?? Number.NaN,
    changingMb: changed[index]?.peakRssMb ?? Number.NaN,
  }));
  say(
    table([
      ['flow logs', 'accounts', 'converged', 'half changed', 'target', ''],
      ...SIZES.map((size, index) => {
        const { targetMb = null, convergedMb = 0, changingMb = 0 } = memory[index] ?? {};
        const most = Math.max(convergedMb, changingMb);
        return [
          ...sizeCells(size),
          convergedMb.toFixed(0),
          changingMb.toFixed(0),
          targetMb === null ? '-' : `${targetMb}`,
          targetMb === null ? '' : verdict(most <= targetMb),
        ];
      }),
    ]),
  );

  say('\n4. API calls (CEN and STS; PutLogs apart), and the fewest that the config can do with');
  say(
    table([
      [
        'flow logs',
        'accounts',
        'converged',
        'fewest',
        'changes',
        'calls',
        'fewest',
        'per change',
        'PutLogs',
        '',
      ],
      ...SIZES.map((size, index) => {
        const [still, moved] = [converged[index], changed[index]];
        if (still === undefined || moved === undefined) return [];
        const isLeast = [still, moved].every((each) => each.apiCalls === fewestCalls(each.size));
        return [
          ...sizeCells(size),
          count(still.apiCalls),
          count(fewestCalls(still.size)),
          count(moved.size.changes),
          count(moved.apiCalls),
          count(fewestCalls(moved.size)),
          ((moved.apiCalls - still.apiCalls) / moved.size.changes).toFixed(2),
          count(moved.traffic.answered.PutLogs ?? 0),
          verdict(isLeast),
        ];
      }),
    ]),
  );
  say('  Per change: its toggle, and its share of reading back: one listing for each account and region.');

  say(
    '\n5. 10,000 flow logs in 500 accounts by assumed roles, 5,000 of them to be toggled; 50 ms latency, 20 calls/s per account',
  );
  const size: WorldSize = { flowLogs: 10_000, accounts: 500, changes: 5_000 };
  const large = await measure(cloud, size, LARGE, options.quick ? 1 : 3);
  const least = shortestMs(size, LARGE);
  say(
    [
      `  duration         ${(large.wallMs / 1000).toFixed(1)} s`,
      `  lower bound      ${(least / 1000).toFixed(1)} s = (500 roles - burst of 20) / 20 per s of the function's own account, then for`,
      '                   the last account: role, list, toggle, read back at 50 ms each, 300 ms Modifying, PutLogs 2 x 50 ms',
      `  ratio            ${ratio(large.wallMs / least)}, target at most 1.5: ${verdict(large.wallMs / least <= 1.5)}`,
      `  calls            ${count(large.apiCalls)} answered (fewest ${count(fewestCalls(size))}), ${count(large.traffic.throttled)} throttled, ${count(large.traffic.failed)} failed`,
      `  CPU              function ${(large.cpuMs / 1000).toFixed(1)} s, emulator ${(large.traffic.cpuMs / 1000).toFixed(1)} s; peak memory ${large.peakRssMb.toFixed(0)} MB`,
    ].join('\n'),
  );

  say('\n6. Growth, without latency and limits: what one flow log more costs');
  say(
    table([
      [
        'flow logs',
        'converged s',
        'CPU s',
        'calls',
        'ms/flow log',
        'half changed s',
        'CPU s',
        'calls',
        'ms/flow log',
      ],
      ...SIZES.map(({ flowLogs }, index) => [
        count(flowLogs),
        ...growthCells(converged, index),
        ...growthCells(changed, index),
      ]),
    ]),
  );
  say(
    '  ms/flow log: CPU time beyond that of the row above, for each flow log more. Linear when it stays the same.',
  );

  say('\n7. A month on Function Compute, 10 flow logs, every invocation a cold start that changes nothing');
  const cost = monthlyCost(asBuilt?.cpuMs ?? 0, WAIT_MS, deployment, prices);
  say(
    [
      `  calls            ${count(cost.calls)} = a month / ${deployment.tickMinutes} min`,
      `  each             ${cost.seconds.toFixed(2)} s = ${(asBuilt?.cpuMs ?? 0).toFixed(0)} ms of CPU measured here / ${deployment.vcpu} vCPU + ${WAIT_MS} ms of waiting (assumed)`,
      `  vCPU-seconds     ${count(cost.vcpuSeconds)} = calls x seconds x ${deployment.vcpu} vCPU`,
      `  GB-seconds       ${count(cost.gbSeconds)} = calls x seconds x ${deployment.memoryGb} GB`,
      `  compute units    ${count(cost.computeUnits)} = vCPU-s x ${prices.cuPerVcpuSecond} + GB-s x ${prices.cuPerGbSecond} + calls / 10,000 x ${prices.cuPer10000Calls}`,
      `  a month          ${prices.currency} ${cost.amount.toFixed(2)} = CU x ${prices.pricePerCu}`,
      '  UNVERIFIED prices: check them for your site, region and tier, and give yours (see bench/bench.ts).',
    ].join('\n'),
  );

  if (options.json) {
    const figures = {
      machine,
      coldStart: cold,
      sdkOverFunction: { asBuilt: slower(asBuilt), changed: slower(edited), target: 3 },
      bundle,
      memory,
      converged,
      changed,
      large: { ...large, lowerBoundMs: least, ratio: large.wallMs / least },
      cost: { ...cost, deployment, prices, waitMs: WAIT_MS },
      bareMs: bare?.wallMs,
    };
    console.log(JSON.stringify(figures, null, 2));
  }
} finally {
  cloud.close();
}

function coldTable(starts: readonly ColdStart[]): string {
  return table([
    ['', 'ms', 'x bare', 'CPU ms', 'x bare', 'peak MB'],
    ...starts.map(({ name, wallMs, wallRatio, cpuMs, cpuRatio, peakRssMb }) => [
      name,
      wallMs.toFixed(1),
      wallRatio.toFixed(2),
      cpuMs.toFixed(1),
      cpuRatio.toFixed(2),
      peakRssMb.toFixed(0),
    ]),
  ]);
}

function sizeCells({ flowLogs, accounts }: Pick<WorldSize, 'flowLogs' | 'accounts'>): readonly string[] {
  return [count(flowLogs), accounts === 0 ? '1 (own)' : count(accounts)];
}

function growthCells(measured: readonly Measured[], index: number): readonly string[] {
  const [smaller, this_] = [measured[index - 1], measured[index]];
  if (this_ === undefined) return [];
  const more =
    smaller === undefined
      ? null
      : (this_.cpuMs - smaller.cpuMs) / (this_.size.flowLogs - smaller.size.flowLogs);
  return [
    (this_.wallMs / 1000).toFixed(2),
    (this_.cpuMs / 1000).toFixed(2),
    count(this_.apiCalls),
    more === null ? '-' : more.toFixed(2),
  ];
}

function ratio(value: number | undefined): string {
  return (value ?? Number.NaN).toFixed(2);
}
