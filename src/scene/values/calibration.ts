import type { BandStatistics } from '../bands/band-statistics.ts';
import type { Identification, IdentifiedBand } from '../bands/bands.ts';
import { type FileEvidence, isDisplay } from '../bands/file-evidence.ts';
import type { SensorKey } from '../bands/sensors.ts';
import { xmlElements } from '../formats/tiff/xml-elements.ts';

/** How digital numbers become values. */
export interface Calibration {
  readonly values: 'reflectance' | 'display';
  /** value = DN * scale + offset. */
  readonly scale: number;
  readonly offset: number;
  /** A DN that the product defines as "no data" whatever its tags say; null = none. */
  readonly fill: number | null;
  /** What a person should know about it; empty when there is nothing to say. */
  readonly note: string;
}

/** What a rule decides by. */
interface Evidence {
  readonly sensor: SensorKey | null;
  readonly type: string;
  /** All file names and product metadata, for words such as `MSIL2A` and `_SR_B`. */
  readonly text: string;
  /** Of the files. */
  readonly names: readonly string[];
  /** Of the reflective bands. */
  readonly statistics: readonly BandStatistics[];
  /** Of the cirrus band, where there is one. */
  readonly cirrus: BandStatistics | null;
  readonly nodata: number | null;
  readonly acquiredAt: string | null;
}

interface Rule {
  readonly applies: (evidence: Evidence) => boolean;
  readonly calibration: (evidence: Evidence) => Omit<Calibration, 'values'>;
}

/** The first rule that applies wins. Adding a product is adding a row. */
const RULES: readonly Rule[] = [
  {
    // Reflectance as real numbers.
    applies: ({ type, statistics, sensor }) =>
      type.startsWith('float') && (statistics.length >= 3 || sensor !== null) && within(statistics, -0.5, 1.6),
    calibration: () => ({ scale: 1, offset: 0, fill: null, note: '' }),
  },
  {
    // ESA product specification: reflectance = (DN + RADIO_ADD_OFFSET) / 10000, the offset -1000 since baseline 04.00.
    applies: ({ sensor, type, statistics }) =>
      (sensor === 'sentinel-2' || sensor === 'sentinel-2-dea') && !type.endsWith('8') && !within(statistics, -0.5, 1.6),
    calibration: (evidence) => {
      const shifted = sentinel2Shift(evidence);
      return {
        scale: 1e-4,
        offset: shifted.is ? -0.1 : 0,
        fill: /^u/.test(evidence.type) ? 0 : null,
        note: shifted.note,
      };
    },
  },
  {
    // USGS Landsat Collection 2 level 2 science product guide.
    applies: ({ sensor, type, text, statistics }) =>
      isLandsat(sensor) &&
      (type === 'uint16' || (type.startsWith('float') && within(statistics, 3000, 65_535))) &&
      /(^|[^a-z])sr_b\d|l2sp|l2sr|surface reflectance/.test(text),
    calibration: () => ({ scale: 2.75e-5, offset: -0.2, fill: 0, note: '' }),
  },
  {
    // Landsat 8/9 level 1 (USGS data users handbook): top of atmosphere, not divided by the sine of the sun's elevation.
    applies: ({ sensor, type }) => sensor === 'landsat89' && type === 'uint16',
    calibration: () => ({
      scale: 2e-5,
      offset: -0.1,
      fill: 0,
      note: 'Landsat level 1: reflectance at the top of the atmosphere, without the sun angle, so it is too dark by a constant factor.',
    }),
  },
  {
    // Landsat Collection 1 surface reflectance (LEDAPS, LaSRC) and HLS 2.0.
    applies: ({ sensor, type, statistics, nodata }) =>
      (type === 'int16' || type.startsWith('float')) &&
      (isLandsat(sensor) || sensor?.startsWith('hls') === true || (type === 'int16' && nodata === -9999)) &&
      within(statistics, -3000, 20_000) &&
      !within(statistics, -0.5, 1.6),
    calibration: () => ({ scale: 1e-4, offset: 0, fill: null, note: '' }),
  },
  {
    // MODIS and VIIRS surface reflectance.
    applies: ({ sensor, type }) => (sensor === 'modis' || sensor === 'viirs') && type === 'int16',
    calibration: () => ({ scale: 1e-4, offset: 0, fill: null, note: '' }),
  },
  {
    // Planet surface reflectance.
    applies: ({ type, text }) => type === 'uint16' && /analytic(ms)?_sr/.test(text),
    calibration: () => ({ scale: 1e-4, offset: 0, fill: 0, note: '' }),
  },
];

/** Bands that are light, so that a stretch or a plausibility test may look at them. */
const DARK: ReadonlySet<string | null> = new Set(['alpha', 'lwir', 'cirrus', 'pan', 'water_vapor', 'nir09']);

/**
 * From digital numbers to values, the same for all files of a scene.
 *
 * @param text  names of all files and product metadata, for words such as `MSIL2A_…_N0400`
 */
