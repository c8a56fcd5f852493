import { expect, it } from 'vitest';
import { china } from '../../lib/schedule/calendar.ts';
import { ANNOUNCED } from '../../lib/schedule/china-announced.ts';
import { dateText, dayNumber } from '../../lib/schedule/local-date.ts';
import { announcedByPackage } from '../support/chinese-days.ts';

it('the generated announcements are those of the package, date by date', () => {
  const last = dayNumber('2031-01-01');
  const expected: object[] = [];
  const found: object[] = [];
  for (let day = dayNumber('2000-01-01'); day < last; day += 1) {
    const date = dateText(day);
    const announced = announcedByPackage(date);
    const { workday, label, makeUp } = china.day(date);
    if (announced === null) {
      expected.push({ date, label: null });
      found.push({ date, label });
    } else {
      expected.push({ date, workday: announced.workday, label: announced.name, makeUp: announced.workday });
      found.push({ date, workday, label, makeUp });
    }
  }
  expect(found).toEqual(expected);
});

it('the years that are announced are 2004 to 2026', () => {
  expect(Object.keys(ANNOUNCED).map(Number)).toEqual(Array.from({ length: 23 }, (_, index) => 2004 + index));
});
