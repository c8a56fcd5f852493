import { type JsonObject, listAt, objectAt } from '../json.ts';
import { show } from '../text.ts';
import type { PathKey, RawIssue } from './issues.ts';
import { RESOURCE_ID, serviceOf } from './values.ts';

/** What only the flow logs of one product have. */
const OWN_KEYS = { cenId: 'cen', transitRouterId: 'cen', vpcId: 'vpc', resourceId: 'vpc' } as const;

const NARROWING = [...Object.keys(OWN_KEYS), 'tags'];

/**
 * Checks what goes together in each entry of `flowLogs`. Works on the document as written, valid or not, so that everything
 * is reported at once.
 */
export function checkEntries(document: unknown): RawIssue[] {
  return listAt(objectAt(document).flowLogs).flatMap((entry, index) => {
    const node = objectAt(entry);
    return 'select' in node
      ? selectIssues(objectAt(node.select), ['flowLogs', index, 'select'])
      : flowLogIssues(node, ['flowLogs', index]);
  });
}

function flowLogIssues(entry: JsonObject, keys: readonly PathKey[]): RawIssue[] {
  const { flowLogId: id, service: said } = entry;
  if (typeof id !== 'string' || !RESOURCE_ID.test(id)) return [];
  const service = said ?? serviceOf(id);
  if (service === null) {
    const message = `${show(id)} is neither a flow log of CEN (flowlog-…) nor of VPC (fl-…); correct it, or add service: cen or service: vpc`;
    return [{ keys: [...keys, 'flowLogId'], message }];
  }
  return ofOtherService(entry, service, keys, (own) => `${nameOf(own)}, and ${show(id)} is not; remove it`);
}

function selectIssues(select: JsonObject, keys: readonly PathKey[]): RawIssue[] {
  const { service = 'cen', all } = select;
  const remedy = (own: string): string =>
    'service' in select
      ? `${nameOf(own)}, and service is ${show(service)}; correct one of the two`
      : `${nameOf(own)}; add service: ${own}, or remove it`;
  const narrowed = NARROWING.some((key) => key in select);
  return [
    ...ofOtherService(select, service, keys, remedy),
    ...(all === true && narrowed
      ? [
          {
            keys: [...keys, 'all'],
            message: 'means every flow log of the region; remove it, or what narrows the select down',
          },
        ]
      : []),
  ];
}

/** Nothing about a service that is neither: the schema says so. */
function ofOtherService(
  node: JsonObject,
  service: unknown,
  keys: readonly PathKey[],
  message: (own: string) => string,
): RawIssue[] {
  if (service !== 'cen' && service !== 'vpc') return [];
  return Object.entries(OWN_KEYS)
    .filter(([key, own]) => key in node && own !== service)
    .map(([key, own]) => ({ keys: [...keys, key], message: message(own) }));
}

const nameOf = (own: string): string => `belongs to a flow log of ${own.toUpperCase()}`;
