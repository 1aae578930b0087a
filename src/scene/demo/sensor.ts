import { CELL_M, type Landscape } from './landscape.ts';
import { fractalNoise, hash } from './noise.ts';

/** The sun over central Europe at a Sentinel-2 overpass in early September. */
const SUN = { azimuthDegrees: 157, elevationDegrees: 49 };

/** Share of light that comes from the whole sky, by band: what shadows still receive. */
const DIFFUSE = [0.26, 0.2, 0.15, 0.09, 0.05, 0.04];

/** Reflectance that residual haze adds where it is thickest, by band. */
const HAZE = [0.011, 0.008, 0.0055, 0.002, 0.0006, 0.0004];

/** Surface reflectance as digital numbers × 10000. */
export const DN_PER_REFLECTANCE = 10_000;

/**
 * What a 10 m instrument records of a landscape: light and shadow, the mean of 16 cells through a slightly blurred
 * aperture (short-wave infrared at 20 m, as Sentinel-2 has it), haze and noise.
 *
 * @returns six bands of digital numbers, each row-major
 */
export function observe(landscape: Landscape, seed: number): Uint16Array[] {
  const pixels = landscape.size / 4;
  const light = lightOf(landscape);
  const cells = landscape.size ** 2;
  return HAZE.map((haze, band) => {
    const albedo = landscape.reflectance.subarray(band * cells, (band + 1) * cells);
    let mean: Float32Array = averageLit(albedo, light, DIFFUSE[band]!, landscape.size, 4);
    if (band >= 4) mean = enlargeTwice(averageOf(mean, pixels, 2), pixels / 2);
    else mean = blur(mean, pixels);
    const numbers = new Uint16Array(pixels * pixels);
    for (let i = 0; i < numbers.length; i++) {
      const [col, row] = [i % pixels, Math.floor(i / pixels)];
      const thickness = fractalNoise(col / 210, row / 150, 3, seed + 300) ** 2;
      const reflectance = mean[i]! + haze * thickness * 1.6;
      const noise = gaussian(col, row, seed + 310 + band) * (0.0005 + 0.004 * reflectance);
      // 0 is nodata.
      numbers[i] = Math.max(1, Math.round((reflectance + noise) * DN_PER_REFLECTANCE));
    }
    return numbers;
  });
}

/** Direct sunlight on every cell, 1 = a level place in full sun; 0 in shadow. */
function lightOf(landscape: Landscape): Float32Array {
  const { size, terrain, canopy, building } = landscape;
  const azimuth = (SUN.azimuthDegrees * Math.PI) / 180;
  const elevation = (SUN.elevationDegrees * Math.PI) / 180;
  const [toSunX, toSunY, toSunZ] = [
    Math.sin(azimuth) * Math.cos(elevation),
    -Math.cos(azimuth) * Math.cos(elevation),
    Math.sin(elevation),
  ];
  const surface = terrain.map((height, i) => height + canopy[i]!);
  const light = new Float32Array(size * size);
  const climb = Math.tan(elevation) * CELL_M;
  for (let row = 0; row < size; row++) {
    for (let col = 0; col < size; col++) {
      const at = row * size + col;
      const [left, right] = [Math.max(col - 1, 0), Math.min(col + 1, size - 1)];
      const [up, down] = [Math.max(row - 1, 0), Math.min(row + 1, size - 1)];
      // Crowns are rounder than a 2.5 m height field shows: half their slope.
      const slope = (a: number, b: number): number =>
        (terrain[b]! - terrain[a]! + 0.5 * (canopy[b]! - canopy[a]!)) / (2 * CELL_M);
      const [slopeX, slopeY] = [
        slope(row * size + left, row * size + right),
        slope(up * size + col, down * size + col),
      ];
      const facing = (-slopeX * toSunX - slopeY * toSunY + toSunZ) / Math.hypot(slopeX, slopeY, 1);
      let lit = Math.max(0, facing / toSunZ);
      const top = surface[at]! + building[at]!;
      for (let step = 1; step <= 10; step++) {
        const x = Math.round(col + step * Math.sin(azimuth));
        const y = Math.round(row - step * Math.cos(azimuth));
        if (x < 0 || y < 0 || x >= size || y >= size) break;
        const over = surface[y * size + x]! + building[y * size + x]! - top - step * climb;
        if (over > 0) lit *= Math.max(0, 1 - over / 2); // soft edge: crowns let light through
      }
      light[at] = Math.min(lit, 1.6);
    }
  }
  return light;
}

/** Mean over blocks of `side` cells of reflectance × (sky light + sunlight). */
function averageLit(
  albedo: Float32Array,
  light: Float32Array,
  diffuse: number,
  size: number,
  side: number,
): Float32Array {
  const lit = albedo.map((value, i) => value * (diffuse + (1 - diffuse) * light[i]!));
  return averageOf(lit, size, side);
}

function averageOf(values: Float32Array, size: number, side: number): Float32Array {
  const out = new Float32Array((size / side) ** 2);
  for (let i = 0; i < size * size; i++) {
    const [col, row] = [Math.floor((i % size) / side), Math.floor(Math.floor(i / size) / side)];
    out[row * (size / side) + col]! += values[i]! / (side * side);
  }
  return out;
}

/** A 3 × 3 kernel: part of each pixel's light comes from its neighbours. */
function blur(values: Float32Array, size: number): Float32Array {
  const weights = [0.11, 0.78, 0.11];
  const pass = (source: Float32Array, stepX: number, stepY: number): Float32Array =>
    source.map((_, i) => {
      const [col, row] = [i % size, Math.floor(i / size)];
      let sum = 0;
      for (let k = -1; k <= 1; k++) {
        const x = Math.min(Math.max(col + k * stepX, 0), size - 1);
        const y = Math.min(Math.max(row + k * stepY, 0), size - 1);
        sum += weights[k + 1]! * source[y * size + x]!;
      }
      return sum;
    });
  return pass(pass(values, 1, 0), 0, 1);
}

/** Twice the size, bilinear on half-pixel centres. */
function enlargeTwice(values: Float32Array, size: number): Float32Array {
  const out = new Float32Array(4 * size * size);
  const near = (i: number): readonly [number, number, number] => {
    const at = Math.min(Math.max((i + 0.5) / 2 - 0.5, 0), size - 1);
    return [Math.floor(at), Math.min(Math.floor(at) + 1, size - 1), at - Math.floor(at)];
  };
  for (let row = 0; row < 2 * size; row++) {
    const [top, bottom, v] = near(row);
    for (let col = 0; col < 2 * size; col++) {
      const [left, right, u] = near(col);
      const upper = values[top * size + left]! * (1 - u) + values[top * size + right]! * u;
      const lower = values[bottom * size + left]! * (1 - u) + values[bottom * size + right]! * u;
      out[row * 2 * size + col] = upper * (1 - v) + lower * v;
    }
  }
  return out;
}

/** Standard normal noise (Irwin–Hall with four terms is close enough). */
function gaussian(x: number, y: number, seed: number): number {
  let sum = 0;
  for (let k = 0; k < 4; k++) sum += hash(x, y, seed * 17 + k);
  return (sum - 2) * Math.sqrt(3);
}
