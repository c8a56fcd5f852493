import { jsonBody, requireThat } from './json-body.ts';
import { onLogstore } from './sls-operation.ts';

/** @see https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-getlogstoremeteringmode */
export const getMeteringMode = onLogstore(({ project, logstore }, world) => ({
  meteringMode: world.logstores.meteringMode(project, logstore),
}));

/** @see https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-updatelogstoremeteringmode */
export const updateMeteringMode = onLogstore(({ project, logstore, request }, world) => {
  const { meteringMode: mode } = jsonBody(request);
  requireThat(
    mode === 'ChargeByFunction' || mode === 'ChargeByDataIngest',
    'meteringMode must be ChargeByFunction or ChargeByDataIngest',
  );
  world.logstores.setMeteringMode(project, logstore, mode);
  return undefined;
});
