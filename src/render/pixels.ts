/** A picture in memory: RGBA, 8 bit, straight alpha, row-major. Alpha 0 = nothing was measured there. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Length `4 * width * height`. */
  readonly rgba: Uint8Array;
}

/** Longest side of a map in a picture, in display pixels: what chat platforms show without shrinking again. */
export const MAX_DISPLAY_SIDE = 1600;

/** A small scene is enlarged up to about this long side. */
const COMFORTABLE_SIDE = 1200;

/** How a grid is shown: its size in display pixels, and display pixels per grid pixel (an integer when enlarged). */
export interface Display {
  readonly width: number;
  readonly height: number;
  readonly scale: number;
}

/**
 * Size at which a grid is drawn: large ones shrink to 1600 pixels, small ones grow by an integer factor, so that every
 * pixel stays a square that can be counted.
 */
export function displayOf(width: number, height: number): Display {
  const long = Math.max(width, height);
  const scale = long > MAX_DISPLAY_SIDE ? MAX_DISPLAY_SIDE / long : Math.max(1, Math.floor(COMFORTABLE_SIDE / long));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)), scale };
}

/** The picture at display size: area average when it shrinks, nearest when it grows. */
export function toDisplay(pixels: Pixels, display: Display): Pixels {
  if (display.width === pixels.width && display.height === pixels.height) return pixels;
  return display.scale > 1 ? enlarge(pixels, display) : shrink(pixels, display);
}

/**
 * The source cells that a target cell covers, with their shares of it: `[first, last, weight of first, weight of last]`,
 * weights in source cells, all cells between count fully.
 */
export function overlap(
  target: number,
  targetSize: number,
  sourceSize: number,
): readonly [number, number, number, number] {
  const from = (target * sourceSize) / targetSize;
  const to = ((target + 1) * sourceSize) / targetSize;
  const first = Math.floor(from);
  const last = Math.min(Math.max(Math.ceil(to) - 1, first), sourceSize - 1);
  return first === last ? [first, last, to - from, 0] : [first, last, first + 1 - from, to - last];
}

function enlarge(pixels: Pixels, display: Display): Pixels {
  const { width, height } = display;
  const source = new Uint32Array(pixels.rgba.buffer, pixels.rgba.byteOffset, pixels.width * pixels.height);
  const target = new Uint32Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = Math.floor(row / display.scale) * pixels.width;
    for (let col = 0; col < width; col++) target[row * width + col] = source[from + Math.floor(col / display.scale)]!;
  }
  return { width, height, rgba: new Uint8Array(target.buffer) };
}

function shrink(pixels: Pixels, display: Display): Pixels {
  const { width, height } = display;
  const rgba = new Uint8Array(width * height * 4);
  const columns = Array.from({ length: width }, (_, col) => overlap(col, width, pixels.width));
  for (let row = 0; row < height; row++) {
    const [top, bottom, topShare, bottomShare] = overlap(row, height, pixels.height);
    for (let col = 0; col < width; col++) {
      const [left, right, leftShare, rightShare] = columns[col]!;
      let [red, green, blue, alpha, area] = [0, 0, 0, 0, 0];
      for (let y = top; y <= bottom; y++) {
        const tall = y === top ? topShare : y === bottom ? bottomShare : 1;
        for (let x = left; x <= right; x++) {
          const share = tall * (x === left ? leftShare : x === right ? rightShare : 1);
          const at = (y * pixels.width + x) * 4;
          const weight = share * pixels.rgba[at + 3]!;
          red += weight * pixels.rgba[at]!;
          green += weight * pixels.rgba[at + 1]!;
          blue += weight * pixels.rgba[at + 2]!;
          alpha += weight;
          area += share;
        }
      }
      if (alpha === 0) continue;
      rgba.set([red / alpha, green / alpha, blue / alpha, alpha / area].map(Math.round), (row * width + col) * 4);
    }
  }
  return { width, height, rgba };
}
