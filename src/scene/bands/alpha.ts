import { bandTexts, type FileEvidence } from './file-evidence.ts';

/**
 * Whether a band is opacity and not light. What the file says decides: its name, then its tag; a last band of constant or
 * on/off values is taken for opacity only where nothing at all is said. A tagged band that holds a picture is light with a
 * wrong tag, as in many aerial images of four bands.
 */
export function isAlpha(file: FileEvidence, i: number): boolean {
  const text = bandTexts(file)[i];
  if (text && /\b(alpha|opacity|transparency)\b/i.test(text.replaceAll('_', ' '))) return true;
  const role = file.hints.interpretation[i];
  const count = file.statistics.length;
  const s = file.statistics[i];
  if (role === 'alpha') {
    if (!s) return true;
    const opaque = FULL.has(s.max) && s.p98 === s.max && (s.twoCommonest >= 0.5 || s.distinct <= 16);
    return opaque || (isOnOff(s) && (s.distinct <= 2 || s.twoCommonest >= 0.9));
  }
  if (text || role !== 'undefined' || i !== count - 1 || (count !== 2 && count !== 4) || !s) return false;
  return isOnOff(s) && s.distinct <= 2;
}

/** Numbers that mean "wholly opaque". */
const FULL: ReadonlySet<number> = new Set([255, 65535, 1]);

const isOnOff = ({ min, max }: { min: number; max: number }): boolean =>
  (min === 0 || FULL.has(min)) && (max === 0 || FULL.has(max));
