/** The accounts of a config and their flow logs, by STS and CEN. Nothing but reading. */
import pLimit from 'p-limit';
import { createRpcCall, type RpcAnswer, type RpcCall, RpcError } from '../../cloud/acs/client.ts';
import { createGate, type Gate } from '../../cloud/acs/gate.ts';
import { isThrottling } from '../../cloud/acs/retrying-call.ts';
import { CBN_ENDPOINT, CBN_VERSION, createFlowLogs } from '../../cloud/cen/flow-logs.ts';
import { createAssumedRoles, STS_ENDPOINT, STS_VERSION } from '../../cloud/credentials/assumed-role.ts';
import type { CredentialsProvider } from '../../cloud/credentials/types.ts';
import type { Config, Role } from '../../config/config.ts';
import { isObject, type JsonObject, objectAt, objectsAt } from '../../json.ts';
import { createBudget } from '../../reconcile/budget.ts';
import { CallError } from '../../reconcile/ports.ts';
import type { AccountSeen, Identity, ListingSeen, Probes } from './observations.ts';
import { CALL_TIMEOUT_MS, type DoctorPorts } from './ports.ts';
import { type Asked, asked } from './trouble.ts';

/** For all pages of one listing, throttled ones included. */
const LISTING_MS = 60_000;
const ACCOUNTS_AT_ONCE = 16;
const DEFAULT_CONCURRENCY = 8;
const PAGE_SIZES = [50, 100];

export interface CenObserver {
  /** Whose the credentials are. */
  own(): Promise<Asked<Identity>>;
  /** @param areUsable whether the own credentials are worth asking with */
  accounts(own: Asked<Identity>, areUsable: boolean): Promise<readonly AccountSeen[]>;
  probes(accounts: readonly AccountSeen[]): Promise<Probes | null>;
  /** Of DescribeFlowlogs, as they came. */
  readonly answers: readonly JsonObject[];
}

type Ports = Pick<DoctorPorts, 'clock' | 'endpoints' | 'credentials' | 'send'>;

export function createCenObserver(config: Config | null, ports: Ports): CenObserver {
  const { clock, endpoints, credentials, send } = ports;
  const now = () => new Date(clock.now());
  const answers: JsonObject[] = [];
  const atOnce = pLimit(ACCOUNTS_AT_ONCE);
  const stsGate = newGate();
  const roles = createAssumedRoles(clock.now);

  function newGate(): Gate {
    return createGate(config?.limits.concurrency ?? DEFAULT_CONCURRENCY, clock.monotonic);
  }

  const stsBy = (signer: CredentialsProvider): RpcCall =>
    createRpcCall({
      endpoint: endpoints.sts ?? new URL(STS_ENDPOINT),
      version: STS_VERSION,
      credentials: signer,
      send,
      now,
    });

  const cbnBy = (signer: CredentialsProvider): RpcCall =>
    createRpcCall({
      endpoint: endpoints.cbn ?? new URL(CBN_ENDPOINT),
      version: CBN_VERSION,
      credentials: signer,
      send,
      now,
    });

  const signerOf = (role: Role | null): CredentialsProvider =>
    role === null
      ? credentials
      : roles.provider(role, {
          call: once(stsBy(credentials)),
          gate: stsGate,
          budget: createBudget(clock, clock.monotonic() + LISTING_MS),
          onCall: () => {},
        });

  const identify = (signer: CredentialsProvider) =>
    asked(async () => readIdentity(await stsBy(signer)('GetCallerIdentity', {}, CALL_TIMEOUT_MS)));

  async function list(regionId: string, signer: CredentialsProvider, gate: Gate): Promise<ListingSeen> {
    const call = cbnBy(signer);
    const remembering: RpcCall = async (...args) => {
      const answer = await call(...args);
      answers.push(answer.body);
      return answer;
    };
    const flowLogs = createFlowLogs({ call: once(remembering), gate });
    const time = createBudget(clock, clock.monotonic() + LISTING_MS);
    const found = await asked(() => flowLogs.list({ regionId }, { time }));
    return { regionId, flowLogs: found };
  }

  async function look(account: string | null, role: Role | null, known: Asked<Identity> | null) {
    const signer = signerOf(role);
    const identity = known ?? (await identify(signer));
    // Its regions would all be refused for the same reason.
    const isLost = role !== null && !identity.ok;
    const gate = newGate();
    const listings = isLost
      ? []
      : await Promise.all(regionsOf(config, account).map((regionId) => list(regionId, signer, gate)));
    return { account, role, identity, listings };
  }

  return {
    answers,
    own: () => identify(credentials),
    accounts: async (own, areUsable) => {
      if (!areUsable) return [{ account: null, role: null, identity: own, listings: [] }];
      const others = [...(config?.accounts ?? [])];
      return Promise.all([
        look(null, null, own),
        ...others.map(([name, role]) => atOnce(() => look(name, role, null))),
      ]);
    },
    probes: async (accounts) => {
      const place = placeToAsk(accounts);
      if (place === null) return null;
      const { role, regionId, flowLogId } = place;
      const call = cbnBy(signerOf(role));
      const describe = (params: Readonly<Record<string, string>>) =>
        call('DescribeFlowlogs', params, CALL_TIMEOUT_MS);
      const [withoutRegion, tagged, ...pages] = await Promise.all([
        asked(async () => readExtent((await describe({ PageNumber: '1', PageSize: '20' })).body)),
        flowLogId === null
          ? null
          : asked(async () => {
              const params = { RegionId: regionId, ResourceType: 'Flowlog', 'ResourceId.1': flowLogId };
              return readResourceTypes((await call('ListTagResources', params, CALL_TIMEOUT_MS)).body);
            }),
        ...PAGE_SIZES.map((size) =>
          asked(async () => {
            const page = { RegionId: regionId, PageNumber: '1', PageSize: String(size) };
            return String((await describe(page)).body.PageSize);
          }),
        ),
      ]);
      const pageSizes = PAGE_SIZES.flatMap((size, index) => {
        const answer = pages[index];
        return answer === undefined ? [] : [{ asked: size, answer }];
      });
      return { regionId, withoutRegion, pageSizes, tagged };
    },
  };
}

