const HOUR_MS = 3_600_000;
const NUMBER = new Intl.NumberFormat('en');

/** `12 h`, `12 h 30 min`, `10 min`, `1 min 30 s`; exact to the second. */
export function formatHours(ms: number): string {
  const hours = Math.floor(ms / HOUR_MS);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = Math.floor(ms / 1000) % 60;
  const parts = [
    ...(hours > 0 ? [`${NUMBER.format(hours)} h`] : []),
    ...(minutes > 0 ? [`${minutes} min`] : []),
    ...(seconds > 0 ? [`${seconds} s`] : []),
  ];
  return parts.length === 0 ? '0 h' : parts.join(' ');
}
