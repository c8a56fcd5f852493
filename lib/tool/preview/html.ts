/** The preview as one HTML page that needs nothing else: the drawing, and the same in words and tables. Pure. */
import { formatHours } from '../hours.ts';
import { formatInstant } from '../instant.ts';
import { type Child, type Markup, markup } from './markup.ts';
import type { Preview, SchedulePreview } from './model.ts';
import { activeWords, dayWords, formatShare, titleWords, weekdayWords, weekWords } from './sentences.ts';
import { PAGE_STYLE } from './style.ts';
import { drawing } from './svg.ts';

export function previewHtml(preview: Preview): string {
  const page = markup`<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<title>${titleWords(preview)}</title>
<style>${{ markup: PAGE_STYLE }}</style>
</head>
<body>
<figure>${drawing(preview)}</figure>
<h2>In words</h2>
<p>Status as of ${formatInstant(preview.now, preview.timezone)}; days are those of each schedule's own zone.</p>
${overview(preview)}
${preview.schedules.map(
  (each) =>
    markup`<details><summary>${each.schedule.name}, day by day</summary>${dayTable(each)}</details>\n`,
)}
</body>
</html>`;
  return `<!doctype html>\n${page.markup}\n`;
}

function overview({ schedules }: Preview): Markup {
  const rows = schedules.map(({ schedule, decision: { status, next }, flowLogs, ...time }) => [
    schedule.name,
    status,
    next === null ? 'never' : formatInstant(next.at, schedule.zone.name),
    formatHours(time.activeMs),
    formatShare(time),
    flowLogs,
  ]);
  return table(['Schedule', 'Now', 'Next change', 'Active', 'Not captured', 'Flow logs'], rows);
}

function dayTable({ schedule, weeks }: SchedulePreview): Markup {
  const rows = weeks.flatMap((week) => {
    const { number, year } = weekWords(week);
    return week.days
      .filter(({ shown }) => shown !== null)
      .map((day) => [
        `${weekdayWords(day)} ${dayWords(day)}${day.today ? ' (today)' : ''}`,
        `${number}, ${year}`,
        activeWords(day, schedule.zone.name),
        formatHours(day.activeMs),
        day.labels.map(({ text }) => text).join('; '),
      ]);
  });
  return table(['Day', 'Week', 'Active', 'Hours', 'Notes'], rows);
}

/** The first cell of a row names it. */
function table(head: readonly string[], rows: readonly (readonly Child[])[]): Markup {
  return markup`<div class="scroll"><table>
<thead><tr>${head.map((text) => markup`<th scope="col">${text}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ([name = '', ...cells]) =>
    markup`<tr><th scope="row">${name}</th>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>\n`,
)}</tbody></table></div>`;
}
