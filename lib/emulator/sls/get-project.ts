import type { SlsOperation } from './sls-operation.ts';

/** @see https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-getproject */
export const getProject: SlsOperation = ({ project, accountId }, world) => ({
  projectName: project,
  description: '',
  region: world.logstores.projectRegion(project),
  owner: accountId,
  status: 'Normal',
  createTime: '2026-01-01 00:00:00',
  lastModifyTime: '2026-01-01 00:00:00',
});
