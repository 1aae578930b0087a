import type { BandName } from '../../domain/band.ts';
import type { SceneCorrection } from '../../domain/scene.ts';
import type { FileHints, SampleType } from '../formats/raster-file.ts';
import type { BandStatistics } from './band-statistics.ts';
import { bandCode, bandOfLetter, bandOfWavelength, bandOfWords } from './band-words.ts';
import { ORDERS, SENSORS, type Sensor, type SensorKey, STACKS_BY_COUNT, sensorIn } from './sensors.ts';

/** What is known about one file before its bands are named. */
export interface FileEvidence {
  /** Uploader's file name without directory. */
  readonly name: string;
  readonly type: SampleType;
  readonly hints: FileHints;
  /** Of every band; null = all nodata. */
  readonly statistics: readonly (BandStatistics | null)[];
  readonly format: string;
  /** Ground size of a pixel in metres, null when unknown. */
  readonly pixelM: number | null;
}

export interface IdentifiedBand {
  readonly name: BandName | null;
  readonly label: string;
  /** The product's own code (`B4`, `QA_PIXEL`), where one was found. */
  readonly code: string | null;
}

export interface Identification {
  /** Per file, per band. */
  readonly bands: readonly (readonly IdentifiedBand[])[];
  readonly sensor: SensorKey | null;
  /** What a person calls the sensor; says so where the file says that it is synthetic. */
  readonly sensorTitle: string | null;
  /** One sentence for a person. */
  readonly evidence: string;
}

/**
 * Which wavelengths the bands are: words and codes in the files first, then file names, then what is usual for so many bands
 * of such a type; whether an extra band is alpha or near infrared is decided by its content.
 *
 * @param files  of one scene, at least one
 */
export function identifyBands(files: readonly FileEvidence[], correction: SceneCorrection): Identification {
  const sensor = correctedSensor(correction) ?? findSensor(files);
  const found = files.map((file) => identifyFile(file, files.length, sensor));
  const bands = found.map((file) => file.bands);
  const [names, how] = withUniqueNames(bands);
  const corrected = applyCorrection(names, correction.bands);
  const reasons = [...new Set(found.map((file) => file.how))].filter(Boolean);
  const title = sensor && `${SENSORS[sensor].title}${files.some(isSynthetic) ? ' (synthetic)' : ''}`;
  return {
    bands: corrected,
    sensor,
    sensorTitle: title,
    evidence: sentence(corrected, title, reasons, how, correction),
  };
}

interface FileBands {
  readonly bands: readonly IdentifiedBand[];
  /** Completes "…, by ". */
  readonly how: string;
}

function identifyFile(file: FileEvidence, fileCount: number, sensorKey: SensorKey | null): FileBands {
  const sensor: Sensor | null = sensorKey && SENSORS[sensorKey];
  const count = file.statistics.length;
  const { wavelengthsNm } = file.hints;
  // "Band 1", "Band 2" … only count.
  const counted = file.hints.descriptions.every(
    (text, i) => text === null || new RegExp(`^(band|layer)[ _-]?0*${i + 1}$`, 'i').test(text),
  );
  const descriptions = counted ? file.hints.descriptions.map(() => null) : file.hints.descriptions;
  const label = (i: number): string => descriptions[i] ?? (count === 1 ? stem(file.name) : `band ${i + 1}`);

  const described = descriptions.map((text, i) => nameOf(text ?? '', sensor) ?? wavelengthOf(wavelengthsNm[i] ?? null));
  if (described.some(Boolean)) {
    const bands = described.map((band, i) => ({
      name: alphaByContent(file, i) ? ('alpha' as const) : (band?.name ?? null),
      label: label(i),
      code: band?.code ?? null,
    }));
    return { bands, how: 'the band descriptions in the file' };
  }
  if (count === 1) return identifySingle(file, fileCount, sensor);

  const alpha = Array.from({ length: count }, (_, i) => alphaByContent(file, i));
  const colours = count - alpha.filter(Boolean).length;
  const { order, how } = orderOf(file, colours, sensorKey);
  let next = 0;
  const bands = alpha.map((isAlpha, i) => ({
    name: isAlpha ? ('alpha' as const) : (order[next++] ?? null),
    label: label(i),
    code: null,
  }));
  const tagged = file.hints.interpretation.findIndex((role, i) => role === 'alpha' && !alpha[i]);
  const overruled =
    tagged >= 0
      ? `; band ${tagged + 1} is tagged as alpha but holds a picture, so I take it as ${bands[tagged]!.name ?? 'unknown'}`
      : '';
  const dropped = alpha.some((is, i) => is && file.hints.interpretation[i] !== 'alpha')
    ? '; a band of constant or on/off values is alpha'
    : '';
  return { bands, how: how + overruled + dropped };
}

