import type { RpcOperation } from '../rpc/rpc-service.ts';
import { invalid, required, tagList } from './parameters.ts';
import type { FlowLogProduct } from './product.ts';
import { taggedFlowLogs } from './tagged-flow-logs.ts';

const MAX_TAGS = 20;
const MAX_KEY_LENGTH = 64;
const MAX_VALUE_LENGTH = 128;

/** Sets tags on flow logs: on all of them or, when anything is wrong, on none. */
export const tagResources =
  (product: FlowLogProduct): RpcOperation =>
  (call, world) => {
    const flowLogs = taggedFlowLogs(product, call, world);
    const tags = tagList(call.params);
    if (tags.length === 0) required(call.params, 'Tag.1.Key');
    if (tags.length > MAX_TAGS) throw invalid(`More than ${MAX_TAGS} tags.`);
    for (const [key, value] of tags) checkTag(key, value);
    if (new Set(tags.map(([key]) => key)).size < tags.length) throw invalid('A tag key is there twice.');
    const changes = flowLogs.map(({ flowLogId, tags: present }) => ({
      flowLogId,
      tags: { ...present, ...Object.fromEntries(tags) },
    }));
    if (changes.some((change) => Object.keys(change.tags).length > MAX_TAGS)) {
      throw product.errors.error('QuotaExceeded.TagNum');
    }
    for (const change of changes) world.flowLogs.setTags(change.flowLogId, change.tags);
    return { RequestId: call.requestId };
  };

/** Not UTF-16 units: a character outside the basic plane is one. */
const characters = (text: string): number => [...text].length;

function checkTag(key: string, value: string): void {
  if (key === '' || characters(key) > MAX_KEY_LENGTH) throw invalid('A tag key has 1 to 64 characters.');
  if (characters(value) > MAX_VALUE_LENGTH) throw invalid('A tag value has 128 characters at most.');
  if (/^(?:aliyun|acs:)/i.test(key)) throw invalid('A tag key cannot start with aliyun or acs:.');
  if (/https?:\/\//i.test(`${key} ${value}`)) throw invalid('A tag cannot contain http:// or https://.');
}
