import { type CurveField, curveField, meander, type Point, road } from './curves.ts';
import { farmland, type Ground } from './farmland.ts';
import { MATERIALS, type Spectrum } from './materials.ts';
import { fractalNoise, hash, smoothstep, valueNoise } from './noise.ts';
import { industry, type Settlement, town, urbanity } from './town.ts';

/** A valley at 2.5 m: what covers it and how high it stands. */
export interface Landscape {
  /** Cells a side; a cell is 2.5 m. */
  readonly size: number;
  /** Reflectance under a sun at right angles, six bands one after the other, row-major. */
  readonly reflectance: Float32Array;
  /** Bare terrain, metres. */
  readonly terrain: Float32Array;
  /** Trees and buildings above it, metres. */
  readonly canopy: Float32Array;
  readonly building: Float32Array;
}

export const CELL_M = 2.5;

const SETTLEMENTS: readonly Settlement[] = [
  { x: 2150, y: 1960, radius: 640 },
  { x: 1620, y: 1560, radius: 420 },
  { x: 2620, y: 1700, radius: 380 },
  { x: 1980, y: 2560, radius: 330 },
  { x: 4420, y: 3560, radius: 330 },
  { x: 560, y: 3700, radius: 260 },
  { x: 3250, y: 620, radius: 250 },
];

const HIGHWAY: readonly Point[] = [
  [-100, 1480],
  [900, 1280],
  [2200, 1130],
  [3500, 1370],
  [5300, 1480],
];
const ROADS: readonly (readonly Point[])[] = [
  [
    [1850, -100],
    [1980, 900],
    [2120, 1700],
    [2300, 2500],
    [2420, 3300],
    [2250, 4300],
    [2400, 5300],
  ],
  [
    [2150, 2020],
    [3000, 2150],
    [3900, 2900],
    [4420, 3560],
    [5300, 3900],
  ],
  [
    [-100, 4000],
    [560, 3700],
    [1500, 3350],
    [2420, 3300],
  ],
  [
    [2120, 1700],
    [2700, 1100],
    [3250, 620],
    [3700, -100],
  ],
];

/** The lake: an ellipse with a wavy shore. */
const LAKE = { x: 4180, y: 1990, halfLength: 600, halfWidth: 320, angle: 0.5 };

/** @param pixels  side of the scene in 10 m pixels */
export function makeLandscape(pixels: number, seed: number): Landscape {
  const size = pixels * 4;
  const river = curveField(meander([-250, 3000], -0.1, 9000, seed + 200), size, CELL_M, 240);
  const highway = curveField(road(HIGHWAY, seed + 201), size, CELL_M, 16);
  const roads = ROADS.map((stops, i) => curveField(road(stops, seed + 210 + i), size, CELL_M, 8));
  const cells = size * size;
  const landscape: Landscape = {
    size,
    reflectance: new Float32Array(6 * cells),
    terrain: new Float32Array(cells),
    canopy: new Float32Array(cells),
    building: new Float32Array(cells),
  };
  for (let row = 0; row < size; row++) {
    for (let col = 0; col < size; col++) {
      const [x, y] = [(col + 0.5) * CELL_M, (row + 0.5) * CELL_M];
      const at = row * size + col;
      const height = terrainAt(x, y, seed);
      const ground = groundAt(x, y, height, at, river, highway, roads, seed);
      landscape.terrain[at] = height;
      landscape.canopy[at] = ground.canopy;
      landscape.building[at] = 'building' in ground ? (ground.building as number) : 0;
      const [a, b]: [Spectrum, Spectrum] = [MATERIALS[ground.material], MATERIALS[ground.second]];
      for (let band = 0; band < 6; band++) {
        landscape.reflectance[band * cells + at] =
          ground.gain * (a[band]! * (1 - ground.share) + b[band]! * ground.share);
      }
    }
  }
  return landscape;
}

/** Metres above the valley floor: hills in the north west and the south, broken by side valleys. */
function terrainAt(x: number, y: number, seed: number): number {
  const north = smoothstep(1500, -300, y + 0.35 * x);
  const south = smoothstep(3700, 5400, y + 0.12 * (x - 2500));
  const rough = fractalNoise(x / 1100, y / 1100, 5, seed + 70);
  const ridge = 1 - Math.abs(2 * fractalNoise(x / 800, y / 800, 4, seed + 71) - 1);
  return (north + south) * (70 + 330 * ridge * rough + 90 * rough) + 6 * rough;
}

