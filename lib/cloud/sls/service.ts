/** SLS as a service: its errors, and what a person does about them. */
import type { ErrorTable, Verdict } from '../advice.ts';
import type { Service } from '../call.ts';
import { sls4 } from './sls4.ts';
import type { RecordTo } from './target.ts';

/** What operations on one Logstore are called with. */
export function slsService(target: RecordTo): Service {
  const { regionId, project, logstore } = target;
  return {
    name: 'SLS',
    variable: 'SLS_ENDPOINT',
    dialect: sls4(regionId),
    permission:
      `grant log:PostLogStoreLogs on acs:log:${regionId}:*:project/${project}/logstore/${logstore} to the role in use, ` +
      'and check that its credentials have not expired',
    otherwise: `check recordTo (${regionId}, ${project}, ${logstore})`,
    errors: errorsOf(target),
  };
}

const IN_TROUBLE = 'SLS itself is in trouble: look at its status page if this persists';

/**
 * SLS asks to repeat 5xx, 408, 429, the quota codes and ServerBusy; never 400, 401 or 404. Spellings differ between its
 * versions (`ProjectNotExist`, `ProjectNotExists`).
 * @see "Common error codes" and PutLogs in Alibaba Cloud's SLS documentation
 */
function errorsOf({ regionId, project, logstore }: RecordTo): ErrorTable {
  const table: readonly (readonly [RegExp, Verdict])[] = [
    [
      /QuotaExceed(ed)?$|^ExceedQuota$/i,
      {
        ...REFUSED,
        advice: `split the shards of Logstore ${logstore}, or raise the quota of project ${project}`,
      },
    ],
    [/^ServerBusy$/i, { ...REFUSED, advice: IN_TROUBLE }],
    [
      /^ProjectNotExists?$/i,
      {
        advice: `create project ${project} in ${regionId}, or correct recordTo.project and recordTo.regionId`,
      },
    ],
    [
      /^LogstoreNotExists?$/i,
      {
        advice: `create Logstore ${logstore} in project ${project} (npx flow-logs provision does), or correct recordTo.logstore`,
      },
    ],
    [
      /^IndexConfigNotExists?$/i,
      {
        advice: `create the index of Logstore ${logstore} in project ${project}: npx flow-logs provision does`,
      },
    ],
    [
      /^(PostBodyTooLarge|PostBodyInvalid|InvalidTimestamp)$/i,
      {
        advice:
          'SLS takes no record that is older than 7 days or more than 15 minutes ahead, nor one over its limits',
      },
    ],
  ];
  return (code, status) => {
    const own = table.find(([pattern]) => pattern.test(code))?.[1];
    const isFailing = status >= 500 || status === 408 || /^InternalServerError$/i.test(code);
    const verdict = own ?? (isFailing ? FAILING : null);
    return verdict !== null && [400, 401, 404].includes(status) ? { ...verdict, again: 'never' } : verdict;
  };
}

const REFUSED = { again: 'later', throttled: true } as const;
const FAILING = { effect: 'unknown', again: 'later', advice: IN_TROUBLE } as const;
