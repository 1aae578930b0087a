import type { Change } from '../domain/finding.ts';
import type { Mask } from '../domain/raster.ts';
import type { PixelArea } from './facts.ts';

/** Values of a change raster. */
export const CHANGE = { never: 0, kept: 1, gained: 2, lost: 3, nodata: 255 } as const;

export type ChangeMeasures = Pick<
  Change,
  'gainedM2' | 'lostM2' | 'keptM2' | 'gainedShare' | 'lostShare' | 'keptShare' | 'commonFraction'
>;

/**
 * What changed between two masks on one grid.
 *
 * @param common     1 where both scenes measured; everything else is nodata
 * @param pixelArea  m² of a pixel, null when unknown: areas are then null
 * @returns          classes as in `CHANGE`, and their areas and shares of the common ground
 */
export function changeBetween(
  before: Mask,
  after: Mask,
  common: Uint8Array,
  pixelArea: PixelArea | null,
): { readonly values: Uint8Array; readonly measures: ChangeMeasures } {
  const { width, height } = before;
  const values = new Uint8Array(width * height);
  const pixels = new Float64Array(4);
  const areas = new Float64Array(4);
  for (let row = 0, i = 0; row < height; row++) {
    for (let col = 0; col < width; col++, i++) {
      if (common[i] !== 1) {
        values[i] = CHANGE.nodata;
        continue;
      }
      const was = before.values[i] === 1;
      const is = after.values[i] === 1;
      const change = was ? (is ? CHANGE.kept : CHANGE.lost) : is ? CHANGE.gained : CHANGE.never;
      values[i] = change;
      pixels[change]!++;
      if (pixelArea && change !== CHANGE.never) areas[change]! += pixelArea(col, row);
    }
  }
  const all = pixels.reduce((a, b) => a + b, 0);
  const share = (change: number) => (all > 0 ? pixels[change]! / all : 0);
  const area = (change: number) => (pixelArea ? areas[change]! : null);
  return {
    values,
    measures: {
      gainedM2: area(CHANGE.gained),
      lostM2: area(CHANGE.lost),
      keptM2: area(CHANGE.kept),
      gainedShare: share(CHANGE.gained),
      lostShare: share(CHANGE.lost),
      keptShare: share(CHANGE.kept),
      commonFraction: values.length > 0 ? all / values.length : 0,
    },
  };
}
