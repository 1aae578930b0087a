import { fromFile } from 'geotiff';

/** A file read by geotiff.js alone: none of the code under test. */
export interface PlainRaster {
  readonly width: number;
  readonly height: number;
  readonly bands: readonly ArrayLike<number>[];
  /** Ground area of a pixel in map units squared; null without a projected transform. */
  readonly pixelArea: number | null;
  readonly nodata: number | null;
}

export async function readPlain(path: string): Promise<PlainRaster> {
  const tiff = await fromFile(path);
  const image = await tiff.getImage();
  const bands = (await image.readRasters()) as unknown as ArrayLike<number>[];
  const { geoKeys } = { geoKeys: image.getGeoKeys() };
  const projected = geoKeys?.ProjectedCSTypeGeoKey !== undefined;
  const size = projected ? image.getResolution() : null;
  return {
    width: image.getWidth(),
    height: image.getHeight(),
    bands: [...bands],
    pixelArea: size ? Math.abs(size[0]! * size[1]!) : null,
    nodata: image.getGDALNoData(),
  };
}

export interface CountedMask {
  readonly pixels: number;
  readonly valid: number;
  /** Pixels of each 8-connected region, largest first. */
  readonly regions: readonly number[];
}

/** Ones, valid pixels and 8-connected regions of a mask (1, 0, 255 = nodata), by flood fill. */
export function countMask({ width, height, bands }: PlainRaster): CountedMask {
  const mask = bands[0]!;
  const seen = new Uint8Array(width * height);
  const regions: number[] = [];
  let pixels = 0;
  let valid = 0;
  for (let start = 0; start < mask.length; start++) {
    if (mask[start] !== 255) valid++;
    if (mask[start] !== 1) continue;
    pixels++;
    if (seen[start]) continue;
    seen[start] = 1;
    const stack = [start];
    let size = 0;
    while (stack.length > 0) {
      const at = stack.pop()!;
      size++;
      const col = at % width;
      const row = (at - col) / width;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const [c, r] = [col + dx, row + dy];
          if (c < 0 || r < 0 || c >= width || r >= height) continue;
          const next = r * width + c;
          if (mask[next] === 1 && !seen[next]) {
            seen[next] = 1;
            stack.push(next);
          }
        }
      }
    }
    regions.push(size);
  }
  return { pixels, valid, regions: regions.toSorted((a, b) => b - a) };
}

/** `(a - b) / (a + b)` of every pixel where the sum is positive; bands by 0-based position. */
export function ratios(raster: PlainRaster, [a, b]: readonly [number, number], inside?: ArrayLike<number>): number[] {
  const values: number[] = [];
  const [first, second] = [raster.bands[a]!, raster.bands[b]!];
  for (let i = 0; i < first.length; i++) {
    if (inside && inside[i] !== 1) continue;
    if (first[i] === raster.nodata || second[i] === raster.nodata) continue;
    const sum = first[i]! + second[i]!;
    if (sum > 0) values.push((first[i]! - second[i]!) / sum);
  }
  return values;
}