/** A file of one band: its name tells, or nothing does. */
function identifySingle(file: FileEvidence, fileCount: number, sensor: Sensor | null): FileBands {
  const name = stem(file.name);
  const found = nameOf(name, sensor) ?? (fileCount > 1 ? letterOf(name) : null);
  if (found) return { bands: [{ ...found, label: found.code ?? name }], how: 'the file names' };
  const fine = file.pixelM !== null && file.pixelM <= 2 && /^u?int(8|16)$/.test(file.type);
  const picture = (file.statistics[0]?.distinct ?? 0) > 32;
  const pan = fine && picture && file.format === 'tiff';
  return {
    bands: [{ name: pan ? 'pan' : null, label: name, code: null }],
    how: pan ? 'there being one band of fine pixels' : '',
  };
}

function letterOf(name: string): { name: BandName; code: null } | null {
  const band = bandOfLetter(name);
  return band && { name: band, code: null };
}

/** Product code or words in a text. */
function nameOf(text: string, sensor: Sensor | null): { name: BandName | null; code: string | null } | null {
  const code = bandCode(text);
  if (code) {
    const codes: Sensor['codes'] = sensor?.codes ?? {};
    if (code in codes) return { name: codes[code] ?? null, code };
    if (!/^B\d/.test(code)) return { name: null, code }; // a quality band of whatever sensor
  }
  const name = bandOfWords(text);
  return name && { name: name === 'nir' && sensor ? sensor.nir : name, code: null };
}

const wavelengthOf = (nm: number | null): { name: BandName; code: null } | null => {
  const name = nm === null ? null : bandOfWavelength(nm);
  return name && { name, code: null };
};

/** Order of the bands that are not alpha. */
function orderOf(
  file: FileEvidence,
  colours: number,
  sensorKey: SensorKey | null,
): { order: readonly (BandName | null)[]; how: string } {
  const roles = file.hints.interpretation.slice(0, 3);
  const tagged = ['red', 'green', 'blue'].every((role) => (roles as string[]).includes(role));
  if (tagged) {
    const order: BandName[] = roles.map((role) => role as 'red' | 'green' | 'blue');
    if (colours === 4) order.push('nir');
    return { order, how: 'the colour tags in the file' };
  }
  const sensor: Sensor | null = sensorKey && SENSORS[sensorKey];
  const stack = sensor?.stacks[colours];
  const display = isDisplay(file);
  const redEdge = sensorKey === 'sentinel-2' && colours === 6 && /(^|[^0-9])20m/i.test(file.name);
  if (redEdge && !display) {
    return { order: byBrightness(file), how: 'the six 20 m bands, told apart by their brightness: a guess' };
  }
  if (sensor && stack && (!sensor.types || sensor.types.includes(file.type)) && !(display && colours <= 4)) {
    return { order: stack, how: `the file name and ${colours} bands` };
  }
  const byCount = STACKS_BY_COUNT[colours];
  if (byCount && !display)
    return {
      order: byCount.bands,
      how: `${colours} bands of ${file.type}, which is how ${SENSORS[byCount.sensor].title} scenes are usually stacked`,
    };
  const orders: Readonly<Record<number, readonly BandName[]>> = display
    ? { ...ORDERS.byWavelength, ...ORDERS.picture }
    : ORDERS.byWavelength;
  const order = orders[colours];
  if (!order) return { order: [], how: '' };
  return { order, how: `${colours} bands of ${file.type}: a guess by what is usual` };
}

/** The 20 m bands of Sentinel-2 from bright to dark over land with vegetation: up the red edge, then short-wave infrared. */
const BRIGHT_TO_DARK = ['nir08', 'rededge078', 'rededge075', 'swir16', 'swir22', 'rededge071'] as const;

function byBrightness({ statistics }: FileEvidence): BandName[] {
  const ranked = statistics.map((_, i) => i).toSorted((a, b) => (statistics[b]?.p98 ?? 0) - (statistics[a]?.p98 ?? 0));
  return statistics.map((_, i) => BRIGHT_TO_DARK[ranked.indexOf(i)]!);
}

/** Grey values for a screen: 8 bits, or more bits holding 0 to 255. */
export function isDisplay(file: Pick<FileEvidence, 'type' | 'statistics'>): boolean {
  if (file.type === 'uint8') return true;
  if (!/^u?int/.test(file.type)) return false;
  const known = file.statistics.filter((s) => s !== null);
  return known.length > 0 && known.every((s) => s.min >= 0 && s.max <= 255) && known.some((s) => s.max > 128);
}

