/** An access key of an account; with `securityToken` it is a temporary one and the token must come with it. */
export interface EmulatorAccessKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
  /** Milliseconds since the epoch on the wall clock; from that instant on the key is refused as expired. */
  readonly expiresAt?: number;
}

/** Which product a flow log belongs to. */
export type FlowLogService = 'cen' | 'vpc';

/** A flow log to start with; everything left out gets a plausible value. */
export interface EmulatorFlowLog {
  readonly flowLogId: string;
  readonly regionId: string;
  /** Default by its ID: `vpc` when it begins with `fl-`, else `cen`. */
  readonly service?: FlowLogService;
  readonly cenId?: string;
  /** Default `Active`, as flow logs are created. A transient status given here never ends by itself. */
  readonly status?: string;
  readonly flowLogName?: string;
  readonly description?: string;
  /** Capture interval in seconds. Default 600. */
  readonly intervalSeconds?: number;
  readonly projectName?: string;
  readonly logStoreName?: string;
  readonly transitRouterId?: string;
  readonly transitRouterAttachmentId?: string;
  /** VPC that the captured resource belongs to; a listing filters by it and does not show it. Default: `resourceId`. */
  readonly vpcId?: string;
  /** What a VPC flow log captures. */
  readonly resourceId?: string;
  /** Default `VPC`. */
  readonly resourceType?: string;
  /** Default `All`. */
  readonly trafficType?: string;
  /** Default `Normal`; a VPC flow log in any other cannot be toggled. */
  readonly businessStatus?: string;
  /** ISO 8601 in UTC, to the second. */
  readonly creationTime?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A flow log as it is at the instant of asking. What its product does not have is empty. */
export interface FlowLogSnapshot {
  readonly accountId: string;
  readonly flowLogId: string;
  readonly regionId: string;
  readonly service: FlowLogService;
  readonly cenId: string;
  readonly status: string;
  readonly flowLogName: string;
  readonly description: string;
  readonly intervalSeconds: number;
  readonly projectName: string;
  readonly logStoreName: string;
  readonly transitRouterId: string;
  readonly transitRouterAttachmentId: string;
  readonly vpcId: string;
  readonly resourceId: string;
  readonly resourceType: string;
  readonly trafficType: string;
  readonly businessStatus: string;
  readonly creationTime: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A role to start with. */
export interface EmulatorRole {
  readonly name: string;
  /** Accounts that its trust policy names. */
  readonly trusts: readonly string[];
  /** Services that its trust policy names, such as `fc.aliyuncs.com`. */
  readonly services?: readonly string[];
  /** What its trust policy asks for. */
  readonly externalId?: string;
  /** Longest session in seconds. Default 3600. */
  readonly maxSessionSeconds?: number;
}

export interface EmulatorAccount {
  readonly accountId: string;
  readonly roles?: readonly EmulatorRole[];
  readonly accessKeys: readonly EmulatorAccessKey[];
  readonly flowLogs?: readonly EmulatorFlowLog[];
  /** Whether it has opened VPC's flow-log service. Default: yes. */
  readonly flowLogService?: boolean;
}

/** What a Logstore is charged by: its use of each feature, or the raw data written. */
export type MeteringMode = 'ChargeByFunction' | 'ChargeByDataIngest';

export interface EmulatorLogstore {
  readonly project: string;
  readonly logstore: string;
  readonly regionId: string;
  /** The only account that may write; any known account when left out. */
  readonly accountId?: string;
  /** Default `ChargeByDataIngest`, as SLS creates Logstores. */
  readonly meteringMode?: MeteringMode;
}

/** A Logstore's settings, an index, a dashboard or an alert, as it was sent, and what SLS adds to it. */
export type SlsDefinition = Readonly<Record<string, unknown>>;

/** What was made in a project of SLS, by name; an index bears the name of its Logstore. */
export interface SlsSnapshot {
  /** Those that were created by a request. */
  readonly logstores: Readonly<Record<string, SlsDefinition>>;
  readonly indexes: Readonly<Record<string, SlsDefinition>>;
  readonly dashboards: Readonly<Record<string, SlsDefinition>>;
  readonly alerts: Readonly<Record<string, SlsDefinition>>;
}

/** An entry of a Logstore, decoded. */
export interface LogEntry {
  /** Unix seconds. */
  readonly time: number;
  /** Nanoseconds within the second, when the writer sent them. */
  readonly timeNs: number | null;
  readonly topic: string;
  readonly source: string;
  readonly contents: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** A trigger of a function, as it was deployed. */
export interface EmulatorTrigger {
  readonly triggerName: string;
  /** `timer`, `http`, … */
  readonly triggerType: string;
  readonly triggerConfig: Readonly<Record<string, unknown>>;
}

/** How asynchronous invocations of a function are retried, and where their results go. */
export interface EmulatorAsyncInvokeConfig {
  readonly maxAsyncRetryAttempts: number;
  readonly maxAsyncEventAgeInSeconds?: number;
  /** ARN that failed events go to. */
  readonly onFailure?: string;
}

/**
 * A function that can be invoked by Function Compute's API. Its handler runs in processes of its own, whose environment
 * holds Function Compute's variables, the emulator's URL as every `*_ENDPOINT`, and `env`.
 */
export interface EmulatorFunction {
  readonly name: string;
  /** The service it belongs to on Function Compute 2.0; left out for a function of 3.0. */
  readonly service?: string;
  /** A CommonJS file that exports `handler`. */
  readonly handlerFile: string;
  /** Path of the Node.js that runs it. Default: that of the emulator's options. */
  readonly node?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Default 60. */
  readonly timeoutSeconds?: number;
  /** Given to it at every invocation in place of those of its role, until it is deployed anew. */
  readonly credentials?: EmulatorAccessKey;
  /** Default: the first account. */
  readonly accountId?: string;
  /** Default `cn-hangzhou`. */
  readonly regionId?: string;
  /** ARN of its role, as GetFunction shows it; none by default. */
  readonly role?: string;
  /** As GetFunction shows it. Default `nodejs20`. */
  readonly runtime?: string;
  /** Where GetFunction says that its log goes. The emulator keeps none. */
  readonly logConfig?: { readonly project: string; readonly logstore: string };
  /** As ListTriggers tells them. None fires by itself. */
  readonly triggers?: readonly EmulatorTrigger[];
  /** As GetAsyncInvokeConfig shows it; a function has none by default. */
  readonly asyncInvokeConfig?: EmulatorAsyncInvokeConfig;
  /** Takes what it writes to standard output and standard error; dropped by default. */
  readonly print?: (text: string) => void;
}

/**
 * `Fc` is Function Compute 3.0, `Fc2` Function Compute 2.0.
 * `Unknown` is a request that no service of the emulator claims.
 */
export type ServiceName = 'Cbn' | 'Cms' | 'Vpc' | 'Sts' | 'Ram' | 'Sls' | 'Fc' | 'Fc2' | 'Oss' | 'Unknown';

/** What became of a request. `pending`: not answered yet. `status` is the HTTP status. */
export type Outcome =
  | { readonly kind: 'pending' }
  | { readonly kind: 'answered'; readonly status: number; readonly code: string | null }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hung' };

/** A request that reached the emulator; it holds no secret, token or signature. */
export interface RecordedRequest {
  readonly service: ServiceName;
  readonly action: string;
  readonly params: Readonly<Record<string, string>>;
  /** Null when the request was refused before its account was certain. */
  readonly accountId: string | null;
  /** Milliseconds since the epoch on the emulator's state clock, at arrival. */
  readonly at: number;
  readonly requestId: string;
  readonly outcome: Outcome;
}

/** An error answer in the service's own shape; status and message default to the documented ones of the code. */
export interface ErrorFault {
  readonly kind: 'error';
  readonly code: string;
  readonly status?: number;
  readonly message?: string;
  /** Sent as header `x-acs-retry-after`. */
  readonly retryAfterMs?: number;
}

/** Any answer at all: a proxy's HTML page, an empty 500, cut-off JSON. */
export interface RawFault {
  readonly kind: 'raw';
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What goes wrong with one request. `before` and `after` refer to the effect of the operation.
 * `delay` waits in real time and then serves the request as usual (the effect comes after the wait).
 */
export type Fault =
  | ErrorFault
  | RawFault
  | { readonly kind: 'error-after'; readonly answer: ErrorFault | RawFault }
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  | { readonly kind: 'hang'; readonly when: 'before' | 'after' }
  | { readonly kind: 'delay'; readonly ms: number };

export interface FaultRequest {
  readonly service: ServiceName;
  readonly action: string;
  readonly params: Readonly<Record<string, string>>;
  readonly accountId: string;
  /** How many authenticated requests of this service and action there were, this one included. */
  readonly count: number;
}

/** Asked once for every authenticated request, before the rate limit. */
export type FaultHook = (request: FaultRequest) => Fault | undefined;

export interface EmulatorOptions {
  /** Default: one that the operating system assigns. */
  readonly port?: number;
  /** Default: those of the default seed. */
  readonly accounts?: readonly EmulatorAccount[];
  /** Default: those of the default seed. */
  readonly logstores?: readonly EmulatorLogstore[];
  /** How long `Modifying`, `Activating` and `Deactivating` last on the state clock; with `Infinity` they never end. Default 300. */
  readonly modifyingMs?: number;
  /**
   * How far the replicas behind a listing of flow logs lag on the state clock, milliseconds; requests go to them in turn.
   * Default: none does.
   */
  readonly replicaLagMs?: readonly number[];
  /** Whether a transit router refuses to change a flow log while another of it is changing. Default: no. */
  readonly oneChangePerTransitRouter?: boolean;
  /** Which metric of CloudMonitor is the raw size of what is written; the other one is smaller. Default `LogInflow`. */
  readonly rawMetric?: 'LogInflow' | 'NetFlow';
  /** Clock of state, records and log times, in milliseconds since the epoch; may be simulated. Default: the wall clock. */
  readonly clock?: { now(): number };
  /** Clock of signature dates and key expiry, in milliseconds since the epoch. Default `Date.now`. */
  readonly wallNow?: () => number;
  /** Real time every answer takes at least. Default 0. */
  readonly latencyMs?: number;
  /** Token bucket of calls per account and product, in real time; holds `burst` (default `callsPerSecond`) at most. */
  readonly rateLimit?: { readonly callsPerSecond: number; readonly burst?: number };
  readonly fault?: FaultHook;
  /** How many of the last requests are kept. Default: all. */
  readonly maxRequests?: number;
  readonly functions?: readonly EmulatorFunction[];
  /** Path of the Node.js that runs functions which name none. Default: the one that runs the emulator. */
  readonly node?: string;
  /** Takes what deployed functions write to standard output and standard error; dropped by default. */
  readonly print?: (text: string) => void;
}

/** What a handler threw, as Function Compute puts it into the body of the answer. */
export interface EmulatorFunctionError {
  readonly errorMessage: string;
  readonly errorType?: string;
  readonly stackTrace?: readonly string[];
}

/** How an execution of a function ended; `body` is what the handler returned. */
export type EmulatorExecution =
  | { readonly ok: true; readonly body: string }
  | { readonly ok: false; readonly error: EmulatorFunctionError };

/** How a status set by hand ends: after `afterMs` on the state clock it is `becomes`. */
export interface Settles {
  readonly afterMs: number;
  readonly becomes: string;
}

export interface Emulator {
  /** `http://127.0.0.1:<port>`, for every `*_ENDPOINT` alike. */
  readonly url: string;
  readonly port: number;
  /** In the order of arrival; grows and is updated as requests are answered. */
  readonly requests: readonly RecordedRequest[];
  /** In the order of creation. */
  flowLogs(accountId?: string): readonly FlowLogSnapshot[];
  /** @throws when there is no such flow log */
  flowLog(flowLogId: string): FlowLogSnapshot;
  /** Ends a transition that is under way. @throws when there is no such flow log */
  setStatus(flowLogId: string, status: string, settles?: Settles): void;
  /** Replaces all of them. @throws when there is no such flow log */
  setTags(flowLogId: string, tags: Readonly<Record<string, string>>): void;
  /** @throws when the account is unknown or the ID is taken */
  addFlowLog(accountId: string, flowLog: EmulatorFlowLog): void;
  /** @throws when there is no such flow log */
  removeFlowLog(flowLogId: string): void;
  /** Replaces a key of that ID. @throws when the account is unknown */
  addAccessKey(accountId: string, key: EmulatorAccessKey): void;
  /** In the order of writing. @throws when there is no such Logstore */
  logs(project: string, logstore: string): readonly LogEntry[];
  /** Adds entries of any age, as PutLogs would of recent ones. @throws when there is no such Logstore */
  addLogs(project: string, logstore: string, entries: readonly LogEntry[]): void;
  /** Gives a Logstore an index, or replaces it. @throws when there is no such Logstore */
  setIndex(project: string, logstore: string, index: object): void;
  /** As it is now; nothing in it for a project that does not exist. */
  sls(project: string): SlsSnapshot;
  setFault(hook: FaultHook | undefined): void;
  /**
   * Invokes a function of Function Compute 3.0 as its timer would now, on the state clock. The emulator fires none by
   * itself.
   * @param accountId default: the only account with a function of that name
   * @throws when there is no such function or timer, or it is not enabled
   */
  fireTimer(functionName: string, triggerName: string, accountId?: string): Promise<EmulatorExecution>;
  /** Drops open connections, hanging ones included; can be called again. */
  close(): Promise<void>;
}
