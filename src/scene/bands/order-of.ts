import type { BandName } from '../../domain/band.ts';
import { type FileEvidence, isDisplay } from './file-evidence.ts';
import { PICTURES, PROFILES, SENSORS, type Sensor, type SensorKey } from './sensors.ts';

export interface Order {
  /** Of the bands that are not alpha; empty where position tells nothing. */
  readonly order: readonly (BandName | null)[];
  /** Completes "…, by ". */
  readonly how: string;
  readonly guessed: boolean;
  /** The sensor that position alone speaks for. */
  readonly profile: SensorKey | null;
}

/** Bands by position: by colour tags, by the order in which the sensor is delivered, or by what is usual. */
export function orderOf(file: FileEvidence, colours: number, key: SensorKey | null): Order {
  const { type, pixelM, hints, name } = file;
  const roles = hints.interpretation.slice(0, 3);
  if (['red', 'green', 'blue'].every((role) => (roles as string[]).includes(role))) {
    const tagged = roles.map((role) => role as 'red' | 'green' | 'blue');
    const order = colours === 4 ? [...tagged, 'nir' as const] : tagged;
    return { order, how: 'the colour tags in the file', guessed: false, profile: null };
  }
  const sensor: Sensor | null = key && SENSORS[key];
  const stack = sensor?.stacks[colours];
  const display = isDisplay(file);
  if (key === 'sentinel-2' && colours === 6 && /(^|[^0-9])20m/i.test(name) && !display) {
    const how = 'the six 20 m bands, told apart by their brightness: a guess';
    return { order: byBrightness(file), how, guessed: true, profile: null };
  }
  if (stack && (!sensor?.types || sensor.types.includes(type)) && !(display && colours <= 4 && !sensor?.delivered)) {
    const guessed = sensor?.delivered !== true;
    const how = `the sensor and its ${colours} bands${guessed ? ', a guess by what is usual' : ''}`;
    return { order: stack, how, guessed, profile: null };
  }
  const picture = display ? PICTURES[colours] : undefined;
  const guess = `${colours} bands of ${type}: a guess by what is usual`;
  if (picture) return { order: picture, how: guess, guessed: true, profile: null };
  const profile = PROFILES.find(
    ({ bands, types, pixelsM: [smallest, largest] }) =>
      bands.length === colours &&
      (!types || types.includes(type)) &&
      (pixelM === null || (pixelM >= smallest && pixelM <= largest)),
  );
  if (!profile || (display && profile.sensor)) return { order: [], how: '', guessed: false, profile: null };
  const how = profile.sensor ? `${colours} bands of ${type}, which is how ${profile.usual}: a guess` : guess;
  return { order: brighterAsInfrared(profile.bands, file), how, guessed: true, profile: profile.sensor };
}

/** Cameras store red edge and near infrared in either order: the brighter one over land is near infrared. */
function brighterAsInfrared(bands: readonly (BandName | null)[], { statistics }: FileEvidence): typeof bands {
  const [edge, infrared] = [bands.indexOf('rededge071'), bands.indexOf('nir')];
  if (bands.length > 6 || edge < 0 || infrared !== edge + 1) return bands;
  const swapped = (statistics[edge]?.p98 ?? 0) > (statistics[infrared]?.p98 ?? 0);
  return swapped ? bands.with(edge, 'nir').with(infrared, 'rededge071') : bands;
}

/** The 20 m bands of Sentinel-2 from bright to dark over land with vegetation: up the red edge, then short-wave infrared. */
const BRIGHT_TO_DARK = ['nir08', 'rededge078', 'rededge075', 'swir16', 'swir22', 'rededge071'] as const;

function byBrightness({ statistics }: FileEvidence): BandName[] {
  const ranked = statistics.map((_, i) => i).toSorted((a, b) => (statistics[b]?.p98 ?? 0) - (statistics[a]?.p98 ?? 0));
  return statistics.map((_, i) => BRIGHT_TO_DARK[ranked.indexOf(i)]!);
}
