/** Which Node.js and zone data a run was made with: answers and records say so, since Function Compute does not. */

/** What a run was made with. */
export interface Runtime {
  /** Such as `v20.10.0`. */
  readonly nodeVersion: string;
  /** Versions such as `2025c`. */
  readonly zoneData: {
    /** That schedules go by; empty when the config could not be read. */
    readonly config: string;
    /** That this Node.js brings. */
    readonly runtime: string;
  };
}

/** Version of the zone data that this Node.js brings; empty where it brings none. */
export const runtimeZoneData = (): string => process.versions.tz ?? '';

/** @param config null when it could not be read */
export const runtimeOf = (config: { readonly zoneData: string } | null): Runtime => ({
  nodeVersion: process.version,
  zoneData: { config: config?.zoneData ?? '', runtime: runtimeZoneData() },
});
