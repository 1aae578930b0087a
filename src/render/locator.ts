import { type Pixels, toDisplay } from './pixels.ts';

/** Where a map lies: its scene in small, and the piece of it that the map shows, in shares of the scene, 0–1. */
export interface Locator {
  readonly scene: Pixels;
  readonly window: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
}

/** Longer side of the small scene, as a share of the map's. */
const SHARE = 0.18;
const FRAME = 3;

/** Paint the scene in small into the upper right corner of a map, in place, with a box around what the map shows. */
export function paintLocator(map: Pixels, { scene, window }: Locator): void {
  const scale = (SHARE * Math.min(map.width, map.height)) / Math.max(scene.width, scene.height);
  const [width, height] = [Math.max(1, Math.round(scene.width * scale)), Math.max(1, Math.round(scene.height * scale))];
  const small = toDisplay(scene, { width, height, scale: Math.min(scale, 1) });
  const left = map.width - width - 3 * FRAME;
  const top = 3 * FRAME;
  fill(map, left - FRAME, top - FRAME, width + 2 * FRAME, height + 2 * FRAME, [255, 255, 255]);
  for (let row = 0; row < height; row++) {
    const from = row * width * 4;
    map.rgba.set(small.rgba.subarray(from, from + width * 4), ((top + row) * map.width + left) * 4);
  }
  const box = {
    left: left + Math.round(window.left * width),
    top: top + Math.round(window.top * height),
    // A piece too small to be boxed is still marked.
    width: Math.max(5, Math.round(window.width * width)),
    height: Math.max(5, Math.round(window.height * height)),
  };
  outline(
    map,
    { ...box, left: box.left - 1, top: box.top - 1, width: box.width + 2, height: box.height + 2 },
    [0, 0, 0],
  );
  outline(map, box, [255, 0, 0]);
}

type Rgb = readonly [number, number, number];

function outline(map: Pixels, { left, top, width, height }: Locator['window'], color: Rgb): void {
  fill(map, left, top, width, 1, color);
  fill(map, left, top + height - 1, width, 1, color);
  fill(map, left, top, 1, height, color);
  fill(map, left + width - 1, top, 1, height, color);
}

/** A rectangle as far as it lies on the map. */
function fill(map: Pixels, left: number, top: number, width: number, height: number, color: Rgb): void {
  for (let row = Math.max(0, top); row < Math.min(map.height, top + height); row++) {
    for (let col = Math.max(0, left); col < Math.min(map.width, left + width); col++) {
      map.rgba.set([...color, 255], (row * map.width + col) * 4);
    }
  }
}
