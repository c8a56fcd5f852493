import { troubleOf } from '../../cloud/advice.ts';
import { isMissingLogstore, isMissingProject } from '../../cloud/sls/project.ts';
import type { CloudError } from '../../reconcile/cloud-error.ts';

/** The project that was asked. */
interface Place {
  readonly regionId: string;
  readonly project: string;
}

/** One line: what happened, and what a person does about it. */
export function explain(error: CloudError, place: Place): string {
  const { code, problem, requestId, advice } = error;
  const request = requestId === null ? '' : ` (request ${requestId})`;
  return `${code}: ${problem}${request}; ${remedy(error, place) ?? advice}`;
}

/** What is particular to a project; null for everything else. */
function remedy(error: CloudError, place: Place): string | null {
  if (isMissingProject(error)) return missingProject(place);
  if (isMissingLogstore(error)) return 'its Logstore has to be there first';
  if (troubleOf(error) !== 'other-account') return null;
  return (
    `probably project ${place.project} belongs to another account: names of projects are unique in the whole cloud; ` +
    'name one of your own'
  );
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
