/** A rectangle in continuous pixel coordinates of a source raster; (0, 0) is the corner of the top left pixel. */
export interface Rect {
  readonly col: number;
  readonly row: number;
  readonly width: number;
  readonly height: number;
}

/** A raster with NaN for nodata. */
export interface Patch {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/**
 * The part `rect` of a raster on a grid of `width` × `height` pixels.
 *
 * Along each axis: the mean over the target pixel's area where pixels become larger, linear between pixel centres where they
 * become smaller (half-pixel centres; the same pixel where nothing changes). A target pixel is nodata when less than half of
 * what it rests on is valid, or when its centre lies more than half a source pixel outside the source.
 */
export function resample(source: Patch, rect: Rect, width: number, height: number): Float32Array {
  const across = axisTaps(source.width, rect.col, rect.width / width, width);
  const down = axisTaps(source.height, rect.row, rect.height / height, height);
  // Sums and weights of every source row, squeezed to the target's width; then the same downwards.
  const sums = new Float64Array(width * source.height);
  const weights = new Float64Array(width * source.height);
  const { taps, first, weights: shares } = across;
  const { values } = source;
  for (let row = 0; row < source.height; row++) {
    for (let i = 0; i < width; i++) {
      const from = row * source.width + first[i]!;
      const share = i * taps;
      let sum = 0;
      let weight = 0;
      for (let tap = 0; tap < taps; tap++) {
        const value = values[from + tap]!;
        const w = shares[share + tap]!;
        if (w === 0 || Number.isNaN(value)) continue;
        sum += value * w;
        weight += w;
      }
      sums[row * width + i] = sum;
      weights[row * width + i] = weight;
    }
  }
  const out = new Float32Array(width * height);
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      let sum = 0;
      let weight = 0;
      for (let tap = 0; tap < down.taps; tap++) {
        const w = down.weights[j * down.taps + tap]!;
        if (w === 0) continue;
        const at = (down.first[j]! + tap) * width + i;
        sum += sums[at]! * w;
        weight += weights[at]! * w;
      }
      out[j * width + i] = weight >= 0.5 - 1e-6 ? sum / weight : Number.NaN;
    }
  }
  return out;
}

interface Taps {
  readonly taps: number;
  /** First source pixel of every target pixel. */
  readonly first: Int32Array;
  /** `taps` weights for every target pixel, summing to 1, or to 0 outside the source. */
  readonly weights: Float64Array;
}

/** Which source pixels make up each of `count` target pixels of `step` source pixels, the first beginning at `start`. */
function axisTaps(size: number, start: number, step: number, count: number): Taps {
  const taps = Math.min(size, step > 1 ? Math.ceil(step) + 1 : 2);
  const first = new Int32Array(count);
  const weights = new Float64Array(count * taps);
  for (let i = 0; i < count; i++) {
    const from = start + i * step;
    const centre = from + step / 2;
    if (centre < -0.5 || centre > size + 0.5) continue;
    if (step > 1) {
      const left = Math.max(0, from);
      const right = Math.min(size, from + step);
      first[i] = Math.max(0, Math.min(Math.floor(left + 1e-9), size - taps));
      for (let tap = 0; tap < taps; tap++) {
        const pixel = first[i]! + tap;
        weights[i * taps + tap] = Math.max(0, Math.min(right, pixel + 1) - Math.max(left, pixel)) / (right - left);
      }
    } else {
      const at = Math.min(Math.max(centre - 0.5, 0), size - 1);
      first[i] = Math.min(Math.floor(at), size - taps);
      const along = at - first[i]!;
      if (taps === 1) weights[i] = 1;
      else {
        weights[i * taps] = 1 - along;
        weights[i * taps + 1] = along;
      }
    }
  }
  return { taps, first, weights };
}
