/**
 * What Serverless Devs 3 and its component fc3 ask of s.yaml. Rules of our own: fc3's JSON Schema lets misspelt keys
 * pass, and triggers of any shape.
 * @see https://github.com/devsapp/fc3/blob/master/src/schema.json
 * @see https://github.com/Serverless-Devs/Serverless-Devs/blob/master/docs/zh/yaml.md
 */
import { isMap, isScalar, parseDocument, Scalar, visit } from 'yaml';
import { isZone } from '../../lib/config/values.ts';

/** Says what is wrong with a value, in words that follow its path; null when nothing is. */
type Check = (value: unknown, siblings: Node) => string | null;
type Node = Readonly<Record<string, unknown>>;

/** Where a key may stand, by path; `*` is any key or position. A name with `!` must be there. */
const KEYS: readonly (readonly [path: string, keys: string])[] = [
  ['', 'edition! name! access! resources! vars actions flow template'],
  ['resources.*', 'component! props! actions extend'],
  ['resources.*.actions.*.*', 'run path plugin args component allow_failure'],
  [
    'resources.*.props',
    'region! functionName! runtime! handler! code! memorySize! cpu! diskSize! timeout! role! logConfig! triggers! ' +
      'description internetAccess environmentVariables asyncInvokeConfig concurrencyConfig instanceLifecycleConfig ' +
      'instanceConcurrency layers tags tracingConfig vpcConfig vpcBinding customDNS disableInjectCredentials nasConfig ' +
      'ossMountConfig gpuConfig endpoint customRuntimeConfig customContainerConfig',
  ],
  [
    'resources.*.props.logConfig',
    'project! logstore! enableRequestMetrics enableInstanceMetrics enableLlmMetrics logBeginRule',
  ],
  [
    'resources.*.props.asyncInvokeConfig',
    'maxAsyncRetryAttempts maxAsyncEventAgeInSeconds destinationConfig',
  ],
  ['resources.*.props.concurrencyConfig', 'reservedConcurrency!'],
  [
    'resources.*.props.triggers.*',
    'triggerName! triggerType! triggerConfig! description qualifier sourceArn invocationRole',
  ],
  ['resources.*.props.triggers.*.triggerConfig', 'cronExpression! enable! payload'],
];

/** Where an AliCloud account can have functions by this component. */
const REGIONS =
  'ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 ' +
  'ap-southeast-7 cn-beijing cn-chengdu cn-hangzhou cn-hongkong cn-huhehaote cn-qingdao cn-shanghai cn-shenzhen ' +
  'cn-zhangjiakou eu-central-1 eu-west-1 us-east-1 us-west-1';

const MAX_ENVIRONMENT_BYTES = 4_096;
const MAX_PAYLOAD_BYTES = 128 * 1024;

const oneOf =
  (...allowed: readonly unknown[]): Check =>
  (value) =>
    allowed.includes(value) ? null : `expected ${allowed.join(' or ')}, got ${JSON.stringify(value)}`;
const text =
  (pattern: RegExp, what: string): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value)
      ? null
      : `expected ${what}, got ${JSON.stringify(value)}`;
const whole =
  (min: number, max: number, step = 1): Check =>
  (value) =>
    typeof value === 'number' && value >= min && value <= max && value % step === 0
      ? null
      : `expected a multiple of ${step} from ${min} to ${max}, got ${JSON.stringify(value)}`;

/** CPU in cores for each GB of memory: 1:1 to 1:4. */
const cpuForMemory: Check = (cpu, { memorySize }) => {
  const gigabytes = Number(memorySize) / 1024;
  if (typeof cpu !== 'number' || cpu < 0.05 || cpu > 16) return 'expected cores, from 0.05 to 16';
  return gigabytes >= cpu && gigabytes <= 4 * cpu
    ? null
    : `expected cpu:memory (GB) from 1:1 to 1:4, got ${cpu}:${gigabytes}`;
};

const environment: Check = (value) => {
  const entries = Object.entries((value ?? {}) as Node);
  const bytes = entries.reduce((sum, [name, each]) => sum + Buffer.byteLength(`${name}${each}`), 0);
  const odd = entries.find(([name, each]) => !/^(?!FC_)[A-Za-z]\w*$/.test(name) || typeof each !== 'string');
  if (odd !== undefined) return `expected names without FC_, and texts in quotes, got ${odd.join(': ')}`;
  return bytes <= MAX_ENVIRONMENT_BYTES ? null : `expected ${MAX_ENVIRONMENT_BYTES} bytes at most`;
};

/** Six fields in a zone, and a set second: once a minute at most. */
const cron: Check = (value) => {
  const [, zone = '', fields = ''] = /^CRON_TZ=(\S+) (.+)$/.exec(String(value)) ?? [];
  const [second = '', ...others] = fields.split(' ');
  if (!isZone(zone)) return `expected CRON_TZ=<zone> before the fields, got ${JSON.stringify(value)}`;
  if (others.length !== 5) return `expected six fields, got ${others.length + 1}`;
  if (!/^[0-5]?\d$/.test(second)) return 'expected one second, since once a minute is the most';
  return others.every((field) => /^[\dA-Z*?,/-]+$/.test(field)) ? null : `expected fields, got ${fields}`;
};

const payload: Check = (value) =>
  value === undefined || (typeof value === 'string' && Buffer.byteLength(value) <= MAX_PAYLOAD_BYTES)
    ? null
    : 'expected a text of 128 KB at most';

