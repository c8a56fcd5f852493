/** Which Node.js runs the function, and which zone data its schedules go by, as its status says. */

import { advise, troubleOf } from '../../../cloud/advice.ts';
import type { Runtime } from '../../../runtime.ts';
import { describe } from '../asked.ts';
import { type About, about, type Line, ok, skip, warn } from '../line.ts';
import type { FunctionSeen } from '../observations.ts';

/** Tests run the built function on it. */
export const TESTED_NODE = 'v20.10.0';

/**
 * @param ownZoneData version that this machine has; empty when it has none
 * @param isEmulated whether it runs on this machine, with its Node.js
 */
export function checkVersions(
  { name, regionId, status }: FunctionSeen,
  ownZoneData: string,
  isEmulated: boolean,
): Line {
  const subject = about('function versions', name);
  if (status === null) return skip(subject, 'not invoked', 'see function runtime first');
  if (!status.ok) {
    const { trouble } = status;
    const lookAtLog = '`npx flow-logs invoke` it, and look at its log';
    const toDo = advise(trouble, {
      permission: `to ask for its status, these credentials need fc:InvokeFunction on acs:fc:${regionId}:*:functions/${name}`,
      variable: 'FC_ENDPOINT',
      otherwise: lookAtLog,
    });
    return warn(subject, describe(trouble), troubleOf(trouble) === 'no-answer' ? lookAtLog : toDo);
  }
  const { errorType, runtime } = status.value;
  if (errorType !== null) {
    return warn(subject, `its status failed: ${errorType}`, '`npx flow-logs invoke` it, and look at its log');
  }
  if (runtime === null) {
    return warn(
      subject,
      'its answer has no nodeVersion and no zoneData',
      'deploy this version: older ones do not say; or check that it is the right function',
    );
  }
  return judge(subject, runtime, ownZoneData, isEmulated);
}

/** Versions such as `2025c` are in the order of their text. */
function judge(
  subject: About,
  { nodeVersion, zoneData }: Runtime,
  ownZoneData: string,
  isEmulated: boolean,
): Line {
  const { config, runtime } = zoneData;
  const goesBy =
    config === ''
      ? 'its config cannot be read'
      : config === runtime
        ? 'goes by its own'
        : `goes by ${config} of its compiled config`;
  const isUntested = !isTested(nodeVersion);
  const where = isUntested && isEmulated ? ' of this machine' : '';
  const found = `${nodeVersion}${where}, zone data ${runtime || 'none'}; ${goesBy}`;
  const toDo = [
    ...(config === '' ? ['`npx flow-logs invoke` it to see what is wrong with its config'] : []),
    ...(config !== '' && config < ownZoneData ? [`deploy it again: ${older(zoneData, ownZoneData)}`] : []),
    ...(isUntested && !isEmulated ? [`tested on ${TESTED_NODE}: look at the records of its next runs`] : []),
  ];
  return toDo.length === 0 ? ok(subject, found) : warn(subject, found, toDo.join('; '));
}

const older = ({ config, runtime }: Runtime['zoneData'], ownZoneData: string): string =>
  config === runtime
    ? `it goes by its own, older zone data; this machine has ${ownZoneData}`
    : `it was built with older zone data than this machine has, ${ownZoneData}`;

/** Patches of one minor version bring fixes only. */
const isTested = (nodeVersion: string): boolean =>
  nodeVersion.startsWith(TESTED_NODE.slice(0, TESTED_NODE.lastIndexOf('.') + 1));
