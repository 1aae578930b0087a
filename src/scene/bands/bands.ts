import type { BandName } from '../../domain/band.ts';
import type { SceneCorrection } from '../../domain/scene.ts';
import { isAlpha } from './alpha.ts';
import { bandOfLetter, CENTRES_NM } from './band-words.ts';
import { exportedPicture } from './exported-picture.ts';
import { bandTexts, type FileEvidence, onlyNumbers, stem } from './file-evidence.ts';
import { findSensor } from './find-sensor.ts';
import { type NamedBand, nameBands } from './name-bands.ts';
import { orderOf } from './order-of.ts';
import { SENSORS, type Sensor, type SensorKey } from './sensors.ts';

export interface IdentifiedBand extends Omit<NamedBand, 'by'> {
  readonly label: string;
}

export interface Identification {
  /** Per file, per band. */
  readonly bands: readonly (readonly IdentifiedBand[])[];
  readonly sensor: SensorKey | null;
  /** What a person calls the sensor; says so where the file says that it is synthetic. */
  readonly sensorTitle: string | null;
  /** One sentence for a person. */
  readonly evidence: string;
  /** Position or number decided, not what the file says. */
  readonly guessed: boolean;
  /** A picture made from a scene: its numbers are no reflectance. */
  readonly isPicture: boolean;
  /** Sentences a person should know. */
  readonly notes: readonly string[];
}

/**
 * Which wavelengths the bands are. Best evidence first: wavelengths; names whose meaning is unique; names of a sensor that is
 * otherwise established; position by the sensor's own order; position by what is usual, which is a guess. Names that are
 * there and not understood are not overruled by position.
 *
 * @param files       of one scene, at least one
 * @param acquiredAt  date, which rules out sensors that did not fly then
 */
export function identifyBands(
  files: readonly FileEvidence[],
  correction: SceneCorrection,
  acquiredAt: string | null = null,
): Identification {
  const found = findSensor(files, correction, acquiredAt);
  const read = files.map((file) => identifyFile(file, files.length, found?.key ?? null));
  const sensor = read.some(({ disowned }) => disowned) ? null : (found?.key ?? read[0]!.profile);
  const [unique, doubled] = withUniqueNames(read.map((file) => file.bands));
  const [lit, dark] = withoutDarkBands(unique, files);
  const bands = applyCorrection(lit, correction.bands);
  const title = sensor && `${SENSORS[sensor].title}${files.some(isSynthetic) ? ' (synthetic)' : ''}`;
  const reasons = [...new Set(read.map(({ how }) => how))].filter(Boolean);
  const isByCode = read.some(({ bands }) => bands.some(({ code, name }) => code !== null && name !== null));
  const isDoubtful = isByCode && found?.guessed === true;
  return {
    bands,
    sensor,
    sensorTitle: title,
    evidence: sentence(bands, title, reasons, doubled + (isDoubtful ? DOUBTFUL : ''), read, correction),
    guessed: !correction.bands && (read.some(({ guessed }) => guessed) || isDoubtful),
    isPicture: files.some((file) => exportedPicture(file) !== null),
    notes: dark,
  };
}

const DOUBTFUL = '; another sensor has the same codes, so it is a guess';

interface FileBands {
  readonly bands: readonly IdentifiedBand[];
  /** Completes "…, by ". */
  readonly how: string;
  readonly guessed?: true;
  /** The sensor that position alone speaks for. */
  readonly profile: SensorKey | null;
  /** Names that are there and not understood. */
  readonly foreign?: true;
  /** It comes from the sensor that its name tells, and its numbers do not. */
  readonly disowned?: true;
}

const UNNAMED = { name: null, code: null, wavelengthNm: null, holdsIndex: null } as const;

function identifyFile(file: FileEvidence, fileCount: number, key: SensorKey | null): FileBands {
  const sensor: Sensor | null = key && SENSORS[key];
  const count = file.statistics.length;
  const alpha = Array.from({ length: count }, (_, i) => isAlpha(file, i));
  const texts = bandTexts(file);
  const label = (i: number): string => texts[i] ?? (count === 1 ? stem(file.name) : `band ${i + 1}`);
  const finish = (names: readonly (Omit<IdentifiedBand, 'label'> | null)[]): IdentifiedBand[] =>
    alpha.map((isAlpha, i) => ({
      ...(names[i] ?? UNNAMED),
      ...(isAlpha && { name: 'alpha' as const }),
      label: label(i),
    }));
  const picture = exportedPicture(file);
  if (picture) {
    const bands = finish((picture.bands ?? []).map((name) => ({ ...UNNAMED, name })));
    return { bands, how: 'the file name, which says that it is a picture', profile: null, disowned: true };
  }
  const counted = onlyNumbers(texts);
  // A stack that a sensor's own names only number is in that sensor's order, where it has one.
  const byPosition = counted && !(sensor?.described || (sensor && !sensor.stacks[count]));
  const named = nameBands(byPosition ? texts.map(() => null) : texts, file.hints.wavelengthsNm, sensor);
  if (named.some(Boolean)) return { bands: finish(named), how: reasonOf(named), profile: null };
  if (count === 1) return identifySingle(file, fileCount, sensor, label(0));
  if (!counted && texts.some(Boolean)) return { bands: finish([]), how: '', profile: null, foreign: true };

  const { order, how, guessed, profile } = orderOf(file, alpha.filter((is) => !is).length, key);
  let next = 0;
  const names = alpha.map((is) => ({ ...UNNAMED, name: is ? null : (order[next++] ?? null) }));
  return {
    bands: finish(names),
    how: how + alphaReason(file, alpha, names),
    profile,
    ...(guessed && order.length > 0 && { guessed }),
  };
}