const RULES: readonly (readonly [path: string, check: Check])[] = [
  ['edition', oneOf('3.0.0')],
  ['resources.*.component', oneOf('fc3')],
  ['resources.*.props.region', oneOf(...REGIONS.split(' '))],
  ['resources.*.props.functionName', text(/^[A-Za-z_][\w-]{0,63}$/, 'a function name')],
  ['resources.*.props.runtime', oneOf('nodejs20')],
  ['resources.*.props.handler', oneOf('index.handler')],
  ['resources.*.props.memorySize', whole(128, 32_768, 64)],
  ['resources.*.props.cpu', cpuForMemory],
  ['resources.*.props.diskSize', oneOf(512, 10_240)],
  ['resources.*.props.timeout', whole(1, 86_400)],
  ['resources.*.props.role', text(/^\$\{env\('ROLE_ARN'\)\}$/, 'the role of the environment')],
  ['resources.*.props.internetAccess', oneOf(true, false)],
  ['resources.*.props.environmentVariables', environment],
  ['resources.*.props.logConfig.logBeginRule', oneOf('None', 'DefaultRegex')],
  ['resources.*.props.asyncInvokeConfig.maxAsyncRetryAttempts', whole(0, 8)],
  ['resources.*.props.asyncInvokeConfig.maxAsyncEventAgeInSeconds', whole(1, 604_800)],
  ['resources.*.props.concurrencyConfig.reservedConcurrency', oneOf(1)],
  ['resources.*.props.triggers.*.triggerName', text(/^[A-Za-z_][\w-]{0,127}$/, 'a trigger name')],
  ['resources.*.props.triggers.*.triggerType', oneOf('timer')],
  ['resources.*.props.triggers.*.triggerConfig.cronExpression', cron],
  ['resources.*.props.triggers.*.triggerConfig.enable', oneOf(true, false)],
  ['resources.*.props.triggers.*.triggerConfig.payload', payload],
];

/** Everything that is wrong with the text of an s.yaml, as `path: problem`; empty when nothing is. */
export function problemsOf(source: string): readonly string[] {
  const document = parseDocument(source);
  if (document.errors.length > 0) return document.errors.map(({ message }) => message);
  const written = document.toJS() as Node;
  const root = substituted(written, (written.vars ?? {}) as Node);
  return [...variableProblems(source), ...KEYS.flatMap(keyProblems(root)), ...RULES.flatMap(broken(root))];
}

/** The document of an s.yaml with its variables replaced by their defaults; those without one stay. */
export function deployed(source: string): Node {
  const written = parseDocument(source).toJS() as Node;
  return substituted(written, (written.vars ?? {}) as Node) as Node;
}

const ENV = /\$\{env\('[A-Z][A-Z0-9_]*'(?:, ?'([^']*)')?\)\}/g;
const VARS = /\$\{vars\.(\w+)\}/g;

function substituted(value: unknown, vars: Node): unknown {
  if (typeof value === 'string') {
    return value
      .replace(VARS, (whole, name: string) => String(vars[name] ?? whole))
      .replace(ENV, (whole, byDefault?: string) => byDefault ?? whole);
  }
  if (Array.isArray(value)) return value.map((each) => substituted(each, vars));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, substituted(each, vars)]));
}

/** Edition 3 needs its function calls in quotes; what it does not understand it deploys as it is written. */
function variableProblems(source: string): readonly string[] {
  const problems: string[] = [];
  const document = parseDocument(source);
  const vars = document.get('vars');
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value !== 'string' || !node.value.includes('${')) return;
      if (node.value.includes('env(') && node.type !== Scalar.QUOTE_DOUBLE) {
        problems.push(`${node.value}: expected it in double quotes`);
      }
      const rest = node.value
        .replace(ENV, '')
        .replace(VARS, (whole, name: string) => (isMap(vars) && vars.has(name) ? '' : whole));
      if (rest.includes('${')) problems.push(`${node.value}: not a variable that is understood`);
    },
    Pair: (_, { key }) => {
      if (isScalar(key) && String(key.value).includes('${')) problems.push(`${key.value}: a key`);
    },
  });
  return problems;
}

const keyProblems =
  (root: unknown) =>
  ([path, keys]: readonly [string, string]): readonly string[] => {
    const names = keys.split(' ');
    const known = names.map((name) => name.replace('!', ''));
    return placesAt(root, path).flatMap(([where, node]) => {
      if (node === undefined || (path.endsWith('logConfig') && node === 'auto')) return [];
      if (typeof node !== 'object' || node === null) return [`${where}: expected a mapping`];
      const given = Object.keys(node);
      return [
        ...given.filter((key) => !known.includes(key)).map((key) => `${join(where, key)}: unknown key`),
        ...names
          .filter((name) => name.endsWith('!') && !given.includes(name.slice(0, -1)))
          .map((name) => `${join(where, name.slice(0, -1))}: is missing`),
      ];
    });
  };

const broken =
  (root: unknown) =>
  ([path, check]: readonly [string, Check]): readonly string[] =>
    placesAt(root, path).flatMap(([where, value, siblings]) => {
      // What must be there is told by KEYS.
      const problem = value === undefined ? null : check(value, siblings);
      return problem === null ? [] : [`${where}: ${problem}`];
    });

type Place = readonly [path: string, value: unknown, siblings: Node];

/** Every place that a path with `*` names, present or not. */
function placesAt(root: unknown, path: string): readonly Place[] {
  const steps = path === '' ? [] : path.split('.');
  return steps.reduce<readonly Place[]>(
    (places, step) =>
      places.flatMap(([where, node]) => {
        const siblings = (typeof node === 'object' && node !== null ? node : {}) as Node;
        if (step !== '*') return node === undefined ? [] : [[join(where, step), siblings[step], siblings]];
        return Object.entries(siblings).map(([key, each]): Place => [join(where, key), each, siblings]);
      }),
    [['', root, {}]],
  );
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);