export function calibrate(
  files: readonly FileEvidence[],
  bands: readonly (readonly IdentifiedBand[])[],
  { sensor, isPicture }: Pick<Identification, 'sensor' | 'isPicture'>,
  text: string,
  nodata: number | null,
  acquiredAt: string | null,
): Calibration {
  const flat = files.flatMap((file, f) =>
    file.statistics.map((statistics, b) => ({ statistics, band: bands[f]![b]! })),
  );
  const of = (wanted: (name: string | null) => boolean): BandStatistics[] =>
    flat.flatMap(({ statistics, band }) => (statistics && wanted(band.name) ? [statistics] : []));
  const named = of((name) => name !== null && !DARK.has(name));
  const light = named.length > 0 ? named : of((name) => name === null || name === 'pan');
  const { type } = files[0]!;
  const evidence: Evidence = {
    sensor,
    type,
    text: text.toLowerCase(),
    names: files.map(({ name }) => name.toLowerCase()),
    statistics: light,
    cirrus: of((name) => name === 'cirrus')[0] ?? null,
    nodata,
    acquiredAt,
  };
  const hasBands = flat.some(({ band }) => band.name !== null && band.name !== 'alpha');
  const rule = hasBands && !isPicture && !files.some(isDisplay) && RULES.find(({ applies }) => applies(evidence));
  if (rule) return { values: 'reflectance', ...rule.calibration(evidence) };
  return displayCalibration(files, light, hasBands);
}

/**
 * Grey values 0–1: 8 bits by their range, anything else by what is bright in it. Nothing is taken away from them: a ratio of
 * two bands is that of the numbers in the file.
 */
function displayCalibration(
  files: readonly FileEvidence[],
  light: readonly BandStatistics[],
  hasBands: boolean,
): Calibration {
  if (files.every(isDisplay)) return { values: 'display', scale: 1 / 255, offset: 0, fill: null, note: '' };
  const high = Math.max(...light.map((s) => s.p98));
  return {
    values: 'display',
    scale: high > 0 ? 1 / high : 1,
    offset: 0,
    fill: null,
    note: !hasBands
      ? ''
      : 'The numbers in the file are not calibrated, so indices that need reflectance (EVI, SAVI) cannot be computed.',
  };
}

/** From this day on ESA's products carry the shift (processing baseline 04.00). */
const SHIFT_SINCE = '2022-01-25';

/** Whether Sentinel-2 numbers carry the +1000 shift, and how we know. */
function sentinel2Shift({ sensor, text, names, cirrus, statistics, acquiredAt, type }: Evidence): {
  is: boolean;
  note: string;
} {
  const no = { is: false, note: '' };
  const stated = statedOffset(text);
  if (sensor === 'sentinel-2-dea' || /harmoni[sz]ed|boa_offset_applied\W+(true|1)/.test(text)) return no;
  const floor = Math.min(...statistics.map(floorOf));
  const isRemoved = statistics.some((s) => s.min > 0 && s.p2 < SHIFT / 2);
  const baseline = /_n(\d{2})(\d{2})_/.exec(text) ?? /baseline\D{0,20}(\d{2})\.(\d{2})/.exec(text);
  const isLate = acquiredAt !== null && acquiredAt >= SHIFT_SINCE;
  if (stated !== null || baseline || (isLate && names.some((name) => ESA_NAME.test(name)))) {
    const is = stated !== null ? stated === -SHIFT : !baseline || Number(baseline[1]) >= 4;
    return is && isRemoved
      ? {
          is: false,
          note: 'By its metadata or name this file carries the shift of 1000 of newer Sentinel-2 products, but its numbers do not, so I took nothing off.',
        }
      : {
          is,
          note:
            is && stated === null ? 'I took off the shift of 1000 that Sentinel-2 files have since January 2022.' : '',
        };
  }
  if (acquiredAt && !isLate && !cirrus) return no;
  // The cirrus band is dark at the ground: its floor is the shift itself.
  if (cirrus) {
    const is = cirrus.median >= 950;
    return {
      is,
      note: is
        ? 'Its darkest numbers are near 1000, so I took off the shift of 1000 that Sentinel-2 files have since January 2022.'
        : '',
    };
  }
  if (!/int/.test(type) || !Number.isFinite(floor) || floor < SHIFT) return no;
  // Dark ground and shadows reach down to the shift. Nothing dark at all (a desert) proves nothing.
  const is = floor <= 1.2 * SHIFT;
  return {
    is,
    note: is
      ? 'No number is below 1000, so I took off the shift of 1000 that Sentinel-2 files have since January 2022; this is a guess.'
      : 'No number is below 1000, and I cannot tell whether this is bright ground or the shift of 1000 that Sentinel-2 files have since January 2022; I took nothing off.',
  };
}

const SHIFT = 1000;

/** 0 is what these products fill with. */
const floorOf = ({ min, low }: BandStatistics): number => (min === 0 ? low.next : min);

/** `T33TVM_20230705T100031_B04_10m`: a band as ESA delivers it. */
const ESA_NAME = /(^|[^a-z0-9])t\d{2}[c-x][a-z]{2}_\d{8}t\d{6}_(b\d{1,2}a?|tci|scl|aot|wvp)([_.]|$)/;

/** `<BOA_ADD_OFFSET band_id="0">-1000<` and the like in a product's metadata, in lower case here. */
function statedOffset(text: string): number | null {
  for (const { name, text: value } of xmlElements(text)) {
    const offset = name === 'boa_add_offset' || name === 'radio_add_offset' ? Number.parseInt(value, 10) : Number.NaN;
    if (!Number.isNaN(offset)) return offset;
  }
  return null;
}

const isLandsat = (sensor: SensorKey | null): boolean => sensor === 'landsat89' || sensor === 'landsat457';

const within = (statistics: readonly BandStatistics[], low: number, high: number): boolean =>
  statistics.length > 0 && statistics.every((s) => s.p2 >= low && s.p98 <= high);