/** Everything that can lie at a place, in the order in which one thing hides another. */
function groundAt(
  x: number,
  y: number,
  height: number,
  at: number,
  river: CurveField,
  highway: CurveField,
  roads: readonly CurveField[],
  seed: number,
): Ground {
  if (highway.distance[at]! < 11) {
    return highway.distance[at]! < 1.6 ? simple('meadow', 'dryGrass', 0.5) : simple('asphalt', 'concrete', 0.35);
  }
  if (roads.some((field) => field.distance[at]! < 4.6)) return simple('asphalt', 'track', 0.2);

  const channel = 17 + 19 * valueNoise(x / 330, y / 330, seed + 80);
  const fromRiver = river.distance[at]!;
  if (fromRiver < channel) {
    return {
      ...simple('riverWater', 'shallowWater', smoothstep(0.5, 1, fromRiver / channel)),
      gain: 0.95 + 0.1 * valueNoise(x / 60, y / 60, seed + 81),
    };
  }
  // A point bar grows on the inside of a bend.
  const bar =
    channel +
    70 * Math.max(0, river.inside[at]!) * fractalNoise(x / 260, y / 260, 2, seed + 98) +
    16 * (fractalNoise(x / 50, y / 50, 3, seed + 82) - 0.62);
  if (fromRiver < bar)
    return {
      ...simple('gravel', 'shrub', fractalNoise(x / 14, y / 14, 2, seed + 83) > 0.6 ? 0.5 : 0.1),
      gain: 0.9 + 0.2 * hash(Math.floor(x / 8), Math.floor(y / 8), seed),
    };

  const shore = lakeAt(x, y, seed);
  if (shore < 1)
    return simple(
      'deepWater',
      'shallowWater',
      smoothstep(0.5, 1, shore) * (0.6 + 0.4 * valueNoise(x / 90, y / 90, seed + 84)),
    );
  if (shore < 1.05 && valueNoise(x / 120, y / 120, seed + 85) > 0.45)
    return { ...simple('reeds', 'shallowWater', 0.2), canopy: 1.5 };

  const urban = urbanity(SETTLEMENTS, x, y, seed);
  if (y > 1170 && y < 1640 && x > 2560 && x < 3560 && fractalNoise(x / 260, y / 260, 2, seed + 86) > 0.4)
    return industry(x, y, seed);
  if (urban > 0.02) return town(x, y, urban, seed);

  const wooded = woodAt(x, y, height, seed);
  const riparian = fromRiver < channel + 75 && fractalNoise(x / 90, y / 90, 3, seed + 87) > 0.46 + fromRiver / 1600;
  const lakeside = shore < 1.22 && fractalNoise(x / 70, y / 70, 3, seed + 88) > 0.52;
  if (wooded || riparian || lakeside) return forest(x, y, wooded ? height : 0, seed);
  if (height > 110) return simple('meadow', 'dryGrass', 0.3 + 0.5 * (fractalNoise(x / 90, y / 90, 3, seed + 89) - 0.3)); // alpine pasture and clearings
  return farmland(x, y, seed);
}

/** 0 in the middle of the lake, 1 at its shore. */
function lakeAt(x: number, y: number, seed: number): number {
  const [dx, dy] = [x - LAKE.x, y - LAKE.y];
  const along = (dx * Math.cos(LAKE.angle) + dy * Math.sin(LAKE.angle)) / LAKE.halfLength;
  const across = (-dx * Math.sin(LAKE.angle) + dy * Math.cos(LAKE.angle)) / LAKE.halfWidth;
  return Math.hypot(along, across) + 1.8 * (fractalNoise(x / 380, y / 380, 5, seed + 90) - 0.5);
}

/** Hills are wooded but for clearings; the plain has a few copses. */
function woodAt(x: number, y: number, height: number, seed: number): boolean {
  const field = fractalNoise(x / 520, y / 520, 4, seed + 91);
  const edge = 0.05 * (fractalNoise(x / 40, y / 40, 2, seed + 92) - 0.5);
  return field + edge > 0.67 - 0.27 * smoothstep(20, 120, height);
}

/** Trees as crowns of about eight metres; stands of conifers among broadleaves, more of them higher up. */
function forest(x: number, y: number, height: number, seed: number): Ground {
  const stand = fractalNoise(x / 170, y / 170, 3, seed + 93);
  const isConifer = stand + 0.0007 * height + 0.12 * (fractalNoise(x / 28, y / 28, 2, seed + 99) - 0.5) > 0.56;
  const crown = valueNoise(x / 7.5, y / 7.5, seed + 94);
  const age = valueNoise(x / 120, y / 120, seed + 95);
  const gap = fractalNoise(x / 22, y / 22, 2, seed + 96);
  if (gap > 0.82) return { ...simple('shrub', 'meadow', 0.4), canopy: 2 };
  return {
    material: isConifer ? 'conifer' : 'broadleaf',
    second: isConifer ? 'broadleaf' : 'shrub',
    share: 0.25 * gap,
    gain: 0.86 + 0.28 * valueNoise(x / 8, y / 8, seed + 97),
    canopy: 9 + 9 * age + 6 * crown,
  };
}

const simple = (material: Ground['material'], second: Ground['second'], share: number): Ground => ({
  material,
  second,
  share: Math.min(Math.max(share, 0), 1),
  gain: 1,
  canopy: 0,
});
