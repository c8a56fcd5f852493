import { describe, expect, it } from 'vitest';
import { meantByAbbreviation } from '../../lib/config/zone-names.ts';
import { configFile, issuesOf, withSchedule } from '../support/config.ts';

const isName = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
};

describe('an abbreviation of a time zone', () => {
  it.each([
    ['CST', 'Asia/Shanghai'],
    ['CST', 'America/Chicago'],
    ['BST', 'Europe/London'],
    ['IST', 'Asia/Kolkata'],
    ['EST', 'America/New_York'],
    ['MST', 'America/Denver'],
    ['HST', 'Pacific/Honolulu'],
    ['JST', 'Asia/Tokyo'],
    ['PST', 'America/Los_Angeles'],
    ['EDT', 'America/New_York'],
    ['CDT', 'America/Chicago'],
    ['cst', 'Asia/Shanghai'],
    ['KST', 'Asia/Seoul'],
  ])('%s is refused, and %s may be meant', (timezone, meant) => {
    expect(issuesOf(configFile({ timezone }))).toEqual([
      expect.stringMatching(
        new RegExp(`^timezone: ${timezone} is an abbreviation .*; write the IANA name: .*${meant}`),
      ),
    ]);
    expect(issuesOf(withSchedule({ timezone, windows: [] }))).toEqual([
      expect.stringMatching(new RegExp(`^schedules\\.s\\.timezone: ${timezone} is an abbreviation`)),
    ]);
  });

  it('is every name without a slash that a runtime knows besides UTC and the names of countries', () => {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    const known = letters
      .flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)))
      .filter((name) => isName(name) && meantByAbbreviation(name) === null);
    // Zones of Europe that several countries share, and old names of China, Taiwan and Korea.
    expect(known).toEqual(['CET', 'EET', 'GMT', 'MET', 'PRC', 'ROC', 'ROK', 'UCT', 'UTC', 'WET']);
  });

  it('is answered with names that exist', () => {
    for (const abbreviation of [
      'CST',
      'BST',
      'IST',
      'AST',
      'MST',
      'ACT',
      'ART',
      'NST',
      'WIB',
      'MIT',
      'NET',
      'SST',
    ]) {
      const names = meantByAbbreviation(abbreviation)?.match(/[A-Z][\w]+\/[\w/]+/g) ?? [];
      expect(names.length).toBeGreaterThan(0);
      expect(names.filter((name) => !isName(name) || meantByAbbreviation(name) !== null)).toEqual([]);
    }
  });

  it.each(['UTC', 'GMT', 'CET', 'PRC', 'Asia/Shanghai', 'EST5EDT', 'Japan', 'GB'])(
    'is not %s',
    (timezone) => {
      expect(issuesOf(configFile({ timezone }))).toEqual([]);
    },
  );
});
