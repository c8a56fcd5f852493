/**
 * The indexes of the Logstores: what can be searched and, with `doc_value`, what SQL can read. Indexing is not
 * retroactive: lines that were written before a field had its index are not found by it.
 * @see Index and IndexKey in `@alicloud/sls20201230`
 */
import { type FieldType, RECORD_FIELDS } from '../../../reconcile/records.ts';

/** `double` for numbers with a fraction, besides the types of the records. */
type Nature = FieldType | 'double';

/**
 * Fields that Function Compute adds to what a function prints, and those of its request metrics.
 * @see INDEX in `@serverless-cd/srm-aliyun-sls20201230`, which `logConfig: auto` of the component fc3 creates
 */
const FUNCTION_LOG = {
  functionName: 'word',
  versionId: 'word',
  qualifier: 'word',
  instanceID: 'word',
  operation: 'word',
  triggerType: 'word',
  statusCode: 'long',
  errorType: 'word',
  hasFunctionError: 'word',
  isColdStart: 'word',
  durationMs: 'double',
  memoryLimitMB: 'double',
  memoryUsageMB: 'double',
} as const;

/** Characters at which SLS cuts a text into words: its own default. A hyphen is none, so IDs stay whole. */
const TOKENS = [...', \'";=()[]{}?@&<>/:\n\t\r'] as const;

/** One field's index, as SLS spells it. */
export interface IndexKey {
  readonly type: 'long' | 'double' | 'text';
  readonly doc_value: boolean;
  readonly token?: readonly string[];
  readonly caseSensitive?: boolean;
  /** Whether Chinese is cut into words. */
  readonly chn?: boolean;
}

/** An index, as SLS spells it. */
export interface LogIndex {
  readonly line: Required<Pick<IndexKey, 'token' | 'caseSensitive' | 'chn'>>;
  readonly keys: Readonly<Record<string, IndexKey>>;
  readonly max_text_len: number;
}

function indexKey(nature: Nature): IndexKey {
  if (nature === 'long' || nature === 'double') return { type: nature, doc_value: true };
  return { type: 'text', doc_value: true, token: TOKENS, caseSensitive: false, chn: nature === 'prose' };
}

const indexOf = (fields: Readonly<Record<string, Nature>>): LogIndex => ({
  // Search without naming a field, over fields that later versions add too.
  line: { token: TOKENS, caseSensitive: false, chn: true },
  keys: Object.fromEntries(Object.entries(fields).map(([name, nature]) => [name, indexKey(nature)])),
  // What SQL sees of a text, in bytes: the most that SLS takes, since messages and warnings may be long.
  max_text_len: 16_384,
});

/** Of the records. */
export const LOG_INDEX = indexOf(
  Object.fromEntries(
    Object.values(RECORD_FIELDS).flatMap((fields) =>
      Object.entries(fields).map(([name, [type]]) => [name, type] as const),
    ),
  ),
);

/** Of the function's own log. */
export const FUNCTION_LOG_INDEX = indexOf(FUNCTION_LOG);
