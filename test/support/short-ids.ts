/** A config whose flow logs with short names in place of IDs are CEN's: by such a name nobody could tell. */
export function withShortIds(config: object): object {
  if (!('flowLogs' in config) || !Array.isArray(config.flowLogs)) return config;
  return { ...config, flowLogs: config.flowLogs.map(withService) };
}

function withService(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null || !('flowLogId' in entry)) return entry;
  return /^(?:flowlog|fl)-/.test(String(entry.flowLogId)) ? entry : { service: 'cen', ...entry };
}
