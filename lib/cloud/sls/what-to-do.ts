import type { HttpErrorKind } from '../http/http-error.ts';
import type { RecordTo } from './target.ts';

/** Whether a code says that a quota is used up for the moment: `WriteQuotaExceed`, `ShardWriteQuotaExceed`, … */
export function isQuotaCode(code: string): boolean {
  return /QuotaExceed(ed)?$|^ExceedQuota$/i.test(code);
}

/**
 * What a person does about an answer of PutLogs that is not a success.
 * @param code as SLS stated it, null when the answer is none of SLS's. Spellings differ between versions of SLS
 * (`ProjectNotExist`, `ProjectNotExists`), so case and the last `s` do not matter.
 */
export function whatToDo(status: number, code: string | null, target: RecordTo): string {
  const { regionId, project, logstore } = target;
  if (code === null) return whatToDoWithoutCode(status);
  if (isQuotaCode(code))
    return `Split the shards of Logstore ${logstore}, or raise the quota of project ${project}.`;
  switch (code.toLowerCase().replace(/s$/, '')) {
    case 'projectnotexist':
      return `Create project ${project} in ${regionId}, or correct recordTo.project and recordTo.regionId.`;
    case 'logstorenotexist':
      return `Create Logstore ${logstore} in project ${project} (flow-logs provision does), or correct recordTo.logstore.`;
    case 'requesttimeexpired':
    case 'requesttimetooskewed':
      return 'Set the clock of this machine: SLS accepts 15 minutes of difference.';
    case 'invalidaccesskeyid':
      return 'Use an access key that exists and is enabled, or renew the temporary credentials.';
    case 'signaturenotmatch':
      return 'Check that access key id, secret and token belong together, and that no proxy changes the request.';
    case 'postbodytoolarge':
    case 'postbodyinvalid':
    case 'invalidtimestamp':
      return 'SLS takes no record that is older than 7 days or more than 15 minutes ahead, nor one over its limits.';
    case 'serverbusy':
    case 'internalservererror':
      return 'SLS itself is in trouble: look at its status page if this persists.';
  }
  if (status === 401 || status === 403) {
    return (
      `Grant log:PostLogStoreLogs on acs:log:${regionId}:*:project/${project}/logstore/${logstore} ` +
      'to the role in use, and check that its credentials have not expired.'
    );
  }
  return `Check recordTo (${regionId}, ${project}, ${logstore}).`;
}

/** What a person does when there was no complete answer. */
export function whatToDoUnanswered(kind: HttpErrorKind): string {
  switch (kind) {
    case 'timeout':
    case 'network':
      return 'Check that this network reaches the endpoint, and recordTo.regionId; inside a VPC set SLS_ENDPOINT.';
    case 'tls':
      return 'Check SLS_ENDPOINT: what answers there has no certificate for this project.';
    case 'answer':
      return 'Check SLS_ENDPOINT: what answers there is not SLS.';
    case 'request':
      return 'Check that recordTo and the credentials hold no stray characters.';
  }
}

function whatToDoWithoutCode(status: number): string {
  const isPassing = status >= 500 || status === 429 || status === 408;
  return `${isPassing ? 'If this persists, check' : 'Check'} SLS_ENDPOINT and any proxy: something before SLS answered.`;
}
