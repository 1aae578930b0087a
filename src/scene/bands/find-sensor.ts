import type { SceneCorrection } from '../../domain/scene.ts';
import { bandCode } from './band-words.ts';
import { bandTexts, type FileEvidence, onlyNumbers, stem } from './file-evidence.ts';
import { admits, type SensorKey, sensorIn } from './sensors.ts';

export interface FoundSensor {
  readonly key: SensorKey;
  /** Its band codes could also be those of another sensor. */
  readonly guessed: boolean;
}

/**
 * The sensor of a scene: as the person says; by file names, metadata and names that no other sensor has; or by a set of band
 * codes. Pixel size, date and type can rule it out.
 */
export function findSensor(
  files: readonly FileEvidence[],
  correction: SceneCorrection,
  acquiredAt: string | null,
): FoundSensor | null {
  const told = correction.sensor ? sensorIn(correction.sensor) : null;
  if (told) return { key: told, guessed: false };
  for (const file of files) {
    const said = Object.entries(file.hints.metadata)
      .filter(([key]) => TELLING.test(key))
      .map(([, value]) => value);
    const key = sensorIn([file.name, ...said].join(' '), bandTexts(file).join(' '), { ...file, acquiredAt });
    if (key) return { key, guessed: false };
  }
  const found = sensorOfCodes(files, acquiredAt);
  return found && admits(found.key, { ...files[0]!, acquiredAt }) ? found : null;
}

/** Metadata that may name a sensor. */
const TELLING = /sensor|satellite|platform|spacecraft|mission|product|collection|description|constellation/i;

/**
 * By the codes alone (`B8`, `B4`, `B3`). Sentinel-2 and Landsat write the same codes, so what only one of them has, and the
 * pixel size, must tell; codes that merely count from 1 are no codes.
 */
function sensorOfCodes(files: readonly FileEvidence[], acquiredAt: string | null): FoundSensor | null {
  const texts = files.flatMap((file) => (file.statistics.length === 1 ? [textOfSingle(file)] : bandTexts(file)));
  const codes = texts.map((text) => bandCode(text ?? ''));
  const has = (...wanted: string[]): boolean => wanted.some((code) => codes.includes(code));
  if (has('B8A', 'B12', 'SCL', 'QA60')) return { key: 'sentinel-2', guessed: false };
  const { pixelM } = files[0]!;
  const quality = has('QA_PIXEL', 'BQA', 'QA_RADSAT');
  const prefixed = texts.some((text) => /(^|[^a-z])s[rt]_b\d/i.test(text ?? ''));
  const counting = onlyNumbers(codes.filter((code) => code !== null));
  if (quality || prefixed || (!counting && pixelM !== null && pixelM > 25)) {
    if (acquiredAt !== null && acquiredAt < '2013-02-11') return { key: 'landsat457', guessed: false };
    if (has('B6', 'B9', 'B10', 'B11')) return { key: 'landsat89', guessed: false };
    // Landsat 4 to 7 have no reflective band 6.
    if (has('B1') && has('B5') && has('B7')) return { key: 'landsat457', guessed: !prefixed };
    if (!has('B2', 'B3', 'B4', 'B5') || (has('B1') && !quality)) return null;
    return { key: 'landsat89', guessed: true };
  }
  if (counting || !has('B2', 'B3', 'B4', 'B8', 'B11')) return null;
  if (has('B8', 'B11')) return { key: 'sentinel-2', guessed: false };
  // Blue, green and red have the same codes on both.
  if (!has('B5', 'B6', 'B7')) return { key: 'sentinel-2', guessed: false };
  // B5 is red edge on Sentinel-2 and near infrared on Landsat 8: pixels of 10 m leave both open.
  return pixelM === null ? { key: 'landsat89', guessed: true } : null;
}

const textOfSingle = (file: FileEvidence): string => bandTexts(file)[0] ?? stem(file.name);
