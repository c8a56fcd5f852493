import { formatIssue } from '../../../config/issues.ts';
import { about, fail, type Line, many, ok, warn } from '../line.ts';
import type { Observations } from '../observations.ts';

const CONFIG = about('config');

/** Whether the config can be used at all. */
export function checkConfigSeen({
  config: { file, config, issues, warnings },
}: Observations): readonly Line[] {
  if (config === null) {
    const [first] = issues;
    const example = first === undefined ? '' : `, the first: ${formatIssue(first)}`;
    return [
      fail(
        CONFIG,
        `${file}: ${many(issues.length, 'issue')}${example}`,
        '`npx flow-logs validate` lists them all; until then no run touches anything',
      ),
    ];
  }
  const { flowLogs, selectors, schedules } = config;
  const found =
    `${file}: ${many(flowLogs.length, 'flow log')}, ${many(selectors.length, 'selector')}, ` +
    many(schedules.size, 'schedule');
  if (warnings.length === 0) return [ok(CONFIG, found)];
  return [
    warn(
      CONFIG,
      `${found}, ${many(warnings.length, 'warning')}`,
      '`npx flow-logs validate` lists the warnings',
    ),
  ];
}
