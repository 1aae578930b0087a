import type { Language } from '../../domain/message.ts';
import type { Unit } from '../../domain/plan.ts';

/** Numbers and units in the reader's convention. */
export interface Format {
  /** At most `digits` decimals. */
  number(value: number, digits?: number): string;
  /** Square metres in a unit, or by size: m² below 1 ha, km² from 10,000 ha, hectares between. */
  area(m2: number, unit?: Unit | null): string;
  /** The name of a unit of area. */
  unit(unit: Unit): string;
  /** A share of 0–1 as percent. */
  percent(share: number): string;
  /** Metres, or kilometres from 10 km. */
  length(metres: number): string;
  /** Width and height of a piece of ground, metres: "51.2 × 48 km". */
  extent(width: number, height: number): string;
  /** Longitude and latitude in degrees with their hemispheres. */
  place(lonLat: readonly [number, number]): string;
  list(items: readonly string[]): string;
  /** ISO 8601 to a date, with the time where it is given. */
  date(iso: string): string;
}

export function formatFor(language: Language): Format {
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
  const names = UNIT_NAMES[language];
  const number = (value: number, digits = 2): string =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' });
  return {
    number,
    area(m2, unit) {
      const wanted = unit && unit in SQUARE_METRES ? (unit as AreaUnit) : bySize(m2);
      const value = m2 / SQUARE_METRES[wanted];
      return `${number(value, decimalsFor(value))} ${names[wanted]}`;
    },
    unit: (unit) => (unit in SQUARE_METRES ? names[unit as AreaUnit] : unit),
    percent(share) {
      const percent = share * 100;
      if (percent > 0 && percent < 0.01) return `< ${number(0.01)}%`;
      return `${number(percent, percent < 1 ? 2 : 1)}%`;
    },
    length: (metres) =>
      metres >= 10_000
        ? `${number(metres / 1000, 1)} ${names.km}`
        : `${number(metres, metres < 10 ? 2 : metres < 100 ? 1 : 0)} ${names.m}`,
    extent(width, height) {
      const unit = Math.max(width, height) < 1000 ? 'm' : 'km';
      const side = (metres: number): string => {
        const value = unit === 'm' ? metres : metres / 1000;
        return number(Number(value.toPrecision(3)), 3);
      };
      return `${side(width)} × ${side(height)} ${names[unit]}`;
    },
    place: ([lon, lat]) => {
      const degrees = (value: number) => `${number(Math.abs(value), 5)}°`;
      const [northing, easting] = [lat < 0 ? names.south : names.north, lon < 0 ? names.west : names.east];
      return language === 'zh'
        ? `${northing} ${degrees(lat)}，${easting} ${degrees(lon)}`
        : `${degrees(lat)} ${northing}, ${degrees(lon)} ${easting}`;
    },
    list: (items) => lists.format(items),
    date: (iso) => {
      const time = Date.parse(iso);
      if (Number.isNaN(time)) return iso;
      const hasTime = iso.includes('T');
      return new Intl.DateTimeFormat(locale, {
        dateStyle: 'long',
        ...(hasTime ? { timeStyle: 'short' } : {}),
        timeZone: 'UTC',
      }).format(time);
    },
  };
}

type AreaUnit = 'm2' | 'ha' | 'km2' | 'acre' | 'ft2' | 'mu';

const SQUARE_METRES: Readonly<Record<AreaUnit, number>> = {
  m2: 1,
  ha: 10_000,
  km2: 1_000_000,
  acre: 4046.8564224,
  ft2: 0.09290304,
  mu: 10_000 / 15,
};

const bySize = (m2: number): AreaUnit => (m2 < 10_000 ? 'm2' : m2 < 1e8 ? 'ha' : 'km2');

/** About three significant digits. */
const decimalsFor = (value: number): number => (value < 1 ? 3 : value < 10 ? 2 : value < 1000 ? 1 : 0);

const UNIT_NAMES = {
  en: {
    m2: 'm²',
    ha: 'ha',
    km2: 'km²',
    acre: 'acres',
    ft2: 'ft²',
    mu: 'mu',
    m: 'm',
    km: 'km',
    north: 'N',
    south: 'S',
    east: 'E',
    west: 'W',
  },
  zh: {
    m2: '平方米',
    ha: '公顷',
    km2: '平方公里',
    acre: '英亩',
    ft2: '平方英尺',
    mu: '亩',
    m: '米',
    km: '公里',
    north: '北纬',
    south: '南纬',
    east: '东经',
    west: '西经',
  },
} as const satisfies Record<Language, Record<AreaUnit | 'm' | 'km' | 'north' | 'south' | 'east' | 'west', string>>;
