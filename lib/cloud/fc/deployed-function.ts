import type { JsonObject } from '../../json.ts';

/** How a function is deployed on Function Compute 3.0, as its API tells it; null and empty are what it does not tell. */
export interface DeployedFunction {
  readonly functionArn: string | null;
  readonly runtime: string | null;
  readonly handler: string | null;
  /** Seconds a run may take. */
  readonly timeoutSeconds: number | null;
  /** ARN of its role. */
  readonly role: string | null;
  /** Values may be secrets. */
  readonly environment: Readonly<Record<string, string>>;
  readonly internetAccess: boolean | null;
  /** SLS project and Logstore of its own log. */
  readonly log: { readonly project: string; readonly logstore: string } | null;
  /** `Pending`, `Active`, `Inactive`, `Failed`, … */
  readonly state: string | null;
  /** `Successful`, `Failed`, `InProgress`. */
  readonly lastUpdateStatus: string | null;
  /** All of it as it came; values may be secrets. */
  readonly settings: JsonObject;
}

export interface DeployedTrigger {
  readonly name: string;
  /** `timer`, `http`, … */
  readonly type: string;
  /** As it came: JSON text in every description; not trusted. */
  readonly config: unknown;
}

export interface AsyncRetries {
  /** How often an event that failed is given to the function again. */
  readonly maxAttempts: number | null;
  readonly maxAgeSeconds: number | null;
  /** ARN that failed events go to. */
  readonly onFailure: string | null;
}

/** Reads one function. Every method throws a CloudError and nothing else, and changes nothing. */
export interface FunctionReader {
  read(): Promise<DeployedFunction>;
  /** All of them. */
  triggers(): Promise<readonly DeployedTrigger[]>;
  /** Null when nobody set any: Function Compute's defaults apply. */
  asyncRetries(): Promise<AsyncRetries | null>;
}
