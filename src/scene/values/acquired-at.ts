/**
 * When a scene was taken, from file names and metadata: ISO 8601 date or date-time; null when nothing says it.
 *
 * @param texts  best evidence first
 */
export function acquiredAt(texts: readonly string[]): string | null {
  for (const text of texts) {
    for (const pattern of PATTERNS) {
      for (const match of text.matchAll(pattern)) {
        const { year, month, day, hour, minute, second } = match.groups as Record<string, string>;
        const date = `${year}-${month}-${day}`;
        if (!isDay(date)) continue;
        const time = hour && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
        return time ? `${date}T${hour}:${minute}:${second}Z` : date;
      }
    }
  }
  return null;
}

const DAY = String.raw`(?<year>19[7-9]\d|20[0-4]\d)`;
const PATTERNS = [
  // 2020-08-04T18:29:19
  new RegExp(
    String.raw`(?<!\d)${DAY}-(?<month>\d\d)-(?<day>\d\d)(?:T(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d))?`,
    'g',
  ),
  // 20170216T102101, 20190727_1015, 20160620
  new RegExp(
    String.raw`(?<!\d)${DAY}(?<month>\d\d)(?<day>\d\d)(?:T(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d))?(?!\d)`,
    'g',
  ),
  // 2015_07_11, 2015.07.11
  new RegExp(String.raw`(?<!\d)${DAY}[_.](?<month>\d\d)[_.](?<day>\d\d)(?!\d)`, 'g'),
];

/** A day that exists and is not in the future of any satellite that has flown. */
function isDay(date: string): boolean {
  const parsed = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date) && date >= '1972-07-23';
}
