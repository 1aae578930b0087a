import type { BandName } from '../../domain/band.ts';
import { bandCode, bandOfWavelength, bandOfWords, bandsOfLetters, wavelengthIn } from './band-words.ts';
import type { Sensor } from './sensors.ts';

/** What the name of a band says. */
export interface NamedBand {
  readonly name: BandName | null;
  /** The product's own code (`B4`, `QA_PIXEL`), where one was found. */
  readonly code: string | null;
  readonly wavelengthNm: number | null;
  /** The spectral index it holds (`ndvi`), null = none. */
  readonly holdsIndex: string | null;
  /** Which rung of the ladder decided. */
  readonly by: 'wavelength' | 'name' | 'code';
}

/**
 * Bands by what they are called, best evidence first: a wavelength, a name whose meaning is unique, a code of the sensor.
 *
 * @param texts          what each band is called, null = nothing
 * @param wavelengthsNm  from metadata
 * @returns              null where a band is called nothing, or something that says nothing
 */
export function nameBands(
  texts: readonly (string | null)[],
  wavelengthsNm: readonly (number | null)[],
  sensor: Sensor | null,
): (NamedBand | null)[] {
  const letters = bandsOfLetters(texts);
  return texts.map((text, i) => {
    const wavelengthNm = wavelengthsNm[i] ?? wavelengthIn(text ?? '');
    const none = { code: null, holdsIndex: null, wavelengthNm };
    const light = wavelengthNm === null ? null : bandOfWavelength(wavelengthNm);
    if (light) return { ...none, name: light, by: 'wavelength' };
    if (text === null) return null;
    const index = indexIn(text);
    if (index) return { ...none, name: null, holdsIndex: index, by: 'name' };
    const code = codeIn(text, sensor);
    if (code && (sensor?.codeIn || isQuality(code))) {
      return { ...none, name: sensor?.codes[code] ?? null, code, by: 'code' };
    }
    if (letters) return { ...none, name: letters[i]!, by: 'name' };
    const word = bandOfWords(text);
    if (word !== undefined) return { ...none, name: word === 'nir' && sensor ? sensor.nir : word, code, by: 'name' };
    return code && sensor && code in sensor.codes ? { ...none, name: sensor.codes[code]!, code, by: 'code' } : null;
  });
}

/** Indices that products deliver as numbers. */
const INDEX =
  /(^|[^a-z])(ndvi|evi|savi|ndwi|mndwi|ndmi|ndbi|ndsi|nbr|bsi|exg|vari|gli|ngrdi|gndvi|ndre|msavi|osavi|evi2)([^a-z]|$)/i;

/** The index that a band name or file name speaks of, in lower case. */
export const indexIn = (text: string): string | null => INDEX.exec(text)?.[2]?.toLowerCase() ?? null;

function codeIn(text: string, sensor: Sensor | null): string | null {
  const own = sensor?.codeIn?.exec(text);
  if (own && sensor) {
    const code = `${own[1]}${own[2]}`.toUpperCase();
    if (code in sensor.codes) return code;
  }
  const code = bandCode(text);
  return code && sensor?.codeIn && !isQuality(code) && !(code in sensor.codes) ? null : code;
}

/** A code of a quality band of whatever sensor. */
const isQuality = (code: string): boolean => !/^B\d/.test(code);
