import type { PixelWindow } from '../domain/grid.ts';
import type { Cover } from './cover.ts';
import { measureText } from './font.ts';
import { labelPlaces } from './label-place.ts';
import type { Display } from './pixels.ts';
import { INK, number, text } from './svg.ts';

/** A region to number on the map, in pixels of the composite. */
export interface LabelledRegion {
  readonly id: number;
  readonly centroid: readonly [col: number, row: number];
  readonly area: number;
  /** The rectangle around it. */
  readonly window: PixelWindow;
}

/** The regions of one target. `cover`: the target's, on the same ground as the composite. */
export interface LabelledLayer {
  readonly regions: readonly LabelledRegion[];
  readonly cover: Cover;
  readonly color: string;
}

interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** A region this many times as large as its disc can carry it. */
const ROOM = 2.5;

/** Where a disc may stand beside its region: to the right and above first, where maps have their labels. */
const DIRECTIONS = [-45, 45, -135, 135, 0, 180, -90, 90].map(
  (degrees) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)] as const,
);

/**
 * Region numbers: on the area where it is large enough to stay visible around the number, else beside it at the end of a
 * line. A number that finds no free place is left out.
 *
 * @param width  of the composite
 * @param unit   size of the map's text, display pixels
 * @returns      SVG in display pixels of the map
 */
export function drawLabels(layers: readonly LabelledLayer[], width: number, display: Display, unit: number): string {
  const size = unit * 0.8;
  const taken: Disc[] = [];
  const [lines, discs]: [string[], string[]] = [[], []];
  for (const { regions, cover, color } of layers) {
    const places = placesOnArea(regions, cover, width);
    regions.forEach((region, i) => {
      const content = String(region.id);
      const radius = Math.max(size * 0.85, measureText(content, size, 'bold') / 2 + size * 0.3);
      const [x, y] = [places[i]![0] * display.scale, places[i]![1] * display.scale];
      const fits = region.area * display.scale ** 2 >= ROOM * Math.PI * radius ** 2;
      const disc = fits
        ? freeDisc([inMap({ x, y, radius }, display)], taken)
        : bestDisc(besides(region.window, radius, display), layers, taken, display);
      if (!disc) return;
      taken.push(disc);
      if (!fits) lines.push(leader(x, y, disc, size));
      discs.push(drawDisc(disc, content, size, color));
    });
  }
  return [...lines, ...discs].join('');
}

/** The numbers' places on their areas, in pixels of the composite. */
function placesOnArea(regions: readonly LabelledRegion[], cover: Cover, width: number): [number, number][] {
  const scale = cover.width / width;
  const centroids = regions.map(({ centroid: [col, row] }) => [col * scale, row * scale] as const);
  return labelPlaces(cover, centroids).map(([col, row]) => [col / scale, row / scale]);
}

/** Discs around a region's rectangle that lie wholly on the map, as near as a short line allows. */
function besides({ col, row, width, height }: PixelWindow, radius: number, display: Display): Disc[] {
  const { scale } = display;
  const [x, y] = [(col + width / 2) * scale, (row + height / 2) * scale];
  const gap = radius * 0.9;
  return DIRECTIONS.map(([right, down]) => ({
    x: x + right * ((width / 2) * scale + radius + gap),
    y: y + down * ((height / 2) * scale + radius + gap),
    radius,
  })).filter((disc) => {
    const kept = inMap(disc, display);
    return kept.x === disc.x && kept.y === disc.y;
  });
}

const inMap = ({ x, y, radius }: Disc, display: Display): Disc => {
  const inside = (value: number, side: number): number =>
    Math.min(Math.max(value, radius + 2), Math.max(side - radius - 2, radius + 2));
  return { x: inside(x, display.width), y: inside(y, display.height), radius };
};

const freeDisc = (discs: readonly Disc[], taken: readonly Disc[]): Disc | undefined =>
  discs.find((disc) =>
    taken.every((other) => Math.hypot(other.x - disc.x, other.y - disc.y) >= other.radius + disc.radius),
  );

/** Of the free places the one that hides least of what is marked. */
function bestDisc(
  discs: readonly Disc[],
  layers: readonly LabelledLayer[],
  taken: readonly Disc[],
  display: Display,
): Disc | undefined {
  const free = discs.filter((disc) => freeDisc([disc], taken));
  const hidden = free.map((disc) => hiddenBy(disc, layers, display));
  return free[hidden.indexOf(Math.min(...hidden))];
}

/** How many of 25 points under a disc are marked by any of the targets. */
function hiddenBy({ x, y, radius }: Disc, layers: readonly LabelledLayer[], display: Display): number {
  let marked = 0;
  for (const dx of [-0.8, -0.4, 0, 0.4, 0.8]) {
    for (const dy of [-0.8, -0.4, 0, 0.4, 0.8]) {
      const isMarked = layers.some(({ cover }) => {
        const col = Math.floor(((x + dx * radius) / display.width) * cover.width);
        const row = Math.floor(((y + dy * radius) / display.height) * cover.height);
        return cover.share[row * cover.width + col]! >= 0.5;
      });
      if (isMarked) marked++;
    }
  }
  return marked;
}

/** From the region to the edge of its disc: dark with a light core, so that it stands out on any ground. */
function leader(x: number, y: number, disc: Disc, size: number): string {
  const line = `M${number(x)} ${number(y)}L${number(disc.x)} ${number(disc.y)}`;
  return (
    `<path d="${line}" stroke="${INK}" stroke-width="${number(size / 4)}" stroke-linecap="round"/>` +
    `<path d="${line}" stroke="#fff" stroke-width="${number(size / 9)}" stroke-linecap="round"/>`
  );
}

const drawDisc = ({ x, y, radius }: Disc, content: string, size: number, color: string): string =>
  `<circle cx="${number(x)}" cy="${number(y)}" r="${number(radius)}" fill="#fff" stroke="${INK}" stroke-width="${number(size / 6)}"/>` +
  `<circle cx="${number(x)}" cy="${number(y)}" r="${number(radius - size / 8)}" fill="none" stroke="${color}" stroke-width="${number(size / 8)}"/>` +
  text(x, y + size * 0.36, content, size, 'bold', INK, 'middle');
