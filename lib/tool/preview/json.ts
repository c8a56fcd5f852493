/** The preview as data. */
import type { Pricing } from '../../schedule/savings.ts';
import type { Preview, SchedulePreview } from './model.ts';

/** Exact intervals as data; all instants ISO in UTC, intervals half-open and contiguous over [from, to). */
export interface PreviewJson {
  readonly from: string;
  readonly to: string;
  readonly schedules: Readonly<Record<string, SchedulePreviewJson>>;
  /** Over all flow logs of these schedules; `savedAmount` is null without `pricing`. */
  readonly flowLogs: { readonly count: number } & SavedJson;
  /** What `savedAmount` rests on, as the config states it. */
  readonly pricing: Pricing | null;
  readonly warnings: readonly string[];
}

interface SavedJson {
  readonly activeSeconds: number;
  readonly totalSeconds: number;
  readonly savedSeconds: number;
  /** Not rounded. */
  readonly savedAmount: number | null;
}

/** For one flow log on the schedule. */
export interface SchedulePreviewJson extends SavedJson {
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
  return {
    from: iso(preview.from),
    to: iso(preview.to),
    schedules: Object.fromEntries(preview.schedules.map((each) => [each.schedule.name, scheduleJson(each)])),
    flowLogs: { count: preview.savings.flowLogs, ...savedJson(preview.savings) },
    pricing: preview.pricing,
    warnings: preview.warnings,
  };
}

function scheduleJson({ schedule, intervals, savings }: SchedulePreview): SchedulePreviewJson {
  return {
    timezone: schedule.zone.name,
    intervals: intervals.map((each) => ({ ...each, from: iso(each.from), to: iso(each.to) })),
    ...savedJson(savings),
    flowLogs: savings.flowLogs,
  };
}

function savedJson(time: SchedulePreview['savings'] | Preview['savings']): SavedJson {
  return {
    activeSeconds: time.activeMs / 1000,
    totalSeconds: time.totalMs / 1000,
    savedSeconds: time.savedMs / 1000,
    savedAmount: time.savedAmount,
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
