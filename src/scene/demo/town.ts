import type { Ground } from './farmland.ts';
import type { Material } from './materials.ts';
import { fractalNoise, hash, valueNoise } from './noise.ts';

/** A settlement: a disc that thins out to its edge. */
export interface Settlement {
  readonly x: number;
  readonly y: number;
  /** Metres to where it ends. */
  readonly radius: number;
}

/** Ground with a building on it or not. */
export interface BuiltGround extends Ground {
  /** Height of the building, metres; 0 = none. */
  readonly building: number;
}

/** How built-up a place is: 1 in the centre, 0 outside, with a ragged edge. */
export function urbanity(settlements: readonly Settlement[], x: number, y: number, seed: number): number {
  const ragged = 1.5 * (fractalNoise(x / 420, y / 420, 4, seed + 30) - 0.5);
  let highest = 0;
  for (const { x: cx, y: cy, radius } of settlements) {
    highest = Math.max(highest, 1 - Math.hypot((x - cx) * 0.85, y - cy) / radius + ragged);
  }
  return Math.min(highest, 1);
}

/** Streets, houses with gardens and, in the centre, closed rows around courtyards. */
export function town(x: number, y: number, urban: number, seed: number): BuiltGround {
  // Streets bend with the land, and every quarter has its own direction.
  const warpX = x + 240 * (valueNoise(x / 500, y / 500, seed + 31) - 0.5);
  const warpY = y + 240 * (valueNoise(x / 500, y / 500, seed + 32) - 0.5);
  const angle = 1.3 * hash(Math.floor(warpX / 430), Math.floor(warpY / 390), seed + 29);
  const along = warpX * Math.cos(angle) + warpY * Math.sin(angle);
  const across = -warpX * Math.sin(angle) + warpY * Math.cos(angle);
  const [streetX, blockX] = street(along, 135, seed + 33);
  const [streetY, blockY, sizeY] = street(across, 74, seed + 34);
  const toStreet = Math.min(streetX, streetY);
  if (toStreet < 3) return flat('asphalt', 'concrete', 0.15 + 0.2 * hash(blockX, blockY, seed));

  const isCentre = urban > 0.55 + 0.12 * (hash(blockX, blockY, seed + 35) - 0.5);
  const isPark = hash(blockX, blockY, seed + 36) < 0.08;
  if (!isPark && isCentre && toStreet < 18 && toStreet > 5) {
    const house = Math.floor(along / 17) * 31 + Math.floor(across / 17);
    if (hash(house, blockX * 77 + blockY, seed + 37) < 0.9) return roof(house, blockX, seed, 12);
  }
  if (!isPark && isCentre) {
    if (fractalNoise(x / 11, y / 11, 2, seed + 38) > 0.56) return tree(x, y, seed);
    return flat('asphalt', 'meadow', 0.35);
  }
  // One house a plot, set back from the street.
  const [plotX, plotY] = [Math.floor(along / 23), Math.floor(across / 25)];
  const [inX, inY] = [along / 23 - plotX, across / 25 - plotY];
  const [x0, y0] = [0.12 + 0.28 * hash(plotX, plotY, seed + 39), 0.12 + 0.28 * hash(plotX, plotY, seed + 40)];
  const [wide, deep] = [0.4 + 0.22 * hash(plotX, plotY, seed + 41), 0.34 + 0.2 * hash(plotX, plotY, seed + 42)];
  const hasHouse = !isPark && toStreet > 5 && hash(plotX, plotY, seed + 43) < 0.52 + 0.5 * urban && sizeY > 40;
  if (hasHouse && inX > x0 && inX < x0 + wide && inY > y0 && inY < y0 + deep) return roof(plotX, plotY, seed, 7);
  if (fractalNoise(x / 10, y / 10, 2, seed + 44) > 0.67 - (isPark ? 0.2 : 0)) return tree(x, y, seed);
  const paved = !isPark && hash(plotX, plotY, seed + 45) < 0.25 && inY < 0.4;
  return paved
    ? flat('concrete', 'asphalt', 0.5)
    : { ...flat('meadow', 'drySoil', 0.2 + 0.3 * hash(plotX, plotY, seed + 46)), gain: 0.92 };
}

/** Halls with flat roofs, yards and lorry parks. */
export function industry(x: number, y: number, seed: number): BuiltGround {
  const [along, across] = [x * 0.97 + y * 0.22, -x * 0.22 + y * 0.97];
  const [col, row] = [Math.floor(along / 125), Math.floor(across / 92)];
  const [inX, inY] = [along / 125 - col, across / 92 - row];
  if (inX < 0.05 || inY < 0.07) return flat('asphalt', 'concrete', 0.2);
  const [wide, deep] = [0.45 + 0.35 * hash(col, row, seed + 50), 0.4 + 0.35 * hash(col, row, seed + 51)];
  if (inX > 0.12 && inX < 0.12 + wide && inY > 0.14 && inY < 0.14 + deep && hash(col, row, seed + 52) < 0.86) {
    const kind = hash(col, row, seed + 53);
    const material: Material =
      kind < 0.4 ? 'metalRoof' : kind < 0.65 ? 'slateRoof' : kind < 0.85 ? 'bitumenRoof' : 'concrete';
    return { ...flat(material, 'slateRoof', 0.1), gain: 0.85 + 0.3 * hash(col, row, seed + 54), building: 9 };
  }
  if (hash(col, row, seed + 55) < 0.3) return flat('meadow', 'dryGrass', 0.4);
  return flat('concrete', 'asphalt', 0.3 + 0.6 * hash(col, row, seed + 56));
}

const flat = (material: Material, second: Material, share: number): BuiltGround => ({
  material,
  second,
  share,
  gain: 1,
  canopy: 0,
  building: 0,
});

const tree = (x: number, y: number, seed: number): BuiltGround => ({
  ...flat('broadleaf', 'shrub', 0.2),
  canopy: 3 + 4 * valueNoise(x / 7, y / 7, seed + 60),
});

function roof(plotX: number, plotY: number, seed: number, building: number): BuiltGround {
  const kind = hash(plotX, plotY, seed + 61);
  const material: Material =
    kind < 0.52 ? 'tileRoof' : kind < 0.8 ? 'slateRoof' : kind < 0.95 ? 'bitumenRoof' : 'metalRoof';
  return { ...flat(material, 'slateRoof', 0.15), gain: 0.8 + 0.4 * hash(plotX, plotY, seed + 62), building };
}

/** Distance to the nearest of uneven parallel streets, and the block between two of them and its size (metres). */
function street(at: number, spacing: number, seed: number): readonly [distance: number, block: number, size: number] {
  const position = (k: number): number => (k + 0.4 * (hash(k, 5, seed) - 0.5)) * spacing;
  let block = Math.floor(at / spacing);
  if (at < position(block)) block--;
  else if (at >= position(block + 1)) block++;
  return [Math.min(at - position(block), position(block + 1) - at), block, position(block + 1) - position(block)];
}
