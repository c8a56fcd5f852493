/** Time zones by the names that people write: which of them are refused or doubtful, and what was probably meant. */

/**
 * Abbreviations that are in use in some country, and the IANA names of these countries. Runtimes know some of them as
 * the zone of another country (CST is Chicago's) or as one that never changes its clock (EST).
 */
const MEANT: Readonly<Record<string, string>> = {
  CST: 'Asia/Shanghai (China) or America/Chicago (United States)',
  BST: 'Europe/London (Britain) or Asia/Dhaka (Bangladesh)',
  IST: 'Asia/Kolkata (India), Asia/Jerusalem (Israel) or Europe/Dublin (Ireland)',
  AST: 'Asia/Riyadh (Arabia) or America/Halifax (Canada)',
  PST: 'America/Los_Angeles (United States) or Asia/Manila (Philippines)',
  SST: 'Asia/Singapore or Pacific/Pago_Pago (Samoa)',
  MST: 'America/Denver or America/Phoenix (United States), or Asia/Kuala_Lumpur (Malaysia)',
  EST: 'America/New_York (United States) or Australia/Sydney',
  ACT: 'Australia/Darwin, Australia/Adelaide or Asia/Shanghai',
  ECT: 'Europe/Paris or America/Guayaquil (Ecuador)',
  ART: 'America/Argentina/Buenos_Aires or Africa/Cairo',
  NST: 'America/St_Johns (Newfoundland) or Pacific/Auckland (New Zealand)',
  GST: 'Asia/Dubai',
  ...pairs('CDT America/Chicago, EDT America/New_York, MDT America/Denver, PDT America/Los_Angeles'),
  ...pairs('HST Pacific/Honolulu, HDT Pacific/Honolulu, AKST America/Anchorage, AKDT America/Anchorage'),
  ...pairs('ADT America/Halifax, NDT America/St_Johns, CNT America/St_Johns, PNT America/Phoenix'),
  ...pairs('IET America/Indiana/Indianapolis, PRT America/Puerto_Rico, BET America/Sao_Paulo'),
  ...pairs('BRT America/Sao_Paulo, AGT America/Argentina/Buenos_Aires, CLT America/Santiago'),
  ...pairs('JST Asia/Tokyo, KST Asia/Seoul, HKT Asia/Hong_Kong, SGT Asia/Singapore, CTT Asia/Shanghai'),
  ...pairs(
    'MYT Asia/Kuala_Lumpur, PHT Asia/Manila, WIB Asia/Jakarta, ICT Asia/Bangkok, VST Asia/Ho_Chi_Minh',
  ),
  ...pairs('PKT Asia/Karachi, PLT Asia/Karachi, NPT Asia/Kathmandu, NET Asia/Yerevan, MSK Europe/Moscow'),
  ...pairs('CEST Europe/Berlin, EEST Europe/Helsinki, WEST Europe/Lisbon, TRT Europe/Istanbul'),
  ...pairs('CAT Africa/Maputo, EAT Africa/Nairobi, WAT Africa/Lagos, SAST Africa/Johannesburg'),
  ...pairs('AET Australia/Sydney, AEST Australia/Sydney, AEDT Australia/Sydney, ACST Australia/Adelaide'),
  ...pairs('ACDT Australia/Adelaide, AWST Australia/Perth, NZST Pacific/Auckland, NZDT Pacific/Auckland'),
  ...pairs('MIT Pacific/Apia'),
};

function pairs(list: string): Readonly<Record<string, string>> {
  return Object.fromEntries(list.split(', ').map((pair) => pair.split(' ')));
}

/** The IANA names that an abbreviation may stand for; null when the name is no such abbreviation. */
export function meantByAbbreviation(name: string): string | null {
  const abbreviation = name.toUpperCase();
  return Object.hasOwn(MEANT, abbreviation) ? (MEANT[abbreviation] ?? null) : null;
}

/** What a zone of the form `Etc/GMT+8` means, since its sign is the other way round; null for other names. */
export function surprisingSign(name: string): string | null {
  const [, sign, hours] = /^Etc\/GMT([+-])([1-9]\d?)$/i.exec(name) ?? [];
  if (sign === undefined) return null;
  const opposite = sign === '+' ? '-' : '+';
  return (
    `${name} is UTC${opposite}${hours}: its sign is the other way round; ` +
    `write Etc/GMT${opposite}${hours} for UTC${sign}${hours}, or the name of a place such as Asia/Shanghai`
  );
}
