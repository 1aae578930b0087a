/** A pseudo-random number in [0, 1) for a lattice point: the same on every machine. */
export function hash(x: number, y: number, seed: number): number {
  // Integer mixing after Wellons' lowbias32 (https://nullprogram.com/blog/2018/07/31/), public domain.
  let h = (Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca77) ^ Math.imul(seed, 0xc2b2ae3d)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** Smooth random field with features of size 1, in [0, 1]. */
export function valueNoise(x: number, y: number, seed: number): number {
  const [col, row] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [ease(x - col), ease(y - row)];
  const top = hash(col, row, seed) * (1 - u) + hash(col + 1, row, seed) * u;
  const bottom = hash(col, row + 1, seed) * (1 - u) + hash(col + 1, row + 1, seed) * u;
  return top * (1 - v) + bottom * v;
}

/** Sum of `octaves` fields, each twice as fine and half as strong as the one before; in [0, 1], mean about 0.5. */
export function fractalNoise(x: number, y: number, octaves: number, seed: number): number {
  let [sum, weight, total] = [0, 1, 0];
  for (let octave = 0; octave < octaves; octave++) {
    sum += weight * valueNoise(x * 2 ** octave, y * 2 ** octave, seed + octave * 101);
    total += weight;
    weight /= 2;
  }
  return sum / total;
}

/** 0 below `from`, 1 above `to`, smooth between. */
export function smoothstep(from: number, to: number, value: number): number {
  const t = Math.min(Math.max((value - from) / (to - from), 0), 1);
  return t * t * (3 - 2 * t);
}

const ease = (t: number): number => t * t * t * (t * (t * 6 - 15) + 10);
