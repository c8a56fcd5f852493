/** Whether the person who runs the tool may read what `report` and `what-if` rest on. The function needs none of it. */
import { type Advised, advise } from '../../../cloud/advice.ts';
import { type Asked, describe } from '../asked.ts';
import { about, type Line, many, ok, skip, warn } from '../line.ts';
import type { Observations } from '../observations.ts';

const OPERATOR = '`flow-logs policy --operator` prints what whoever runs report and what-if needs';

export function checkMeasures({ config: { config }, measure }: Observations): readonly Line[] {
  if (config === null || measure === null) return [];
  const { runs, logstore } = measure;
  const { recordTo } = config;
  const lines: Line[] = [];
  if (runs !== null && recordTo.kind === 'sls') {
    const { regionId, project, logstore: name } = recordTo;
    const resource = `acs:log:${regionId}:*:project/${project}/logstore/${name}`;
    const found = (count: number) =>
      `${count === 100 ? '100 runs or more' : many(count, 'run')} recorded in the last hour`;
    lines.push(
      lineOf(
        'records',
        `${project}/${name}`,
        runs,
        found,
        `log:GetLogStoreLogs on ${resource}`,
        'SLS_ENDPOINT',
      ),
    );
  }
  if (logstore === null) {
    const toDo = 'see flow-log: one that is listed with its Logstore is needed';
    return [...lines, skip(about('traffic'), 'not asked, since no Logstore of a flow log is known', toDo)];
  }
  const { name, bytes, meteringMode } = logstore;
  const gigabytes = (count: number) => `${(count / 2 ** 30).toFixed(2)} GB received in the last hour`;
  return [
    ...lines,
    lineOf('traffic', name, bytes, gigabytes, 'cms:QueryMetricList on *', 'CMS_ENDPOINT'),
    lineOf(
      'charging-mode',
      name,
      meteringMode,
      (mode) => mode,
      'log:GetLogStoreMeteringMode on *',
      'SLS_ENDPOINT',
    ),
  ];
}

function lineOf<Value>(
  check: string,
  subject: string,
  asked: Asked<Value>,
  found: (value: Value) => string,
  action: string,
  variable: string,
): Line {
  if (asked.ok) return ok(about(check, subject), found(asked.value));
  const advised: Advised = {
    permission: `these credentials need ${action} for report and what-if; the function does not. ${OPERATOR}`,
    variable,
    otherwise: 'report and what-if leave out what this would tell',
  };
  return warn(about(check, subject), describe(asked.trouble), advise(asked.trouble, advised));
}
