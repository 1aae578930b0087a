import { type BandName, LAND_BANDS } from '../domain/band.ts';
import type { Raster } from '../domain/raster.ts';
import type { Scene } from '../scene/sampling/scene-reader.ts';
import type { Chip } from './chips.ts';
import { asPicture } from './white-point.ts';

/** A chip as read from the scene. */
export interface Look {
  readonly chip: Chip;
  /** Every band the model or an index can use, at the chip's `width` × `height`; NaN = nodata. */
  readonly bands: ReadonlyMap<BandName, Raster>;
  /** 1 = measured in every band that was read; length `width * height`. */
  readonly valid: Uint8Array;
}

/** What the model takes: the scene's values, 0 where a band or a pixel is missing. */
export interface ModelInput {
  readonly size: number;
  /** [B, size, size] in the order of the pack's bands. */
  readonly pixels: Float32Array;
  /** [B], 1 where the scene has the band. */
  readonly bandPresent: Float32Array;
}

/** Reads a chip of the scene. `hide`: bands to treat as missing (an experiment of the evaluation). */
export async function readLook(scene: Scene, chip: Chip, hide: ReadonlySet<BandName> = new Set()): Promise<Look> {
  const present = landBands(scene, hide);
  const { width, height } = chip;
  const rasters = await scene.read(present, chip.window, { width, height });
  const bands = new Map(present.map((name, i) => [name, rasters[i]!]));
  const valid = new Uint8Array(width * height).fill(1);
  for (const { values } of rasters) for (let i = 0; i < valid.length; i++) if (Number.isNaN(values[i]!)) valid[i] = 0;
  return { chip, bands, valid };
}

/** The land-cover bands that the scene has; `nir08` only where it stands in for `nir`. */
export function landBands(scene: Scene, hide: ReadonlySet<BandName> = new Set()): BandName[] {
  const has = (name: BandName) => !hide.has(name) && scene.info.bands.some((band) => band.name === name);
  return LAND_BANDS.filter((name) => has(name) && !(name === 'nir08' && has('nir')));
}

/**
 * The pack's input: its bands in its order, padded to the chip's square.
 *
 * @param white  the scene's `whitePoint`, where it is to be shown as a picture
 * @param values  grey values are cut off at white, as pictures are
 */
export function modelInput(
  look: Look,
  packBands: readonly string[],
  white: number | null,
  values: 'reflectance' | 'display',
): ModelInput {
  const { side, width, height } = look.chip;
  const pixels = new Float32Array(packBands.length * side * side);
  const bandPresent = new Float32Array(packBands.length);
  packBands.forEach((name, b) => {
    const raster = look.bands.get(name as BandName) ?? (name === 'nir' ? look.bands.get('nir08') : undefined);
    if (!raster) return;
    bandPresent[b] = 1;
    const plane = pixels.subarray(b * side * side, (b + 1) * side * side);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const stored = raster.values[y * width + x]!;
        const value = values === 'display' ? Math.min(1, stored) : stored;
        if (look.valid[y * width + x] === 1) plane[y * side + x] = white === null ? value : asPicture(value, white);
      }
    }
  });
  return { size: side, pixels, bandPresent };
}
