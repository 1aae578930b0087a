import type { BandName } from '../../domain/band.ts';
import type { FileEvidence } from './file-evidence.ts';

/** What a picture made from a satellite scene shows in its red, green and blue. */
export interface ExportedPicture {
  /** null = colours that stand for an index, not for light. */
  readonly bands: readonly [BandName, BandName, BandName] | null;
}

/** Names that Copernicus Browser, Sentinel Hub and Earth Engine's users give to pictures; the first that fits wins. */
const PICTURES: readonly (readonly [RegExp, ExportedPicture['bands']])[] = [
  [/true[-_ ]?colou?r|natural[-_ ]?colou?r|(^|[^a-z])(tci|rgb)([^a-z]|$)/, ['red', 'green', 'blue']],
  [/false[-_ ]?colou?r[-_ (]*urban/, ['swir22', 'swir16', 'red']],
  [/false[-_ ]?colou?r|colou?r[-_ ]?infra[-_ ]?red|(^|[^a-z])cir([^a-z]|$)/, ['nir', 'red', 'green']],
  [/(^|[^a-z])swir([^a-z]|$)/, ['swir22', 'nir08', 'red']],
  [/(^|[^a-z])(ndvi|evi|ndwi|ndsi|ndmi|nbr|moisture[-_ ]?index|scene[-_ ]?classification)([^a-z]|$)/, null],
];

/** @returns null when a file is no such picture: three bands without names, for a screen or exported by a browser */
export function exportedPicture({ name, hints, statistics }: FileEvidence): ExportedPicture | null {
  const colours = hints.interpretation.filter((role) => role !== 'alpha').length;
  const isUnnamed = hints.descriptions.every((text) => text === null) && hints.wavelengthsNm.every((nm) => nm === null);
  if (colours !== 3 || statistics.length > 4 || !isUnnamed) return null;
  const found = PICTURES.find(([pattern]) => pattern.test(name.toLowerCase()));
  return found ? { bands: found[1] } : null;
}
