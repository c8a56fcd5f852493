import { isMissingLogstore, isMissingProject, type SlsError } from '../../cloud/sls/sls-error.ts';

/** The project that was asked. */
interface Place {
  readonly regionId: string;
  readonly project: string;
}

/** One line: what happened, and what a person does about it. */
export function explain(error: SlsError, place: Place, name: string): string {
  const requestId = error.requestId === null ? '' : ` (request ${error.requestId})`;
  return `${error.operation}: ${error.message}${requestId}. ${advice(error, place, name)}`;
}

/** How to get the project, which is never created here: its name is global, and its region and account are forever. */
function missingProject({ regionId, project }: Place): string {
  const body = JSON.stringify({ projectName: project, description: 'flow-log scheduler' });
  return (
    `Project ${project} does not exist in ${regionId}, and none is created silently. Correct recordTo, or create it ` +
    `in the console (https://sls.console.aliyun.com, region ${regionId}) or with ` +
    `\`aliyun sls CreateProject --region ${regionId} --body '${body}'\`, and run this again.`
  );
}

function advice(error: SlsError, place: Place, name: string): string {
  if (error.kind === 'no-credentials')
    return 'Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or run where a role is.';
  if (error.kind === 'no-answer')
    return 'Check that this network reaches SLS, recordTo.regionId, and SLS_ENDPOINT if it is set.';
  if (isMissingProject(error)) return missingProject(place);
  if (isMissingLogstore(error)) return 'Its Logstore has to be there first.';
  switch (error.code.toLowerCase()) {
    case 'invalidaccesskeyid':
    case 'signaturenotmatch':
    case 'securitytokenexpired':
      return 'Check that access key id, secret and token belong together, exist and have not expired.';
    case 'requesttimeexpired':
    case 'requesttimetooskewed':
      return 'Set the clock of this machine: SLS accepts 15 minutes of difference.';
  }
  if (/belongs? to/i.test(error.message)) {
    return (
      `Probably project ${place.project} belongs to another account: names of projects are unique in the whole cloud. ` +
      'Name a project of your own.'
    );
  }
  if (error.httpStatus === 401 || error.httpStatus === 403) return `${permission(error, place, name)}.`;
  if ((error.httpStatus ?? 0) >= 500 || error.httpStatus === 429)
    return 'Run this again: what is there already is left alone.';
  return 'Look at the definition with --dry-run; SLS did not take it.';
}

/**
 * The RAM action that an operation needs, and on what. An alert is a job of SLS.
 * @see "Action list" and "Use custom policies" in SLS's documentation for Logstores, indexes, dashboards and jobs, and
 * the docstrings of `@alicloud/sls20201230` for `log:CreateLogStore`
 */
function permission({ operation }: SlsError, { regionId, project }: Place, name: string): string {
  const within = `acs:log:${regionId}:*:project/${project}`;
  if (operation.endsWith('Alert'))
    return `Grant log:${operation.replace('Alert', 'Job')} on ${within}/job/${name}`;
  if (operation.endsWith('Dashboard')) return `Grant log:${operation} on ${within}/dashboard/${name}`;
  return `Grant log:${operation} on ${within}/logstore/${name}`;
}
