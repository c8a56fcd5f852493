import {
  CAPTURE_TIMELINE,
  captureHours,
  LAG,
  LAST_RUN,
  OUTCOMES,
  OVERRIDES_IN_FORCE,
  RECENT_CHANGES,
  STATUSES,
} from './queries.ts';

/** A chart, as SLS spells it. `title` is its identifier; people see `display.basicOptions.displayName`. */
export interface Chart {
  readonly title: string;
  readonly type: string;
  readonly search: Readonly<Record<string, unknown>>;
  readonly display: Readonly<Record<string, unknown>>;
  readonly action: Readonly<Record<string, unknown>>;
}

/** A dashboard, as SLS spells it. */
export interface DashboardDefinition {
  readonly dashboardName: string;
  readonly displayName: string;
  readonly description: string;
  readonly attribute: Readonly<Record<string, string>>;
  readonly charts: readonly Chart[];
}

const DAY_SECONDS = 86_400;

/** What a chart shows and where: columns 0 to 24 from the left, rows from the top. */
interface Tile {
  readonly title: string;
  readonly caption: string;
  readonly type: 'aggpro' | 'barpro' | 'linepro' | 'tablepro';
  readonly query: string;
  readonly days: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Which columns of the result are drawn. */
  readonly columns?: Readonly<Record<string, unknown>>;
  readonly options?: Readonly<Record<string, unknown>>;
}

const tiles = (periodMs: number): readonly Tile[] => [
  {
    title: 'last-run',
    caption: 'Last run and its lag',
    type: 'tablepro',
    query: LAST_RUN,
    days: 1,
    x: 0,
    y: 0,
    width: 24,
    height: 5,
  },
  {
    title: 'capture-timeline',
    caption: 'Capture timeline per flow log (1: made Active, 0: made Inactive)',
    type: 'aggpro',
    query: CAPTURE_TIMELINE,
    days: 7,
    x: 0,
    y: 5,
    width: 24,
    height: 10,
    columns: { xAxisKey: 'time', yAxisKey: 'capturing', aggField: 'flow_log' },
  },
  {
    title: 'outcomes',
    caption: 'Changes by outcome, per hour',
    type: 'barpro',
    query: OUTCOMES,
    days: 7,
    x: 0,
    y: 15,
    width: 12,
    height: 9,
    columns: { xAxisKey: 'time', yAxisKeys: ['confirmed', 'accepted', 'failed'], xAxisConcatKeys: [] },
    options: { barOptions: { stackingMode: 'normal', orientation: 'vertical' } },
  },
  {
    title: 'lag',
    caption: 'Lag behind the timer and duration, worst of each hour (ms)',
    type: 'linepro',
    query: LAG,
    days: 7,
    x: 12,
    y: 15,
    width: 12,
    height: 9,
    columns: { xAxisKey: 'time', yAxisKeys: ['lag_ms', 'duration_ms'] },
  },
  {
    title: 'overrides-in-force',
    caption: 'Overrides in force at the last run',
    type: 'tablepro',
    query: OVERRIDES_IN_FORCE,
    days: 1,
    x: 0,
    y: 24,
    width: 12,
    height: 9,
  },
  {
    title: 'capture-hours',
    caption: 'Flow-log hours by the status that each run counted (flow-logs report has GB and money)',
    type: 'tablepro',
    query: captureHours(periodMs),
    days: 30,
    x: 12,
    y: 24,
    width: 12,
    height: 9,
  },
  {
    title: 'statuses',
    caption: 'Active and Inactive at the last run',
    type: 'tablepro',
    query: STATUSES,
    days: 1,
    x: 0,
    y: 33,
    width: 24,
    height: 5,
  },
  {
    title: 'recent-changes',
    caption: 'Changes and failures',
    type: 'tablepro',
    query: RECENT_CHANGES,
    days: 7,
    x: 0,
    y: 38,
    width: 24,
    height: 12,
  },
];

/**
 * The dashboard over a Logstore. Its name holds the Logstore's, so that two schedulers can share a project.
 * UNVERIFIED against a live account: how the console draws it. The shape of a chart (`chartQueries`, `queryOptionMap`,
 * `basicOptions`, the grid of 24 columns, the pattern of `title`) is that of dashboards made by the SLS console, as
 * Alibaba Cloud publishes them; only `title`, `type`, `search`, `display` and `action` are in the API reference.
 * @param periodMs how often the timer calls the function
 * @see Dashboard and Chart in `@alicloud/sls20201230`
 */
export function dashboardDefinition(
  project: string,
  logstore: string,
  periodMs: number,
): DashboardDefinition {
  return {
    dashboardName: `${logstore}-overview`,
    displayName: `Flow-log scheduler (${logstore})`,
    description: 'Made by flow-logs provision. Charts that are added to it stay when it is updated.',
    attribute: { type: 'grid' },
    charts: tiles(periodMs).map((tile) => chart(tile, project, logstore)),
  };
}

function chart(tile: Tile, project: string, logstore: string): Chart {
  const { title, type, query, columns } = tile;
  return {
    title,
    type,
    search: {
      logstore,
      topic: '',
      // The console's own placeholder: what is asked is in chartQueries.
      query: '@',
      start: `-${tile.days * DAY_SECONDS}s`,
      end: 'now',
      chartQueries: [{ name: 'A', datasource: 'logstore', project, logstore, query, tokenQuery: query }],
    },
    display: {
      version: '2',
      basicOptions: { displayName: tile.caption, showTitle: true, showBorder: true, showTime: true },
      ...tile.options,
      ...(columns === undefined ? {} : { queryOptionMap: { A: { name: 'A', ...columns } } }),
      xPos: tile.x,
      yPos: tile.y,
      width: tile.width,
      height: tile.height,
    },
    action: {},
  };
}
