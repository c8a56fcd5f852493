/** What the doctor looks through. */
import type { Credentials, CredentialsProvider } from '../../cloud/credentials/types.ts';
import type { FunctionReader } from '../../cloud/fc/deployed-function.ts';
import type { InvokeFunction } from '../../cloud/fc/invocation.ts';
import type { ToolEndpoints } from '../../cloud/http/endpoint.ts';
import type { SendRequest } from '../../cloud/http/request.ts';
import type { MeteringMode } from '../../cloud/sls/metering-mode.ts';
import type { RecordTo } from '../../cloud/sls/target.ts';
import type { JsonObject } from '../../json.ts';
import type { Clock } from '../../reconcile/ports.ts';

/** Of each call. */
export const CALL_TIMEOUT_MS = 10_000;

/** Of a status of the function: a cold start, then listings of every account and region. */
export const STATUS_TIMEOUT_MS = 30_000;

/** What of SLS is read in one project. */
export interface ProjectReader {
  readonly logstores: { get(name: string): Promise<JsonObject> };
  readonly indexes: { get(logstore: string): Promise<JsonObject> };
}

/** What `report` and `what-if` read, as the person who runs them. */
export interface MeasureReader {
  /** Runs recorded in a stretch, whoever started them, or by a timer alone; a hundred at most. Milliseconds since the epoch. */
  runs(recordTo: RecordTo, by: 'anyone' | 'timer', start: number, end: number): Promise<number>;
  /** Bytes that a Logstore received in a stretch. */
  bytes(logstore: RecordTo, start: number, end: number): Promise<number>;
  meteringMode(logstore: RecordTo): Promise<MeteringMode>;
}

export interface DoctorPorts {
  readonly clock: Clock;
  readonly endpoints: ToolEndpoints;
  readonly credentials: CredentialsProvider;
  /** Which source had the credentials; null until they were found, and when it does not say. */
  readonly source: () => string | null;
  readonly send: SendRequest;
  readonly newId: () => string;
  readonly measure: MeasureReader;
  readonly project: (recordTo: RecordTo, timeoutMs: number) => ProjectReader;
  readonly function: Connect<FunctionReader>;
  readonly invoke: Connect<InvokeFunction>;
}

/** To one function. */
type Connect<To> = (
  where: { readonly name: string; readonly endpoint: URL },
  credentials: Credentials,
  timeoutMs: number,
) => To;
