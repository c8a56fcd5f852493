/**
 * What this project assumes about Alibaba Cloud without ever having run against a live account. The README lists every
 * title; `flow-logs doctor` settles those that reading can settle.
 */

export interface Assumption {
  readonly id: string;
  /** One sentence for the README: what is assumed. */
  readonly title: string;
  /** What follows from it here, or what was done so that it matters less. */
  readonly consequence: string;
  /** How to settle it on a live account. */
  readonly settle: string;
}

/** Settled by `flow-logs doctor`, which prints what it saw. */
export const READABLE = [
  {
    id: 'all-regions',
    title: 'DescribeFlowlogs lists all regions when it is called without RegionId.',
    consequence: 'Not relied on: RegionId is sent with every call, one listing for each account and region.',
    settle: 'doctor calls it without RegionId and shows which regions came back.',
  },
  {
    id: 'page-size',
    title: 'DescribeFlowlogs takes a PageSize of 50, and nothing larger; its maximum is not documented.',
    consequence: 'Not relied on: pages of 20 are asked for, the documented default.',
    settle: 'doctor asks for pages of 50 and of 100 and shows the answers.',
  },
  {
    id: 'total-count',
    title: 'DescribeFlowlogs answers TotalCount as text, as the types of the SDK say.',
    consequence: 'Text and number are both read; without either a listing fails.',
    settle: 'doctor shows the type that it saw.',
  },
  {
    id: 'interval',
    title: "A flow log's Interval is the number 60 or 600.",
    consequence: 'Only reported, and text is read too: a schedule does not depend on it.',
    settle: 'doctor shows the types and values that it saw.',
  },
  {
    id: 'listed-fields',
    title: 'Each flow log in an answer of DescribeFlowlogs has its CenId and its Tags.',
    consequence:
      'Selectors and overrides read the tags from the listing. Without them no selector by tags finds anything, and no override is ever seen.',
    settle: 'doctor counts the flow logs that came with either. Tag one of them to be sure.',
  },
  {
    id: 'status-words',
    title:
      'The statuses of a flow log are Active, Inactive, Creating, Modifying and Deleting, and no others.',
    consequence: 'A flow log with another status is left as it is and reported as failed.',
    settle: 'doctor shows the words that it saw. Run it while a flow log is changing to see more of them.',
  },
  {
    id: 'tag-type',
    title: 'TagResources, UntagResources and ListTagResources know flow logs as the resource type Flowlog.',
    consequence: 'Overrides are written as tags of that type. With another spelling no override can be set.',
    settle: 'doctor asks ListTagResources for the tags of one flow log. Only an override proves writing.',
  },
  {
    id: 'missing-names',
    title:
      'SLS calls what is not there ProjectNotExist and LogStoreNotExist; older pages have ProjectNotExists.',
    consequence: 'Both spellings are understood, in any case.',
    settle: 'doctor asks for a project and a Logstore that surely do not exist and shows the codes.',
  },
  {
    id: 'index-shape',
    title: 'GetIndex answers an index in the shape that CreateIndex takes it: keys, line and max_text_len.',
    consequence: '`provision --update` merges by it, and doctor counts the fields by it.',
    settle: 'doctor shows the names that it saw.',
  },
  {
    id: 'response-times',
    title: 'CEN and STS answer within ten seconds, which is how long a call is waited for.',
    consequence: 'A slower call counts as one without an answer: its effect is read back, never assumed.',
    settle: 'doctor shows the median and the slowest of its calls.',
  },
  {
    id: 'trigger-config',
    title: "ListTriggers has a timer's settings as JSON text: enable, cronExpression and payload.",
    consequence: 'Only doctor reads them, and an object is understood too.',
    settle: 'doctor with --function shows what it saw.',
  },
  {
    id: 'node-version',
    title: 'The runtime nodejs20 of Function Compute is Node.js 20.10.0.',
    consequence:
      'The function is built for it and tested on it; its schedules go by the zone data of its compiled config.',
    settle: 'doctor with --function asks the function for its status, which says so.',
  },
] as const satisfies readonly Assumption[];

export type ReadableId = (typeof READABLE)[number]['id'];

