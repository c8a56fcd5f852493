/** The accounts of a config and their flow logs, by STS, CEN and VPC. Nothing but reading. */
import pLimit from 'p-limit';
import { type Answer, type Call, connect, createAsk, readObject } from '../../cloud/call.ts';
import { createAssumedRoles } from '../../cloud/credentials/assumed-role.ts';
import type { CredentialsProvider } from '../../cloud/credentials/types.ts';
import { createFlowLogs } from '../../cloud/flow-logs/flow-logs.ts';
import { PRODUCTS } from '../../cloud/flow-logs/products.ts';
import { createGate, type Gate } from '../../cloud/gate.ts';
import { PATIENT, type RetryPolicy } from '../../cloud/retry.ts';
import { CEN, CEN_ENDPOINT, STS, STS_ENDPOINT } from '../../cloud/services.ts';
import type { Config, Role } from '../../config/config.ts';
import { isObject, type JsonObject, objectAt, objectsAt } from '../../json.ts';
import { createBudget } from '../../reconcile/budget.ts';
import { listingScopes } from '../../reconcile/targets.ts';
import { type Asked, asked } from './asked.ts';
import type { AccountSeen, Identity, ListingSeen, Probes } from './observations.ts';
import { CALL_TIMEOUT_MS, type DoctorPorts } from './ports.ts';

/** For all pages of one listing, throttled ones included. */
const LISTING_MS = 60_000;
const ACCOUNTS_AT_ONCE = 16;
const DEFAULT_CONCURRENCY = 8;
const PAGE_SIZES = [50, 100];

/** Whoever waits wants to know what the first answer was. */
const ONCE: RetryPolicy = { ...PATIENT, throttledOnly: true };

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
  const answers: JsonObject[] = [];
  const atOnce = pLimit(ACCOUNTS_AT_ONCE);
  const stsGate = newGate();
  const roles = createAssumedRoles(clock.now);

  function newGate(): Gate {
    return createGate(config?.limits.concurrency ?? DEFAULT_CONCURRENCY, clock.monotonic);
  }

  const toSts = (signer: CredentialsProvider) => ({
    ...{ endpoint: endpoints.sts ?? STS_ENDPOINT, credentials: signer, clock, send },
  });
  const toCen = (signer: CredentialsProvider) => ({
    ...{ endpoint: endpoints.cbn ?? CEN_ENDPOINT, credentials: signer, clock, send },
  });
  const toAssume = connect(STS, { ...toSts(credentials), gate: stsGate, policy: ONCE });

  const signerOf = (role: Role | null): CredentialsProvider =>
    role === null
      ? credentials
      : roles.provider(role, {
          call: toAssume,
          budget: createBudget(clock, clock.monotonic() + LISTING_MS),
        });

  const identify = (signer: CredentialsProvider) =>
    asked('STS', () => {
      const ask = createAsk(STS, { ...toSts(signer), timeoutMs: CALL_TIMEOUT_MS });
      return ask({ name: 'GetCallerIdentity', read: readIdentity });
    });

  async function list(place: Place, signer: CredentialsProvider, gate: Gate): Promise<ListingSeen> {
    const { service, regionId, vpcId } = place;
    const product = PRODUCTS[service];
    const endpoint = endpoints[product.override] ?? product.endpoint(regionId);
    const to = { endpoint, credentials: signer, clock, send };
    const call = connect(product.api, { ...to, gate, policy: ONCE });
    const remembering: Call = (operation, limits) => {
      const read = (answer: Answer) => {
        if (service === 'cen') answers.push(objectAt(answer.json));
        return operation.read(answer);
      };
      return call({ ...operation, read }, limits);
    };
    const flowLogs = createFlowLogs({ product, call: remembering });
    const time = createBudget(clock, clock.monotonic() + LISTING_MS);
    const scope = { regionId, ...(vpcId === null ? {} : { vpcId }) };
    const [found, isOpen] = await Promise.all([
      asked(product.api.name, () => flowLogs.list(scope, { time })),
      service === 'cen'
        ? null
        : asked(product.api.name, () => {
            const ask = createAsk(product.api, { ...to, timeoutMs: CALL_TIMEOUT_MS });
            return ask({ name: 'GetFlowLogServiceStatus', query: { RegionId: regionId }, read: readIsOpen });
          }),
    ]);
    return { ...place, flowLogs: found, isOpen };
  }

  async function look(account: string | null, role: Role | null, known: Asked<Identity> | null) {
    const signer = signerOf(role);
    const identity = known ?? (await identify(signer));
    // Its regions would all be refused for the same reason.
    const isLost = role !== null && !identity.ok;
    const gate = newGate();
    const listings = isLost
      ? []
      : await Promise.all(placesOf(config, account).map((place) => list(place, signer, gate)));
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
      const ask = createAsk(CEN, { ...toCen(signerOf(role)), timeoutMs: CALL_TIMEOUT_MS });
      const describe = (query: Readonly<Record<string, string>>) =>
        ask({ name: 'DescribeFlowlogs', query, read: readObject });
      const [withoutRegion, tagged, ...pages] = await Promise.all([
        asked('CEN', async () => readExtent(await describe({ PageNumber: '1', PageSize: '20' }))),
        flowLogId === null
          ? null
          : asked('CEN', async () => {
              const query = { RegionId: regionId, ResourceType: 'Flowlog', 'ResourceId.1': flowLogId };
              return readResourceTypes(await ask({ name: 'ListTagResources', query, read: readObject }));
            }),
        ...PAGE_SIZES.map((size) =>
          asked('CEN', async () => {
            const page = { RegionId: regionId, PageNumber: '1', PageSize: String(size) };
            return String((await describe(page)).PageSize);
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

type Place = Pick<ListingSeen, 'service' | 'regionId' | 'vpcId'>;

/** What has to be listed of an account. */
function placesOf(config: Config | null, account: string | null): readonly Place[] {
  const entries = [...(config?.flowLogs ?? []), ...(config?.selectors ?? [])];
  return listingScopes(entries.filter((entry) => entry.account === account)).map(({ service, scope }) => ({
    service,
    regionId: scope.regionId,
    vpcId: scope.vpcId ?? null,
  }));
}

function readIsOpen(answer: Answer): boolean {
  const { Enabled } = readObject(answer);
  if (typeof Enabled === 'boolean') return Enabled;
  throw answer.unreadable('an answer of another shape than documented');
}

/** The first region whose CEN flow logs could be listed, one with flow logs if there is any. */
function placeToAsk(accounts: readonly AccountSeen[]) {
  const places = accounts.flatMap(({ role, listings }) =>
    listings.flatMap(({ service, regionId, flowLogs }) => {
      if (!flowLogs.ok || service !== 'cen') return [];
      const [flowLogId = null] = flowLogs.value.keys();
      return [{ role, regionId, flowLogId }];
    }),
  );
  return places.find(({ flowLogId }) => flowLogId !== null) ?? places[0] ?? null;
}

function readIdentity(answer: Answer): Identity {
  const { AccountId, Arn } = readObject(answer);
  if (typeof AccountId === 'string' && typeof Arn === 'string') return { accountId: AccountId, arn: Arn };
  throw answer.unreadable('an answer of another shape than documented');
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
