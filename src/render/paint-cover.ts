import type { Cover } from './cover.ts';
import { generalized } from './patches.ts';
import type { Pixels } from './pixels.ts';
import { type Look, type Pattern, parseColor } from './target-look.ts';

export interface Paint extends Look {
  readonly mode: 'tint' | 'outline';
  /** Of the tint, 0–1. */
  readonly opacity: number;
  /** Width of the coloured line of the edge in display pixels; absent = by the size of the map. */
  readonly line?: number;
}

/** Smaller patches and holes are too small to be outlined, display pixels. */
const LEAST_OUTLINED = 150;

/**
 * Paint a marked area over a map, in place: a textured tint, and an edge of three lines (dark outside, the colour, light
 * inside) of which at least one stands out on any ground.
 *
 * @param map    at display size
 * @param cover  as large as the map or smaller by an integer factor
 * @returns      how many pixels of the cover a patch or hole must have to be outlined; 1 where nothing was too small
 */
export function paintCover(map: Pixels, cover: Cover, paint: Paint): number {
  const { width, height } = map;
  const factor = width / cover.width;
  const [red, green, blue] = parseColor(paint.color);
  const marked = markedPixels(cover);
  const least = Math.ceil(LEAST_OUTLINED / factor ** 2);
  const outlined = generalized(marked, cover.width, least);
  const inside = new Uint8Array(width * height);
  const bounded = new Uint8Array(width * height);
  const strength = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = Math.min(Math.floor(row / factor), cover.height - 1) * cover.width;
    for (let col = 0; col < width; col++) {
      const source = from + Math.min(Math.floor(col / factor), cover.width - 1);
      inside[row * width + col] = marked[source]!;
      bounded[row * width + col] = outlined.area[source]!;
      // A pixel that is covered a little is tinted a little, but never so little that nobody sees it.
      strength[row * width + col] = cover.share[source]! > 0 ? Math.max(cover.share[source]!, 0.4) : 0;
    }
  }
  if (paint.mode === 'tint') {
    const step = Math.max(6, Math.round(width / 120));
    for (let i = 0; i < width * height; i++) {
      if (strength[i] === 0) continue;
      blend(map, i, red, green, blue, paint.opacity * strength[i]!);
      if (inside[i] && isTexture(paint.pattern, i % width, Math.floor(i / width), step)) {
        blend(map, i, red, green, blue, Math.min(1, paint.opacity + 0.2));
      }
    }
  }
  paintEdge(map, bounded, [red, green, blue], paint.line ?? edgeLine(map));
  return outlined.isLess ? least : 1;
}

/** Width of the coloured line of an edge, display pixels. */
export const edgeLine = ({ width, height }: Pixels): number => Math.max(1, Math.round(Math.max(width, height) / 640));

/** Cover pixels that belong to the area: at least half covered, or a thin piece of it with no such neighbour. */
function markedPixels(cover: Cover): Uint8Array {
  const { width, height, share } = cover;
  const marked = new Uint8Array(width * height);
  for (let i = 0; i < share.length; i++) marked[i] = share[i]! >= 0.5 ? 1 : 0;
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++) {
      const here = share[row * width + col]!;
      if (here <= 0 || here >= 0.5) continue;
      let isThin = true;
      for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1) && isThin; y++) {
        for (let x = Math.max(0, col - 1); x <= Math.min(width - 1, col + 1); x++) {
          if (share[y * width + x]! >= 0.5) isThin = false;
        }
      }
      if (isThin) marked[row * width + col] = 1;
    }
  }
  return marked;
}

function paintEdge(map: Pixels, inside: Uint8Array, color: readonly [number, number, number], line: number): void {
  const { width, height } = map;
  const dark = Math.max(1, line - 1); // a thin dark line is enough, and leaves the gaps between small regions open
  const toOutside = distanceTo(inside, 0, width, height, line + 2);
  const toInside = distanceTo(inside, 1, width, height, dark + 1);
  for (let i = 0; i < inside.length; i++) {
    if (!inside[i]) {
      if (toInside[i]! <= dark) blend(map, i, 0, 0, 0, 0.72);
    } else if (toOutside[i]! <= line) {
      blend(map, i, color[0], color[1], color[2], 1);
    } else if (toOutside[i]! <= line + 1) {
      blend(map, i, 255, 255, 255, 0.55);
    }
  }
}

/** City-block distance to the nearest pixel whose value is `value`, up to `limit`. */
function distanceTo(field: Uint8Array, value: 0 | 1, width: number, height: number, limit: number): Uint8Array {
  const distance = new Uint8Array(field.length);
  for (let i = 0; i < field.length; i++) {
    if (field[i] === value) continue;
    const left = i % width > 0 ? distance[i - 1]! : limit;
    const up = i >= width ? distance[i - width]! : limit;
    distance[i] = Math.min(left + 1, up + 1, limit);
  }
  for (let i = width * height - 1; i >= 0; i--) {
    const right = i % width < width - 1 ? distance[i + 1]! : limit;
    const down = i + width < field.length ? distance[i + width]! : limit;
    distance[i] = Math.min(distance[i]!, right + 1, down + 1);
  }
  return distance;
}

/** Whether the texture has ink at a display pixel. `step`: its period in pixels. */
function isTexture(pattern: Pattern, col: number, row: number, step: number): boolean {
  const line = Math.max(1, Math.round(step / 8));
  switch (pattern) {
    case 'plain':
      return false;
    case 'lines':
      return row % step < line;
    case 'hatch':
      return (col + row) % step < line;
    case 'dots': {
      // Every other row of dots is shifted by half a step.
      const shift = Math.floor(row / step) % 2 === 0 ? 0 : step >> 1;
      return row % step <= line && (col + shift) % step <= line;
    }
  }
}

/** Lay a colour over one pixel. Where nothing was measured the map is transparent: there the colour stands alone. */
function blend(map: Pixels, pixel: number, red: number, green: number, blue: number, alpha: number): void {
  const { rgba } = map;
  const at = pixel * 4;
  const under = (rgba[at + 3]! / 255) * (1 - alpha);
  const sum = alpha + under;
  if (sum === 0) return;
  rgba[at] = (red * alpha + rgba[at]! * under) / sum;
  rgba[at + 1] = (green * alpha + rgba[at + 1]! * under) / sum;
  rgba[at + 2] = (blue * alpha + rgba[at + 2]! * under) / sum;
  rgba[at + 3] = sum * 255;
}
