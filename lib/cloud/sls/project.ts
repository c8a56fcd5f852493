/** The management operations of one SLS project that the tool needs. */
import type { JsonObject } from '../../json.ts';
import type { CloudError } from '../../reconcile/cloud-error.ts';
import {
  type Ask,
  type AskOptions,
  createAsk,
  jsonBody,
  type Operation,
  readNothing,
  readObject,
} from '../call.ts';
import { slsService } from './service.ts';
import { projectAddress, type RecordTo } from './target.ts';

/** One kind of thing in a project. Every method throws {@link CloudError} and nothing else. */
export interface Collection {
  /** As SLS answers it. */
  get(name: string): Promise<JsonObject>;
  create(name: string, definition: JsonObject): Promise<void>;
  update(name: string, definition: JsonObject): Promise<void>;
}

export interface SlsProject {
  /** There is no update: an existing Logstore is somebody's decision. */
  readonly logstores: Omit<Collection, 'update'>;
  /** Named by their Logstore. */
  readonly indexes: Collection;
  readonly dashboards: Collection;
  readonly alerts: Collection;
}

export interface SlsProjectOptions extends Omit<AskOptions, 'endpoint' | 'host' | 'timeoutMs'> {
  readonly recordTo: RecordTo;
  /** Replaces `https://{regionId}.log.aliyuncs.com`; see {@link projectAddress}. */
  readonly endpoint?: URL | undefined;
  readonly timeoutMs?: number;
}

/** Any operation of the project. @throws {TypeError} when `recordTo` holds no valid names, or the endpoint is not accepted */
export function askProject({ recordTo, endpoint, timeoutMs = 10_000, ...options }: SlsProjectOptions): Ask {
  const { origin, host } = projectAddress(recordTo, endpoint);
  return createAsk(slsService(recordTo), { ...options, endpoint: origin, host, timeoutMs });
}

/** @throws {TypeError} when `recordTo` holds no valid names, or the endpoint is not accepted */
export function createSlsProject(options: SlsProjectOptions): SlsProject {
  const ask = askProject(options);
  const { regionId, project } = options.recordTo;

  function collection({ noun, job = noun, resource, one, all, named, fields }: Kind): Collection {
    const operation = (verb: string, name: string): Omit<Operation<never>, 'read'> => ({
      name: `${verb}${noun}`,
      permission: `grant log:${verb}${job} on acs:log:${regionId}:*:project/${project}/${resource}/${name}`,
      later: 'run this again: what is there already is left alone',
      otherwise: 'look at the definition with --dry-run: SLS did not take it',
    });
    return {
      get: (name) => ask({ ...operation('Get', name), method: 'GET', path: one(name), read: readObject }),
      create: (name, definition) => {
        const body = jsonBody(named === undefined ? definition : { ...definition, [named]: name });
        return ask({ ...operation('Create', name), path: all(name), ...body, read: readNothing });
      },
      update: (name, definition) => {
        const known = Object.entries(definition).filter(([field]) => fields.includes(field));
        const body = jsonBody(Object.fromEntries(known));
        return ask({
          ...operation('Update', name),
          method: 'PUT',
          path: one(name),
          ...body,
          read: readNothing,
        });
      },
    };
  }

  const { update: _, ...logstores } = collection(LOGSTORE);
  return {
    logstores,
    indexes: collection(INDEX),
    dashboards: collection(DASHBOARD),
    alerts: collection(ALERT),
  };
}

interface Kind {
  /** Of its operations, e.g. `Index` for `GetIndex`, and of their RAM actions where that is another. */
  readonly noun: string;
  readonly job?: string;
  /** Of a RAM policy. */
  readonly resource: string;
  /** Paths of one by its name, and of where one is created. */
  readonly one: (name: string) => string;
  readonly all: (name: string) => string;
  /** The field that holds its name. */
  readonly named?: string;
  /** What an update takes; SLS answers more than that. */
  readonly fields: readonly string[];
}

const under = (path: string): Pick<Kind, 'one' | 'all'> => ({
  one: (name) => `${path}/${encodeURIComponent(name)}`,
  all: () => path,
});
const ofLogstore = (logstore: string) => `/logstores/${encodeURIComponent(logstore)}/index`;

const LOGSTORE: Kind = {
  noun: 'LogStore',
  resource: 'logstore',
  ...under('/logstores'),
  named: 'logstoreName',
  fields: [],
};
const INDEX: Kind = {
  noun: 'Index',
  resource: 'logstore',
  one: ofLogstore,
  all: ofLogstore,
  fields: ['keys', 'line', 'max_text_len', 'log_reduce', 'log_reduce_black_list', 'log_reduce_white_list'],
};
const DASHBOARD: Kind = {
  noun: 'Dashboard',
  resource: 'dashboard',
  ...under('/dashboards'),
  named: 'dashboardName',
  fields: ['attribute', 'charts', 'dashboardName', 'description', 'displayName'],
};
/** An alert is a job of SLS. */
const ALERT: Kind = {
  noun: 'Alert',
  job: 'Job',
  resource: 'job',
  ...under('/alerts'),
  named: 'name',
  fields: ['configuration', 'description', 'displayName', 'schedule'],
};

/** Spellings differ between versions of SLS (`ProjectNotExist`, `ProjectNotExists`). */
export const isMissingProject = ({ code }: Pick<CloudError, 'code'>): boolean =>
  /^projectnotexists?$/i.test(code);

export const isMissingLogstore = ({ code }: Pick<CloudError, 'code'>): boolean =>
  /^logstorenotexists?$/i.test(code);

/** Whether what was asked for is not there, while what it would lie in is. */
export const isMissing = (error: CloudError): boolean =>
  !isMissingProject(error) && /notexists?$/i.test(error.code);

/**
 * Whether what was to be created is there already.
 * @see the tests of aliyun-log-java-sdk: a dashboard answers `ParameterInvalid`, "specified dashboard already exists"
 */
export const isPresent = ({ code, problem }: CloudError): boolean =>
  /alreadyexists?$/i.test(code) || /already exists?\b/i.test(problem);
