import {
  deleteAsyncInvokeConfig,
  getAsyncInvokeConfig,
  listAsyncInvokeConfigs,
  putAsyncInvokeConfig,
} from './async-invoke-operations.ts';
import {
  deleteConcurrencyConfig,
  getConcurrencyConfig,
  putConcurrencyConfig,
} from './concurrency-operations.ts';
import { type Fc3Operation, json, onFunction, reading } from './fc3-operation.ts';
import {
  createFunction,
  deleteFunction,
  getFunction,
  listFunctions,
  updateFunction,
} from './function-operations.ts';
import { invocation } from './invocation.ts';
import {
  createTrigger,
  deleteTrigger,
  getTrigger,
  listTriggers,
  updateTrigger,
} from './trigger-operations.ts';

export interface Fc3Route {
  readonly action: string;
  readonly method: string;
  /** Groups name parameters, percent-encoded. */
  readonly path: RegExp;
  readonly operation: Fc3Operation;
}

const FUNCTIONS = /^\/2023-03-30\/functions$/;
const FUNCTION = /^\/2023-03-30\/functions\/(?<functionName>[^/]+)$/;
const INVOCATIONS = /^\/2023-03-30\/functions\/(?<functionName>[^/]+)\/invocations$/;
const TRIGGERS = /^\/2023-03-30\/functions\/(?<functionName>[^/]+)\/triggers$/;
const TRIGGER = /^\/2023-03-30\/functions\/(?<functionName>[^/]+)\/triggers\/(?<triggerName>[^/]+)$/;
const ASYNC_CONFIGS = /^\/2023-03-30\/async-invoke-configs$/;
const ASYNC_CONFIG = /^\/2023-03-30\/functions\/(?<functionName>[^/]+)\/async-invoke-config$/;
const CONCURRENCY = /^\/2023-03-30\/functions\/(?<functionName>[^/]+)\/concurrency$/;
const VPC_BINDINGS = /^\/2023-03-30\/functions\/(?<functionName>[^/]+)\/vpc-bindings$/;
const VERSIONS = /^\/2023-03-30\/functions\/(?<functionName>[^/]+)\/versions$/;
const ALIASES = /^\/2023-03-30\/functions\/(?<functionName>[^/]+)\/aliases$/;

const SCALING_CONFIG = /^\/2023-03-30\/functions\/(?<functionName>[^/]+)\/scaling-config$/;
const SCALING_CONFIGS = /^\/2023-03-30\/scaling-configs$/;

const noScalingConfigs: Fc3Operation = (call) => json({ scalingConfigs: [] }, call);

/** @see the operations of `@alicloud/fc20230330` for methods and paths */
export const FC3_ROUTES: readonly Fc3Route[] = [
  { action: 'InvokeFunction', method: 'POST', path: INVOCATIONS, operation: onFunction(invocation) },
  { action: 'CreateFunction', method: 'POST', path: FUNCTIONS, operation: createFunction },
  { action: 'ListFunctions', method: 'GET', path: FUNCTIONS, operation: listFunctions },
  { action: 'GetFunction', method: 'GET', path: FUNCTION, operation: getFunction },
  { action: 'UpdateFunction', method: 'PUT', path: FUNCTION, operation: updateFunction },
  { action: 'DeleteFunction', method: 'DELETE', path: FUNCTION, operation: deleteFunction },
  { action: 'CreateTrigger', method: 'POST', path: TRIGGERS, operation: createTrigger },
  { action: 'ListTriggers', method: 'GET', path: TRIGGERS, operation: listTriggers },
  { action: 'GetTrigger', method: 'GET', path: TRIGGER, operation: getTrigger },
  { action: 'UpdateTrigger', method: 'PUT', path: TRIGGER, operation: updateTrigger },
  { action: 'DeleteTrigger', method: 'DELETE', path: TRIGGER, operation: deleteTrigger },
  { action: 'ListAsyncInvokeConfigs', method: 'GET', path: ASYNC_CONFIGS, operation: listAsyncInvokeConfigs },
  { action: 'GetAsyncInvokeConfig', method: 'GET', path: ASYNC_CONFIG, operation: getAsyncInvokeConfig },
  { action: 'PutAsyncInvokeConfig', method: 'PUT', path: ASYNC_CONFIG, operation: putAsyncInvokeConfig },
  {
    action: 'DeleteAsyncInvokeConfig',
    method: 'DELETE',
    path: ASYNC_CONFIG,
    operation: deleteAsyncInvokeConfig,
  },
  { action: 'GetConcurrencyConfig', method: 'GET', path: CONCURRENCY, operation: getConcurrencyConfig },
  { action: 'PutConcurrencyConfig', method: 'PUT', path: CONCURRENCY, operation: putConcurrencyConfig },
  {
    action: 'DeleteConcurrencyConfig',
    method: 'DELETE',
    path: CONCURRENCY,
    operation: deleteConcurrencyConfig,
  },
  // A function of the emulator never has any of these.
  {
    action: 'ListVpcBindings',
    method: 'GET',
    path: VPC_BINDINGS,
    operation: reading(() => ({ vpcIds: [] })),
  },
  {
    action: 'ListFunctionVersions',
    method: 'GET',
    path: VERSIONS,
    operation: reading(() => ({ versions: [] })),
  },
  { action: 'GetScalingConfig', method: 'GET', path: SCALING_CONFIG, operation: reading(() => ({})) },
  { action: 'ListScalingConfigs', method: 'GET', path: SCALING_CONFIGS, operation: noScalingConfigs },
  { action: 'ListAliases', method: 'GET', path: ALIASES, operation: reading(() => ({ aliases: [] })) },
];
