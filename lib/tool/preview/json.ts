/** The preview as data. */
import type { ActiveTime, Preview, SchedulePreview } from './model.ts';
import { noteWords } from './sentences.ts';

/** Exact intervals as data; all instants ISO in UTC, intervals half-open and contiguous over [from, to). */
export interface PreviewJson {
  readonly from: string;
  readonly to: string;
  readonly schedules: Readonly<Record<string, SchedulePreviewJson>>;
  /** Summed over all flow logs that are listed for these schedules. */
  readonly flowLogs: { readonly count: number } & ActiveSeconds;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

interface ActiveSeconds {
  readonly activeSeconds: number;
  readonly totalSeconds: number;
}

/** For one flow log on the schedule. */
export interface SchedulePreviewJson extends ActiveSeconds {
  readonly timezone: string;
  readonly intervals: readonly {
    readonly from: string;
    readonly to: string;
    readonly status: string;
    readonly reason: string;
  }[];
  /** How many flow logs are on the schedule. */
  readonly flowLogs: number;
}

export function previewJson(preview: Preview): PreviewJson {
  const { inAll } = preview;
  return {
    from: iso(preview.from),
    to: iso(preview.to),
    schedules: Object.fromEntries(preview.schedules.map((each) => [each.schedule.name, scheduleJson(each)])),
    flowLogs: { count: inAll.flowLogs, ...seconds(inAll) },
    notes: noteWords(preview),
    warnings: preview.warnings,
  };
}

function scheduleJson(each: SchedulePreview): SchedulePreviewJson {
  return {
    timezone: each.schedule.zone.name,
    intervals: each.intervals.map((interval) => ({
      ...interval,
      from: iso(interval.from),
      to: iso(interval.to),
    })),
    ...seconds(each),
    flowLogs: each.flowLogs,
  };
}

const seconds = ({ activeMs, totalMs }: ActiveTime): ActiveSeconds => ({
  activeSeconds: activeMs / 1000,
  totalSeconds: totalMs / 1000,
});

const iso = (ms: number): string => new Date(ms).toISOString();
