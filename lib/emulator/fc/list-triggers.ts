import type { HostedFunction } from './functions.ts';

/**
 * All triggers on one page. The settings of each are JSON text, as in Function Compute's answers.
 * @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-listtriggers
 */
export function listTriggers({ accountId, deployed }: HostedFunction): object {
  const { name, regionId, triggers } = deployed;
  return {
    triggers: triggers.map(({ triggerName, triggerType, triggerConfig }) => ({
      triggerName,
      triggerType,
      triggerConfig: JSON.stringify(triggerConfig),
      qualifier: 'LATEST',
      status: 'OK',
      targetArn: `acs:fc:${regionId}:${accountId}:functions/${name}`,
    })),
  };
}
