/**
 * Rules of the component fc3 and of Function Compute, which Serverless Devs cannot check offline, on a rendered s.yaml.
 * @see https://github.com/devsapp/fc3
 */
import { isZone } from '../../lib/config/values.ts';
import { type Props, propsOf, type Rendered } from './serverless-devs.ts';

const MAX_ENVIRONMENT_BYTES = 4_096;

/** What fc3 knows, by the place in `props`. It lets keys pass that it does not know, so a misspelt one does nothing. */
const KEYS: Readonly<Record<string, string>> = {
  props:
    'region functionName runtime handler code memorySize cpu diskSize timeout role logConfig triggers description ' +
    'internetAccess environmentVariables asyncInvokeConfig concurrencyConfig vpcConfig tags',
  logConfig: 'project logstore enableRequestMetrics enableInstanceMetrics logBeginRule',
  asyncInvokeConfig: 'qualifier maxAsyncRetryAttempts maxAsyncEventAgeInSeconds destinationConfig',
  trigger: 'triggerName triggerType triggerConfig description qualifier',
  triggerConfig: 'cronExpression enable payload',
};

type Rule = (props: Props, root: Rendered) => string | null;

const RULES: readonly Rule[] = [
  (props) => {
    const { logConfig, asyncInvokeConfig, triggers } = props;
    const nodes: readonly (readonly [string, object])[] = [
      ['props', props],
      ['logConfig', logConfig],
      ['asyncInvokeConfig', asyncInvokeConfig],
      ...triggers.map((trigger) => ['trigger', trigger] as const),
      ...triggers.map(({ triggerConfig }) => ['triggerConfig', triggerConfig] as const),
    ];
    const unknown = nodes.flatMap(([place, node]) =>
      Object.keys(node)
        .filter((key) => !KEYS[place]?.split(' ').includes(key))
        .map((key) => `${place}.${key}: unknown key`),
    );
    return unknown[0] ?? null;
  },

  // `s` renders everything but `access`, which it takes as it is written.
  (_, root) => (JSON.stringify(root).includes(`\${`) ? 'something is left that is not rendered' : null),

  // Function Compute answers with it, so without it fc3 asks before a second deploy.
  ({ asyncInvokeConfig: { qualifier } }) =>
    qualifier === 'LATEST' ? null : 'asyncInvokeConfig.qualifier: expected LATEST',

  // A call by hand during a tick would get HTTP 429.
  ({ concurrencyConfig }) => (concurrencyConfig === undefined ? null : 'concurrencyConfig: expected none'),

  ({ role }) => {
    if (role === undefined) return 'role: is missing';
    return role === role.toLowerCase() ? null : 'role: expected lower case, since fc3 writes it so';
  },

  ({ cpu, memorySize }) => {
    const gigabytes = memorySize / 1024;
    return gigabytes >= cpu && gigabytes <= 4 * cpu ? null : 'cpu: expected cpu:memory (GB) from 1:1 to 1:4';
  },

  ({ environmentVariables }) => {
    const entries = Object.entries(environmentVariables);
    const bytes = entries.reduce((sum, [name, value]) => sum + Buffer.byteLength(`${name}${value}`), 0);
    if (bytes > MAX_ENVIRONMENT_BYTES) return `environmentVariables: expected ${MAX_ENVIRONMENT_BYTES} bytes`;
    const isNamed = entries.every(([name]) => /^(?!FC_)[A-Za-z]\w*$/.test(name));
    return isNamed ? null : 'environmentVariables: expected names without FC_';
  },

  ({ triggers }) => {
    const problems = triggers.map(({ triggerConfig }) => cronProblem(triggerConfig.cronExpression));
    return problems.find((problem) => problem !== null) ?? null;
  },
];

/** Everything that is wrong; empty when nothing is. */
export function problemsOf(root: Rendered): readonly string[] {
  return RULES.flatMap((rule) => rule(propsOf(root), root) ?? []);
}

/** Six fields in a zone, and one second: once a minute is the most. */
function cronProblem(expression: string): string | null {
  const [, zone = '', fields = ''] = /^CRON_TZ=(\S+) (.+)$/.exec(expression) ?? [];
  const [second = '', ...others] = fields.split(' ');
  if (!isZone(zone)) return `cronExpression: expected CRON_TZ=<zone> before the fields, got ${expression}`;
  if (others.length !== 5) return `cronExpression: expected six fields, got ${others.length + 1}`;
  if (!/^[0-5]?\d$/.test(second)) return 'cronExpression: expected one second';
  return others.every((field) => /^[\dA-Z*?,/-]+$/.test(field)) ? null : `cronExpression: got ${fields}`;
}
