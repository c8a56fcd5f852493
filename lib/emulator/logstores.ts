import type { EmulatorLogstore, LogEntry, MeteringMode } from './types.ts';

export interface Logstores {
  add(logstore: EmulatorLogstore): void;
  /** Region of the project; undefined when there is no such project. */
  projectRegion(project: string): string | undefined;
  find(project: string, logstore: string): EmulatorLogstore | undefined;
  /** @throws when there is no such Logstore */
  meteringMode(project: string, logstore: string): MeteringMode;
  /** @throws when there is no such Logstore */
  setMeteringMode(project: string, logstore: string, mode: MeteringMode): void;
  append(project: string, logstore: string, entries: readonly LogEntry[]): void;
  /** In the order of writing. @throws when there is no such Logstore */
  entries(project: string, logstore: string): readonly LogEntry[];
}

/** A project lives in one region and exists as soon as it has a Logstore. */
export function createLogstores(): Logstores {
  const projects = new Map<string, { readonly regionId: string; readonly stores: Map<string, Stored> }>();

  function stored(project: string, logstore: string): Stored {
    const found = projects.get(project)?.stores.get(logstore);
    if (found === undefined) throw new Error(`no Logstore ${logstore} in project ${project}`);
    return found;
  }

  return {
    add: (definition) => {
      const { project, logstore, regionId } = definition;
      const known = projects.get(project) ?? { regionId, stores: new Map<string, Stored>() };
      if (known.regionId !== regionId) throw new Error(`project ${project} is in ${known.regionId}`);
      if (known.stores.has(logstore)) throw new Error(`Logstore ${project}/${logstore} is there twice`);
      // As SLS charges a Logstore that is new.
      const meteringMode = definition.meteringMode ?? 'ChargeByDataIngest';
      known.stores.set(logstore, { definition, entries: [], meteringMode });
      projects.set(project, known);
    },
    projectRegion: (project) => projects.get(project)?.regionId,
    find: (project, logstore) => projects.get(project)?.stores.get(logstore)?.definition,
    meteringMode: (project, logstore) => stored(project, logstore).meteringMode,
    setMeteringMode: (project, logstore, mode) => {
      stored(project, logstore).meteringMode = mode;
    },
    append: (project, logstore, entries) => {
      const { entries: kept } = stored(project, logstore);
      for (const entry of entries) kept.push(entry);
    },
    entries: (project, logstore) => [...stored(project, logstore).entries],
  };
}

interface Stored {
  readonly definition: EmulatorLogstore;
  readonly entries: LogEntry[];
  meteringMode: MeteringMode;
}
