import type { SlsDefinition } from '../types.ts';
import { isObject, jsonBody, page, requireThat } from './json-body.ts';
import { slsErrors } from './sls-errors.ts';
import type { SlsOperation } from './sls-operation.ts';

/** @see https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-getdashboard */
export const getDashboard: SlsOperation = ({ project, params }, world) =>
  found(world.slsResources.of(project).dashboards, params.dashboard);

/** @see https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-listdashboard */
export const listDashboards: SlsOperation = ({ project, params }, world) => {
  const all = [...world.slsResources.of(project).dashboards.values()];
  const shown = page(all, params, { usual: 100, most: 500 });
  return {
    total: all.length,
    count: shown.length,
    dashboards: shown.map(({ dashboardName }) => dashboardName),
    dashboardItems: shown.map(({ dashboardName, displayName, description }) => ({
      dashboardName,
      displayName,
      description,
    })),
  };
};

/**
 * A name that is taken is `ParameterInvalid`, as the tests of aliyun-log-java-sdk have it.
 * @see https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-createdashboard
 */
export const createDashboard: SlsOperation = ({ project, request }, world) => {
  const { dashboards } = world.slsResources.of(project);
  const dashboard = checked(jsonBody(request));
  const { dashboardName: name } = dashboard;
  requireThat(
    typeof name === 'string' && /^[0-9a-z][0-9a-z_-]{0,126}[0-9a-z]$/.test(name),
    'dashboardName is invalid',
  );
  requireThat(!dashboards.has(name), 'specified dashboard already exists');
  dashboards.set(name, dashboard);
  return undefined;
};

/** @see https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-updatedashboard */
export const updateDashboard: SlsOperation = ({ project, params, request }, world) => {
  const { dashboards } = world.slsResources.of(project);
  const dashboard = checked(jsonBody(request));
  found(dashboards, params.dashboard);
  const name = params.dashboard ?? '';
  dashboards.set(name, { ...dashboard, dashboardName: name });
  return undefined;
};

function found(dashboards: ReadonlyMap<string, SlsDefinition>, name = ''): SlsDefinition {
  const dashboard = dashboards.get(name);
  if (dashboard === undefined) throw slsErrors.error('DashboardNotExist');
  return dashboard;
}

function checked(dashboard: SlsDefinition): SlsDefinition {
  const { charts, displayName } = dashboard;
  requireThat(typeof displayName === 'string' && displayName.length <= 512, 'displayName is invalid');
  requireThat(Array.isArray(charts), 'charts must be a list');
  const titles = new Set<unknown>();
  for (const chart of charts) {
    requireThat(isObject(chart), 'a chart must be an object');
    const { title, type, search, display, action } = chart;
    requireThat(
      typeof title === 'string' && /^[0-9a-z][0-9a-z_-]{0,98}[0-9a-z]$/.test(title) && !titles.has(title),
      `the title of a chart is invalid or taken: ${String(title)}`,
    );
    requireThat(typeof type === 'string' && type !== '', `chart ${title} has no type`);
    requireThat(
      [search, display, action].every(isObject),
      `search, display and action of ${title} must be objects`,
    );
    titles.add(title);
  }
  return dashboard;
}
