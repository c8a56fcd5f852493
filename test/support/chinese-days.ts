import chineseDays from 'chinese-days';

/** What the package lists by name for a date `YYYY-MM-DD`; null for a date of which it only guesses by weekday. */
export function announcedByPackage(
  date: string,
): { readonly name: string; readonly workday: boolean } | null {
  // A listed date's name reads `National Day,国庆节,3`; any other's is its weekday.
  const { name, work } = chineseDays.getDayDetail(date);
  const comma = name.indexOf(',');
  return comma < 0 ? null : { name: name.slice(0, comma), workday: work };
}
