import type { Material } from './materials.ts';
import { fractalNoise, hash, valueNoise } from './noise.ts';

/** What grows at a place: two materials and the share of the second. */
export interface Ground {
  readonly material: Material;
  readonly second: Material;
  /** 0–1. */
  readonly share: number;
  /** Multiplies the reflectance: brightness of soil, vigour of a crop. About 1. */
  readonly gain: number;
  /** Height of trees above the ground, metres. */
  readonly canopy: number;
}

/** Side of the blocks of land that share one field direction, metres. */
const BLOCK = 520;

/** Early September in central Europe: crop, what shows through it, share of that, weight. */
const CROPS: readonly (readonly [crop: Material, under: Material, share: number, weight: number])[] = [
  ['maize', 'moistSoil', 0.08, 27],
  ['stubble', 'drySoil', 0.3, 10],
  ['stubble', 'meadow', 0.35, 8], // weeds between the stubble
  ['drySoil', 'moistSoil', 0.35, 8],
  ['moistSoil', 'drySoil', 0.25, 10],
  ['meadow', 'dryGrass', 0.25, 22],
  ['dryGrass', 'meadow', 0.4, 5],
  ['clover', 'meadow', 0.1, 6],
  ['ripeCrop', 'maize', 0.2, 8],
];

/**
 * Fields around a point: blocks of parallel strips, each strip cut into fields of one crop, with tracks and hedges
 * between the blocks and grass margins between the fields.
 *
 * @param x  metres, as everywhere here
 */
export function farmland(x: number, y: number, seed: number): Ground {
  // Borders between blocks wander a little, as old parish borders do.
  const bentX = x + 60 * (valueNoise(x / 240, y / 240, seed + 1) - 0.5);
  const bentY = y + 60 * (valueNoise(x / 240, y / 240, seed + 2) - 0.5);
  const block = nearestBlock(bentX, bentY, seed);
  if (block.border < 2.6) return plain('track', 'meadow', 0.3);
  const hedged = hash(block.col + block.otherCol, block.row + block.otherRow, seed + 3) < 0.35;
  if (block.border < 7) {
    const tree = hedged ? fractalNoise(x / 9, y / 9, 2, seed + 4) : 0;
    if (tree > 0.42) return { material: 'broadleaf', second: 'shrub', share: 0.3, gain: 1, canopy: 5 + 9 * tree };
    return plain('meadow', 'dryGrass', 0.3);
  }

  const angle = -0.28 + 0.9 * Math.round(3 * (hash(block.col, block.row, seed + 5) - 0.5)) * 0.6;
  const along = x * Math.cos(angle) + y * Math.sin(angle);
  const across = -x * Math.sin(angle) + y * Math.cos(angle);
  const blockId = block.col * 131 + block.row;
  const width = 45 + 170 * hash(blockId, 1, seed + 6) ** 1.8;
  const [strip, fromSide] = cellOf(across, width, blockId, seed + 7);
  const length = 210 + 330 * hash(blockId, strip, seed + 8);
  const [piece, fromEnd] = cellOf(along + 97 * hash(strip, blockId, seed + 9), length, strip + blockId * 17, seed + 10);
  if (Math.min(fromSide, fromEnd) < 1.4) return plain('meadow', 'dryGrass', 0.5);

  const [crop, under, share] = cropOf(hash(strip * 7919 + piece, blockId, seed + 11));
  const vigour = fractalNoise(x / 130, y / 130, 3, seed + 12) - 0.5;
  const patches = fractalNoise(x / 26, y / 26, 2, strip + seed + 13) - 0.5;
  // Sowing rows and wheel tracks: too fine for 10 m pixels to show, but they make the mean of a pixel vary.
  const rows = 0.04 * Math.sin((across * 2 * Math.PI) / 9 + 3 * hash(strip, piece, seed));
  const ownGain = 0.78 + 0.27 * hash(piece, strip + blockId, seed + 14);
  return {
    material: crop,
    second: under,
    share: Math.min(Math.max(share + 0.8 * vigour + 0.35 * patches, 0), 0.9),
    // Damp hollows are darker than dry rises, whatever grows there.
    gain: ownGain * (0.8 + 0.4 * fractalNoise(x / 330, y / 330, 4, seed + 15)) * (1 + 0.22 * patches + rows),
    canopy: 0,
  };
}

const plain = (material: Material, second: Material, share: number): Ground => ({
  material,
  second,
  share,
  gain: 1,
  canopy: 0,
});

function cropOf(chance: number): readonly [Material, Material, number] {
  const total = CROPS.reduce((sum, crop) => sum + crop[3], 0);
  let left = chance * total;
  for (const [crop, under, share, weight] of CROPS) {
    left -= weight;
    if (left < 0) return [crop, under, share];
  }
  throw new RangeError(`chance ${chance} is not below 1`);
}

/** Which interval of uneven, repeating ones holds `at`, and how far its nearer end is (metres). */
function cellOf(at: number, size: number, salt: number, seed: number): readonly [index: number, toEnd: number] {
  const edge = (k: number): number => (k + 0.55 * (hash(k, salt, seed) - 0.5)) * size;
  let k = Math.floor(at / size);
  if (at < edge(k)) k--;
  else if (at >= edge(k + 1)) k++;
  return [k, Math.min(at - edge(k), edge(k + 1) - at)];
}

interface Block {
  readonly col: number;
  readonly row: number;
  readonly otherCol: number;
  readonly otherRow: number;
  /** Distance to the border with the other block, metres. */
  readonly border: number;
}

/** The Voronoi cell of a jittered grid that holds the point, and its nearest neighbour. */
function nearestBlock(x: number, y: number, seed: number): Block {
  const [col, row] = [Math.floor(x / BLOCK), Math.floor(y / BLOCK)];
  let first = { col, row, distance: Infinity, x: 0, y: 0 };
  let second = first;
  for (let r = row - 1; r <= row + 1; r++) {
    for (let c = col - 1; c <= col + 1; c++) {
      const [cx, cy] = [
        (c + 0.15 + 0.7 * hash(c, r, seed + 20)) * BLOCK,
        (r + 0.15 + 0.7 * hash(c, r, seed + 21)) * BLOCK,
      ];
      const found = { col: c, row: r, distance: Math.hypot(x - cx, y - cy), x: cx, y: cy };
      if (found.distance < first.distance) [first, second] = [found, first];
      else if (found.distance < second.distance) second = found;
    }
  }
  const apart = Math.hypot(first.x - second.x, first.y - second.y);
  const border = (second.distance ** 2 - first.distance ** 2) / (2 * apart);
  return { col: first.col, row: first.row, otherCol: second.col, otherRow: second.row, border };
}