function reasonOf(named: readonly (NamedBand | null)[]): string {
  const wavelengths = named.some((band) => band?.by === 'wavelength');
  return wavelengths ? 'the wavelengths in the file' : 'the band descriptions in the file';
}

function alphaReason(
  { hints: { interpretation } }: FileEvidence,
  alpha: readonly boolean[],
  names: readonly { readonly name: BandName | null }[],
): string {
  const tagged = interpretation.findIndex((role, i) => role === 'alpha' && !alpha[i]);
  if (tagged >= 0) {
    return `; band ${tagged + 1} is tagged as alpha but holds a picture, so I take it as ${names[tagged]!.name ?? 'unknown'}`;
  }
  return alpha.some((is, i) => is && interpretation[i] !== 'alpha')
    ? '; a band of constant or on/off values is alpha'
    : '';
}

/** A file of one band: its description or its name tells, or nothing does. */
function identifySingle(file: FileEvidence, fileCount: number, sensor: Sensor | null, label: string): FileBands {
  const name = stem(file.name);
  const [read] = nameBands([name], [null], sensor);
  const found = read && (read.name || read.code || read.holdsIndex) ? read : null;
  const letter = found || fileCount === 1 ? null : bandOfLetter(name);
  if (found || letter) {
    const band = found ?? { ...UNNAMED, name: letter };
    return { bands: [{ ...band, label: band.code ?? name }], how: 'the file names', profile: null };
  }
  const fine = file.pixelM !== null && file.pixelM <= 2 && /^u?int(8|16)$/.test(file.type);
  const isPan = fine && (file.statistics[0]?.distinct ?? 0) > 32 && file.format === 'tiff';
  return {
    bands: [{ ...UNNAMED, name: isPan ? 'pan' : null, label }],
    how: isPan ? 'there being one band of fine pixels' : '',
    profile: null,
    ...(isPan && { guessed: true }),
  };
}

const isSynthetic = ({ hints }: FileEvidence): boolean =>
  Object.entries(hints.metadata).some(
    ([key, value]) => /sensor/i.test(key) && /\b(synthetic|simulated)\b/i.test(value),
  );

/**
 * A name may be taken once, except for thermal bands: of several the one whose wavelength is nearest to what is usual, else
 * the first. The others keep their label only.
 */
function withUniqueNames(bands: readonly (readonly IdentifiedBand[])[]): [IdentifiedBand[][], string] {
  const all = bands.flat();
  const kept = new Map<BandName, IdentifiedBand>();
  const doubled = new Set<BandName>();
  for (const band of all) {
    if (band.name === null || band.name === 'lwir' || band.name === 'alpha') continue;
    const other = kept.get(band.name);
    if (other) doubled.add(band.name);
    if (!other || offCentre(band) < offCentre(other)) kept.set(band.name, band);
  }
  const isKept = (band: IdentifiedBand): boolean =>
    band.name === null || !kept.has(band.name) || kept.get(band.name) === band;
  const unique = bands.map((file) => file.map((band) => (isKept(band) ? band : { ...band, name: null })));
  const nearest = all.some((band) => band.name !== null && doubled.has(band.name) && band.wavelengthNm !== null);
  const which = nearest ? 'the most usual' : 'the first';
  return [unique, doubled.size > 0 ? `; of several ${[...doubled].join(' and ')} bands I use ${which}` : ''];
}

function offCentre({ name, wavelengthNm }: IdentifiedBand): number {
  const centre = name === null ? undefined : CENTRES_NM[name];
  return centre === undefined || wavelengthNm === null ? 1e6 : Math.abs(wavelengthNm - centre);
}

/** Bands of zeros only, beside bands that hold something, show nothing. */
function withoutDarkBands(bands: IdentifiedBand[][], files: readonly FileEvidence[]): [IdentifiedBand[][], string[]] {
  const isDark = (f: number, b: number): boolean => {
    const statistics = files[f]!.statistics[b];
    return statistics?.min === 0 && statistics.max === 0 && bands[f]![b]!.name !== 'alpha';
  };
  const dark = bands.flatMap((file, f) => file.filter((band, b) => band.name !== null && isDark(f, b)));
  const light = bands.flat().filter((band) => band.name !== null && band.name !== 'alpha');
  if (dark.length === 0 || dark.length === light.length) return [bands, []];
  return [
    bands.map((file) => file.map((band) => (dark.includes(band) ? { ...band, name: null } : band))),
    [`Left out, because there are only zeros: ${dark.map(({ label }) => label).join(', ')}.`],
  ];
}

function applyCorrection(bands: IdentifiedBand[][], names: SceneCorrection['bands']): IdentifiedBand[][] {
  if (!names) return bands;
  let position = 0;
  return bands.map((file) =>
    file.map((band) => {
      const name = names[position++];
      return name === undefined ? band : { ...band, name, ...(name && { holdsIndex: null }) };
    }),
  );
}

function sentence(
  bands: readonly (readonly IdentifiedBand[])[],
  title: string | null,
  reasons: readonly string[],
  doubled: string,
  read: readonly FileBands[],
  correction: SceneCorrection,
): string {
  const list = bands.flat().map((band) => band.name ?? `unknown (${band.label})`);
  const shown = list.length > 16 ? `${list.slice(0, 16).join(', ')} and ${list.length - 16} more` : list.join(', ');
  const as = title ? `${title}: ${shown}` : shown;
  if (correction.bands) return `You told me the bands: ${as}.`;
  const nothing = read.some(({ foreign }) => foreign)
    ? '; I do not know what these band names mean'
    : '; nothing in the file says what its bands are';
  return `I read this as ${as}${reasons.length > 0 ? `, by ${reasons.join(' and ')}` : nothing}${doubled}.`;
}
