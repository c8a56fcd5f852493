/** Whether what a run records arrives, and can be queried. */

import { advise } from '../../../cloud/advice.ts';
import type { RecordTo } from '../../../config/config.ts';
import { type JsonObject, objectAt } from '../../../json.ts';
import { differences } from '../../provision/compare.ts';
import { LOG_INDEX } from '../../provision/definitions/log-index.ts';
import { type Asked, describe, isDenied } from '../asked.ts';
import { about, fail, type Line, many, ok, skip, warn } from '../line.ts';
import { isEmulated, type LogstoreSeen, type Observations } from '../observations.ts';

const PROVISION = '`npx flow-logs provision` creates what is missing';

export function checkLogstore(observations: Observations): readonly Line[] {
  const {
    config: { config },
    logstore: seen,
  } = observations;
  if (config === null) return [];
  const { recordTo } = config;
  if (recordTo.kind === 'stdout') {
    return [
      skip(
        about('logstore'),
        'recordTo is stdout: records go to standard output only',
        "name a project and a Logstore under recordTo to query them, and to be alerted when no run comes; until then only the function's own log has them",
      ),
    ];
  }
  const name = `${recordTo.project}/${recordTo.logstore}`;
  const subjects = { logstore: about('logstore', name), index: about('index', name) };
  if (seen === null) {
    const todo = 'see credentials first';
    return [skip(subjects.logstore, 'not asked', todo), skip(subjects.index, 'not asked', todo)];
  }
  const target = { ...recordTo, isEmulated: isEmulated(observations) };
  return [checkStore(subjects.logstore, seen.logstore, target), checkIndex(subjects.index, seen, target)];
}

type Target = Sls & { readonly isEmulated: boolean };
type Sls = Extract<RecordTo, { readonly kind: 'sls' }>;

export const isNoProject = ({ code }: { readonly code: string }): boolean =>
  /^ProjectNotExists?$/i.test(code);

function checkStore(subject: ReturnType<typeof about>, asked: Asked<JsonObject>, recordTo: Target): Line {
  if (!asked.ok) return unread(subject, asked, recordTo, 'GetLogStore');
  const { ttl, mode, shardCount } = asked.value;
  const found = `in ${recordTo.regionId}, kept ${ttl} days, ${many(Number(shardCount), 'shard')}`;
  if (mode !== 'query') return ok(subject, found);
  return warn(
    subject,
    `${found}, a Query Logstore`,
    'it has no SQL, so no dashboard and no alert: record to a Standard Logstore',
  );
}

function checkIndex(
  subject: ReturnType<typeof about>,
  { logstore, index }: LogstoreSeen,
  recordTo: Target,
): Line {
  if (!logstore.ok && !isDenied(logstore.trouble)) {
    return skip(subject, 'not looked at', 'see the Logstore first');
  }
  if (!index.ok) {
    if (!/^IndexConfigNotExists?$/i.test(index.trouble.code))
      return unread(subject, index, recordTo, 'GetIndex');
    return fail(
      subject,
      'there is none: records are kept, and no query, dashboard or alert finds them',
      `${PROVISION}; records from before it are not found by it`,
    );
  }
  const existing = objectAt(index.value.keys);
  const wanted = Object.entries(LOG_INDEX.keys);
  const missing = wanted.filter(([field]) => existing[field] === undefined).map(([field]) => field);
  const others = wanted.filter(([field, key]) => {
    const { type, doc_value } = key;
    return existing[field] !== undefined && differences(existing[field], { type, doc_value }).length > 0;
  });
  const found = `${wanted.length - missing.length} of ${wanted.length} fields`;
  if (missing.length === 0 && others.length === 0) return ok(subject, found);
  const differing = [
    ...(missing.length === 0 ? [] : [`missing: ${some(missing)}`]),
    ...(others.length === 0
      ? []
      : [`of another type, or without statistics: ${some(others.map(([field]) => field))}`]),
  ];
  return warn(
    subject,
    [found, ...differing].join('; '),
    '`npx flow-logs provision --update` brings them in line',
  );
}

function unread(
  subject: ReturnType<typeof about>,
  asked: Extract<Asked<JsonObject>, { ok: false }>,
  { regionId, project, logstore, isEmulated }: Target,
  operation: 'GetLogStore' | 'GetIndex',
): Line {
  const { trouble } = asked;
  const permission =
    `to look, these credentials need log:${operation} on acs:log:${regionId}:*:project/${project}/logstore/${logstore}; ` +
    'the function itself only writes';
  const otherwise = isNoProject(trouble)
    ? `${isEmulated ? `add it to logstores of the emulator's --seed` : `create project ${project} in ${regionId}`}, or correct recordTo`
    : PROVISION;
  const toDo = advise(trouble, { permission, variable: 'SLS_ENDPOINT', otherwise });
  // Not being allowed to look says nothing about what is there.
  return (isDenied(trouble) ? warn : fail)(subject, describe(trouble), toDo);
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown}, … (${names.length})` : shown;
}