/** Settled by trying only: reading cannot. */
export const TO_BE_TRIED: readonly Assumption[] = [
  {
    id: 'raw-metric',
    title: "The larger of CloudMonitor's LogInflow and NetFlow is the raw size of what a Logstore received.",
    consequence: 'Both are read, and `report` says which one it took. All of its GB and money rest on it.',
    settle: "Compare a day of `report` with the bill, or with the Logstore's own charts.",
  },
  {
    id: 'metric-timestamp',
    title: 'The timestamp of a data point of CloudMonitor is the start of its period, and Sum its bytes.',
    consequence: 'Were it the end, each quarter of an hour would be told fifteen minutes late.',
    settle: 'Switch a flow log on at a full hour and look at which data point is the first.',
  },
  {
    id: 'redundant-change',
    title:
      'What ActiveFlowLog answers for a flow log that is already Active is not known, nor DeactiveFlowLog for an Inactive one.',
    consequence:
      'Not relied on: the status is read first, and nothing is called for a flow log that is as it should be.',
    settle: 'Enable an Active flow log by the CLI of Alibaba Cloud and look at the answer.',
  },
  {
    id: 'modifying-time',
    title: 'A flow log is Modifying for less than two minutes after it was enabled or disabled.',
    consequence:
      'limits.settleTimeout is 120s. What takes longer is recorded as accepted and confirmed by the next run.',
    settle: 'Read settleMs in the records of the first changes.',
  },
  {
    id: 'client-token',
    title: 'A call that is repeated with the same ClientToken takes effect once.',
    consequence:
      'Little depends on it: a call whose outcome is unknown is settled by reading the status back.',
    settle: 'Send ActiveFlowLog twice with one token and look at both answers.',
  },
  {
    id: 'error-codes',
    title: 'The error codes of CEN are those of its API pages, of the gateway and of the Terraform provider.',
    consequence: 'A code that is not known is not retried; after HTTP 5xx the status is read back.',
    settle:
      'Watch errorCode in the records, and report what is not in the table of lib/cloud/flow-logs/cen-errors.ts.',
  },
  {
    id: 'vpc-tags',
    title: 'VPC takes TagResources and UnTagResources for flow logs, as ResourceType FLOWLOG.',
    consequence:
      'Terraform sends it so, and the documents do not list flow logs. Without it, overrides of VPC flow logs fail and say so; schedules go on.',
    settle: 'Set and clear an override of a VPC flow log.',
  },
  {
    id: 'vpc-ram-resources',
    title:
      'RAM takes acs:vpc:{region}:{account}:flowlog/{id} for vpc:DescribeFlowLogs, vpc:ActiveFlowLog and vpc:DeactiveFlowLog, and * for vpc:TagResources and vpc:UnTagResources.',
    consequence: 'Documented so for the first two alone.',
    settle:
      'Attach what `npx flow-logs policy` prints, then invoke the function, and set and clear an override of a VPC flow log.',
  },
  {
    id: 'throttling',
    title:
      'A throttled call has a code with Throttling in it, or HTTP 429, and waits for the header x-acs-retry-after in milliseconds.',
    consequence:
      'The account is then paused as a whole. Without the header the pause grows from half a second to eight.',
    settle: 'Run against an account at the limit of its calls and look at the records of kind run.',
  },
  {
    id: 'policy-resources',
    title:
      'RAM takes acs:cbn:{region}:{account}:flowlog/{id} for cen:DescribeFlowlogs, cen:ActiveFlowLog and cen:DeactiveFlowLog, and * for cen:TagResources and cen:UntagResources.',
    consequence: 'Documented so for all but UntagResources, which is documented for CEN instances alone.',
    settle:
      'Attach what `npx flow-logs policy` prints, then invoke the function, and set and clear an override.',
  },
  {
    id: 'policy-account-wildcard',
    title: 'RAM takes * for the account in the ARN of a resource.',
    consequence: 'Only policies that are printed without --function-role have it.',
    settle: 'Print the policies both ways and try the ones with *.',
  },
  {
    id: 'role-sessions',
    title: "The function's role may assume roles of other accounts for 3,600 seconds.",
    consequence: 'They are renewed a minute before they end.',
    settle: 'Invoke the function with an account in the config, by hand, and again after an hour.',
  },
  {
    id: 'timer-is-asynchronous',
    title: 'A timer trigger invokes asynchronously, so that the settings of asyncInvokeConfig apply to it.',
    consequence:
      'A failed tick throws. With maxAsyncRetryAttempts 0 it is not repeated, and goes to the failure destination.',
    settle:
      'Take away the permission cen:DescribeFlowlogs for one tick and look at the metrics and the destination.',
  },
  {
    id: 'timer-delivery',
    title: 'A tick may come late, twice, or not at all.',
    consequence:
      'Not relied on: each run compares what should be with what is, and runs that overlap do no harm.',
    settle: 'Read lagMs in the records of kind run over a week, and count them.',
  },
  {
    id: 'context-fields',
    title: 'The context of Function Compute 3.0 has function.timeout in seconds and credentials of the role.',
    consequence:
      'Without a timeout a minute is assumed; without credentials the environment of the function is looked at.',
    settle: 'Invoke the function with {"action": "status"}.',
  },
  {
    id: 'function-log-lines',
    title: 'With logBeginRule None each printed line is one entry of the function log, however long.',
    consequence: 'The records are printed there first. A line that is cut is still in the Logstore.',
    settle: 'Invoke the function and compare its log with the Logstore.',
  },
  {
    id: 'alerts',
    title: 'SLS takes the alerts that provision creates, and its console draws the dashboard.',
    consequence: 'Their shape is that of the SDK and of the documentation; no console has shown them.',
    settle: 'Run `npx flow-logs provision`, open the dashboard, and stop the timer for three periods.',
  },
  {
    id: 'alert-permission',
    title: "Creating an alert needs log:CreateJob, as SLS's list of actions says.",
    consequence: 'provision names it when it is refused.',
    settle: 'Run `npx flow-logs provision` with log:CreateJob and without log:CreateAlert.',
  },
  {
    id: 'function-logstore',
    title: 'Function Compute creates no function whose own log has no project or Logstore to go to.',
    consequence: 'deploy creates the Logstore before the function.',
    settle: 'Run `npx s deploy` before `npx flow-logs provision`, and look at the answer.',
  },
  {
    id: 'policy-documents',
    title: 'GetRole and GetPolicy answer their documents as the JSON text that they were given.',
    consequence:
      'They are compared as data. In another shape each deploy would make a new version of the policy.',
    settle: 'Run `npx flow-logs provision` twice and look at the second answer.',
  },
  {
    id: 'function-settings',
    title: 'GetFunction answers what a function was created with, in the same words.',
    consequence:
      'What it does not say is not compared. Another word would let each deploy change the function again.',
    settle: 'Run `npx flow-logs deploy` twice and look at the second answer.',
  },
  {
    id: 'fresh-role',
    title: 'A role, a policy and a function that were just made are known everywhere within ten seconds.',
    consequence: 'deploy waits that long for the status of the function, and can be run again.',
    settle: 'Run `npx flow-logs deploy` in an account without the role.',
  },
  {
    id: 'index-delay',
    title: 'A Logstore that was just created can have its index within a minute.',
    consequence: 'provision waits that long, and can be run again.',
    settle: 'Run `npx flow-logs provision` for a Logstore that does not exist.',
  },
  {
    id: 'vpc-endpoints',
    title:
      'Inside a VPC a function reaches cen.vpc-proxy.aliyuncs.com and {region}-intranet.log.aliyuncs.com.',
    consequence: 'They are used only where CBN_ENDPOINT and SLS_ENDPOINT name them.',
    settle: 'Run doctor inside the VPC with both variables set.',
  },
  {
    id: 'function-compute-2',
    title: 'Functions on Function Compute 2.0 can be invoked by @alicloud/fc2 with temporary credentials.',
    consequence: 'Only `npx flow-logs invoke --function SERVICE/NAME` needs it.',
    settle: 'Invoke one.',
  },
  {
    id: 'extraction-fee',
    title: 'An Inactive flow log costs nothing: no extraction by the transit router, nothing new in SLS.',
    consequence:
      'What `npx flow-logs report` counts as saved is what was not written to SLS, at its price there.',
    settle: 'Compare the bills of two weeks.',
  },
];

/** All of them, in the order of the README. */
export const ASSUMPTIONS: readonly Assumption[] = [...READABLE, ...TO_BE_TRIED];