/** Only what is throttled is asked again: whoever waits wants to know what the first answer was. */
function once(call: RpcCall): RpcCall {
  return async (...args) => {
    try {
      return await call(...args);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const { failure, requestId, message } = error;
      const httpStatus = 'httpStatus' in failure ? failure.httpStatus : null;
      if (isThrottling(failure.code, httpStatus ?? 0)) throw error;
      const isRefused = failure.kind === 'refused' || failure.code === 'CredentialsUnavailable';
      const disposition = isRefused ? 'fail' : 'read-back';
      throw new CallError(message, { code: failure.code, disposition, requestId, httpStatus });
    }
  };
}

function regionsOf(config: Config | null, account: string | null): readonly string[] {
  const entries = [...(config?.flowLogs ?? []), ...(config?.selectors ?? [])];
  return [...new Set(entries.filter((entry) => entry.account === account).map(({ regionId }) => regionId))];
}

/** The first region that could be listed, one with flow logs if there is any. */
function placeToAsk(accounts: readonly AccountSeen[]) {
  const places = accounts.flatMap(({ role, listings }) =>
    listings.flatMap(({ regionId, flowLogs }) => {
      if (!flowLogs.ok) return [];
      const [flowLogId = null] = flowLogs.value.keys();
      return [{ role, regionId, flowLogId }];
    }),
  );
  return places.find(({ flowLogId }) => flowLogId !== null) ?? places[0] ?? null;
}

function readIdentity({ body, requestId }: RpcAnswer): Identity {
  const { AccountId, Arn } = body;
  if (typeof AccountId === 'string' && typeof Arn === 'string') return { accountId: AccountId, arn: Arn };
  const message = 'GetCallerIdentity: an answer of another shape than documented';
  throw new RpcError(message, { kind: 'no-answer', code: 'UnreadableAnswer', httpStatus: 200 }, requestId);
}

function readExtent(body: JsonObject) {
  const flowLogs = objectsAt(objectAt(body.FlowLogs).FlowLog);
  return { total: String(body.TotalCount), regionIds: distinct(flowLogs.map(({ RegionId }) => RegionId)) };
}

function readResourceTypes(body: JsonObject): readonly string[] {
  const tagged = isObject(body.TagResources) ? objectsAt(body.TagResources.TagResource) : [];
  return distinct(tagged.map(({ ResourceType }) => ResourceType));
}

const distinct = (values: readonly unknown[]): readonly string[] => [...new Set(values.map(String))];
