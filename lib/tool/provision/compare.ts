/** How an existing thing differs from the wanted one. Pure. */
import { isObject, type JsonObject, objectAt, objectsAt } from '../../json.ts';

/**
 * Where `existing` is not as `wanted`, each with its path: `keys.lagMs.type is text, wanted long`.
 * Only what `wanted` names is looked at: SLS adds fields of its own, and people may add theirs. What is absent equals
 * what is empty or false, and numbers equal their text, since SLS answers with either.
 */
export function differences(existing: unknown, wanted: unknown, path = ''): readonly string[] {
  if (isObject(wanted)) {
    const found = objectAt(existing);
    return Object.entries(wanted).flatMap(([key, value]) =>
      differences(found[key], value, path === '' ? key : `${path}.${key}`),
    );
  }
  if (Array.isArray(wanted)) {
    const found = Array.isArray(existing) ? existing : [];
    if (found.length !== wanted.length)
      return [`${path} has ${found.length} entries, wanted ${wanted.length}`];
    return wanted.flatMap((value, at) => differences(found[at], value, `${path}[${at}]`));
  }
  return textOf(existing) === textOf(wanted) ? [] : [`${path} is ${show(existing)}, wanted ${show(wanted)}`];
}

/** Differences of a dashboard; a chart is known by its title, and others may be there too. */
export function dashboardDifferences(existing: JsonObject, wanted: JsonObject): readonly string[] {
  const { charts, ...rest } = wanted;
  const found = new Map(objectsAt(existing.charts).map((chart) => [chart.title, chart]));
  return [
    ...differences(existing, rest),
    ...objectsAt(charts).flatMap((chart) => {
      const other = found.get(chart.title);
      return other === undefined
        ? [`chart ${chart.title} is missing`]
        : differences(other, chart, `chart ${chart.title}`);
    }),
  ];
}

/** Differences of an alert. People choose who is alerted, so the policies are not compared. */
export function alertDifferences(existing: JsonObject, wanted: JsonObject): readonly string[] {
  const { policyConfiguration: _, ...configuration } = objectAt(wanted.configuration);
  return differences(existing, { ...wanted, configuration });
}

/** The index with every field of ours as we want it, and all other fields as they are. */
export function mergeIndex(existing: JsonObject, wanted: JsonObject): JsonObject {
  return {
    ...existing,
    ...wanted,
    line: { ...objectAt(existing.line), ...objectAt(wanted.line) },
    keys: { ...objectAt(existing.keys), ...objectAt(wanted.keys) },
  };
}

/** The dashboard with our charts as we want them, and people's own charts behind them. */
export function mergeDashboard(existing: JsonObject, wanted: JsonObject): JsonObject {
  const ours = objectsAt(wanted.charts);
  const titles = new Set(ours.map(({ title }) => title));
  const others = objectsAt(existing.charts).filter(({ title }) => !titles.has(title));
  return { ...existing, ...wanted, charts: [...ours, ...others] };
}

/** The alert as we want it, with the policies that people chose. */
export function mergeAlert(existing: JsonObject, wanted: JsonObject): JsonObject {
  const found = objectAt(existing.configuration);
  const chosen = isObject(found.policyConfiguration)
    ? { policyConfiguration: found.policyConfiguration }
    : {};
  return { ...wanted, configuration: { ...found, ...objectAt(wanted.configuration), ...chosen } };
}

function textOf(value: unknown): string {
  return value === undefined || value === null || value === false ? '' : String(value);
}

function show(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
