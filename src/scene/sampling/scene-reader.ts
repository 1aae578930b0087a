import type { BandName } from '../../domain/band.ts';
import type { PixelWindow } from '../../domain/grid.ts';
import type { Raster } from '../../domain/raster.ts';
import type { BandInfo, SceneInfo } from '../../domain/scene.ts';
import { checkWindow, type RasterFile } from '../formats/raster-file.ts';
import type { Placement } from '../place/place-files.ts';
import { bandMissing } from '../scene-errors.ts';
import { sampleFile, sampleForLooking, sampleNearest, type ValidityRule } from './sample-file.ts';

/** An opened scene: what is known about it, and its pixels. */
export interface Scene {
  readonly info: SceneInfo;
  /**
   * Bands in the sense of `info.values`: reflectance, or grey values, 1 = white; NaN is nodata.
   *
   * @param bands   names; `nir` and `nir08` stand in for each other where only one is there
   * @param window  of the scene's grid
   * @param size    of the result; smaller than the window: from the best overview, averaged over each pixel's area; larger:
   *                linear between pixel centres. Absent = the window's own size
   * @throws {UserFacingError} `band-missing`; `scene-unreadable` when pixels are damaged
   * @throws {RangeError} when the window is not inside the grid
   */
  read(bands: readonly BandName[], window: PixelWindow, size?: { width: number; height: number }): Promise<Raster[]>;
  /** The same by 0-based position in `info.bands`, for bands without a name. */
  readAt(
    positions: readonly number[],
    window: PixelWindow,
    size?: { width: number; height: number },
  ): Promise<Raster[]>;
  /** The same in a moment, however large the window is, for pictures: where too much would have to be averaged, it is not. */
  readForLooking(
    positions: readonly number[],
    window: PixelWindow,
    size: { width: number; height: number },
  ): Promise<Raster[]>;
  /** Digital numbers by position, of the nearest pixel: for quality bands, whose classes and bits cannot be averaged. */
  readNearest(
    positions: readonly number[],
    window: PixelWindow,
    size?: { width: number; height: number },
  ): Promise<Raster[]>;
  /** Digital numbers of one band as stored, nodata included, in a window of the grid of *that band's file*. */
  readDn(position: number, window: PixelWindow): Promise<Float64Array>;
  /** Closes the files, and deletes what was unpacked into a temporary folder. */
  close(): Promise<void>;
}

/** One file of an opened scene. */
export interface ScenePart {
  readonly raster: RasterFile;
  readonly rule: ValidityRule;
  readonly placement: Placement;
}

/**
 * Closing is left to who opened the files.
 *
 * @param parts  by the `file` index of `info.bands`; null = the file holds no band of the scene
 */
export function sceneReader(info: SceneInfo, parts: readonly (ScenePart | null)[]): Omit<Scene, 'close'> {
  const gather = async (
    positions: readonly number[],
    window: PixelWindow,
    size: { width: number; height: number },
    sample: typeof sampleFile,
    finish: (values: Float32Array, band: BandInfo) => Float32Array,
  ): Promise<Raster[]> => {
    checkWindow(window, info.grid.width, info.grid.height);
    const out: Raster[] = Array(positions.length);
    for (const [f, part] of parts.entries()) {
      const mine = positions.flatMap((position, i) => (info.bands[position]!.file === f ? [i] : []));
      if (!part || mine.length === 0) continue;
      const bands = mine.map((i) => info.bands[positions[i]!]!);
      const indices = bands.map((band) => band.index);
      const rect = rectOf(window, part.placement);
      const read = await sample(part.raster, part.rule, indices, rect, size.width, size.height);
      for (const [k, values] of read.entries()) {
        out[mine[k]!] = { width: size.width, height: size.height, values: finish(values, bands[k]!) };
      }
    }
    return out;
  };
  const inValues = (values: Float32Array, band: BandInfo) => toValues(values, band, info.values);
  const readAt: Scene['readAt'] = (positions, window, size = window) =>
    gather(positions, window, size, sampleFile, inValues);
  return {
    info,
    readAt,
    readForLooking: (positions, window, size) => gather(positions, window, size, sampleForLooking, inValues),
    read: async (bands, window, size) => readAt(positionsOf(info, bands), window, size),
    readNearest: (positions, window, size = window) =>
      gather(positions, window, size, sampleNearest, (values) => values),
    readDn: async (position, window) => {
      const band = info.bands[position];
      if (!band) throw new RangeError(`no band ${position} among ${info.bands.length}`);
      const [values] = await parts[band.file]!.raster.readDn(0, [band.index], window);
      return Float64Array.from(values!);
    },
  };
}

/** Names that stand for neighbouring wavelengths, where a sensor has only one of them. */
const STAND_INS: Partial<Record<BandName, BandName>> = {
  nir: 'nir08',
  nir08: 'nir',
  water_vapor: 'nir09',
  nir09: 'water_vapor',
};

/** Position of a band in `info.bands`, or that of the band which stands in for it; -1 = none. */
function bandPosition(info: Pick<SceneInfo, 'bands'>, name: BandName): number {
  const own = info.bands.findIndex((band) => band.name === name);
  const other = STAND_INS[name];
  return own >= 0 || !other ? own : info.bands.findIndex((band) => band.name === other);
}

function positionsOf(info: SceneInfo, bands: readonly BandName[]): number[] {
  const positions = bands.map((name) => bandPosition(info, name));
  const missing = bands.filter((_, i) => positions[i]! < 0);
  if (missing.length === 0) return positions;
  throw bandMissing(missing, [...new Set(info.bands.flatMap((band) => (band.name ? [band.name] : [])))]);
}

const rectOf = (window: PixelWindow, { scaleX, shiftX, scaleY, shiftY }: Placement) => ({
  col: window.col * scaleX + shiftX,
  row: window.row * scaleY + shiftY,
  width: window.width * scaleX,
  height: window.height * scaleY,
});

function toValues(dn: Float32Array, { scale, offset }: BandInfo, kind: SceneInfo['values']): Float32Array {
  if (scale === 1 && offset === 0) return dn;
  // Math.max keeps NaN. Grey values may exceed 1: cut off, they would bend ratios.
  if (kind === 'display') return dn.map((value) => Math.max(0, value * scale + offset));
  return dn.map((value) => value * scale + offset);
}
