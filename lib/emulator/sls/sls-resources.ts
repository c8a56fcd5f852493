import type { SlsDefinition, SlsSnapshot } from '../types.ts';

/** Definitions of one kind in one project, by name. */
export type Definitions = Map<string, SlsDefinition>;

/** What a project holds besides records. */
export interface SlsProjectResources {
  /** Settings of the Logstores; one that was only seeded has none. */
  readonly logstores: Definitions;
  /** By the name of their Logstore. */
  readonly indexes: Definitions;
  readonly dashboards: Definitions;
  readonly alerts: Definitions;
}

export interface SlsResources {
  /** Empty ones for a project that nobody has put anything into. */
  of(project: string): SlsProjectResources;
  snapshot(project: string): SlsSnapshot;
}

/** Indexes, dashboards and alerts of the projects. Whether a project exists is not known here. */
export function createSlsResources(): SlsResources {
  const projects = new Map<string, SlsProjectResources>();

  function of(project: string): SlsProjectResources {
    const known = projects.get(project) ?? {
      logstores: new Map(),
      indexes: new Map(),
      dashboards: new Map(),
      alerts: new Map(),
    };
    projects.set(project, known);
    return known;
  }

  return {
    of,
    snapshot: (project) => {
      const { logstores, indexes, dashboards, alerts } = of(project);
      return {
        logstores: Object.fromEntries(logstores),
        indexes: Object.fromEntries(indexes),
        dashboards: Object.fromEntries(dashboards),
        alerts: Object.fromEntries(alerts),
      };
    },
  };
}