/** A band of constant or on/off values that is tagged as alpha, or stands last and says nothing: validity, not light. */
function alphaByContent(file: FileEvidence, i: number): boolean {
  const role = file.hints.interpretation[i];
  const count = file.statistics.length;
  if (role !== 'alpha' && !(role === 'undefined' && i === count - 1 && (count === 2 || count === 4))) return false;
  const s = file.statistics[i];
  if (!s) return role === 'alpha';
  const full = new Set([255, 65535, 1]);
  const onOff = (s.min === 0 || full.has(s.min)) && (s.max === 0 || full.has(s.max));
  return onOff && (s.distinct <= 2 || (role === 'alpha' && s.twoCommonest >= 0.9));
}

function correctedSensor(correction: SceneCorrection): SensorKey | null {
  return correction.sensor ? sensorIn(correction.sensor) : null;
}

/** The sensor by file names and metadata, or by the set of band codes. */
function findSensor(files: readonly FileEvidence[]): SensorKey | null {
  for (const file of files) {
    const meta = Object.entries(file.hints.metadata)
      .filter(([key]) =>
        /sensor|satellite|platform|spacecraft|mission|product|collection|description|constellation/i.test(key),
      )
      .map(([, value]) => value);
    const key = sensorIn([file.name, ...meta].join(' '));
    const types: Sensor['types'] = key ? (SENSORS[key] as Sensor).types : undefined;
    if (key && (!types || types.includes(file.type))) return key;
  }
  const codes = files.flatMap((f) =>
    f.statistics.length === 1 ? [bandCode(stem(f.name))] : f.hints.descriptions.map((d) => bandCode(d ?? '')),
  );
  const set = new Set(codes.filter((c) => c !== null));
  if (set.has('B8A') || set.has('B12') || set.has('SCL')) return 'sentinel-2';
  if (set.has('QA_PIXEL') || set.has('BQA')) return 'landsat89';
  if (set.has('B2') && set.has('B3') && set.has('B4'))
    return set.has('B8') || !set.has('B5') ? 'sentinel-2' : 'landsat89';
  const single = files.length === 1 ? files[0]! : null;
  const byCount = single && !isDisplay(single) ? STACKS_BY_COUNT[single.statistics.length] : undefined;
  return byCount && !files[0]!.hints.descriptions.some(Boolean) ? byCount.sensor : null;
}

const isSynthetic = ({ hints }: FileEvidence): boolean =>
  Object.entries(hints.metadata).some(
    ([key, value]) => /sensor/i.test(key) && /\b(synthetic|simulated)\b/i.test(value),
  );

/** A name may be taken once; a second band of that name keeps its label only, except for thermal bands. */
function withUniqueNames(bands: readonly (readonly IdentifiedBand[])[]): [IdentifiedBand[][], string] {
  const taken = new Set<BandName>();
  const doubled = new Set<BandName>();
  const unique = bands.map((file) =>
    file.map((band) => {
      if (band.name === null || band.name === 'lwir' || band.name === 'alpha' || !taken.has(band.name)) {
        if (band.name) taken.add(band.name);
        return band;
      }
      doubled.add(band.name);
      return { ...band, name: null };
    }),
  );
  return [unique, doubled.size > 0 ? `; of several ${[...doubled].join(' and ')} bands I use the first` : ''];
}

function applyCorrection(bands: IdentifiedBand[][], names: SceneCorrection['bands']): IdentifiedBand[][] {
  if (!names) return bands;
  let position = 0;
  return bands.map((file) =>
    file.map((band) => {
      const name = names[position++];
      return name === undefined ? band : { ...band, name };
    }),
  );
}

function sentence(
  bands: readonly (readonly IdentifiedBand[])[],
  title: string | null,
  reasons: readonly string[],
  doubled: string,
  correction: SceneCorrection,
): string {
  const list = bands.flat().map((band) => band.name ?? `unknown (${band.label})`);
  const shown = list.length > 16 ? `${list.slice(0, 16).join(', ')} and ${list.length - 16} more` : list.join(', ');
  const as = title ? `${title}: ${shown}` : shown;
  if (correction.bands) return `You told me the bands: ${as}.`;
  const why = reasons.length > 0 ? `, by ${reasons.join(' and ')}` : '; nothing in the file says what its bands are';
  return `I read this as ${as}${why}${doubled}.`;
}

/** File name without directory and extension. */
export const stem = (name: string): string =>
  name.replace(/^.*[\\/]/, '').replace(/\.(tiff?|jp2|png|jpe?g|webp|j2k|gtiff)$/i, '');
