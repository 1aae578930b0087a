/** Mask logits: row-major, length `width * height`, any real number. */
export interface MaskLogits {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/**
 * Mask logits on another grid: bilinear with half-pixel centres (PyTorch `align_corners=False`, no antialiasing).
 *
 * SPEX's own code thresholds first and resizes the 0/1 mask; we resize first, because that keeps sub-pixel edges.
 *
 * @throws {RangeError} when `logits.values` does not hold width * height numbers
 */
export function resizeLogits(logits: MaskLogits, width: number, height: number): MaskLogits {
  const { width: w, height: h, values } = logits;
  if (values.length !== w * h) throw new RangeError(`${values.length} logits for ${w}x${h}`);
  if (w === width && h === height) return logits;
  const columns = Array.from({ length: width }, (_, col) => neighbours(col, width, w));
  const resized = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const [y0, y1, fy] = neighbours(row, height, h);
    for (let col = 0; col < width; col++) {
      const [x0, x1, fx] = columns[col]!;
      const top = mix(values[y0 * w + x0]!, values[y0 * w + x1]!, fx);
      const bottom = mix(values[y1 * w + x0]!, values[y1 * w + x1]!, fx);
      resized[row * width + col] = mix(top, bottom, fy);
    }
  }
  return { width, height, values: resized };
}

const mix = (a: number, b: number, t: number): number => a + (b - a) * t;

/** The two source cells around target cell `i`, and how far from the first (0 to 1). */
function neighbours(i: number, targetSize: number, sourceSize: number): [number, number, number] {
  const centre = ((i + 0.5) * sourceSize) / targetSize - 0.5;
  const at = Math.min(Math.max(centre, 0), sourceSize - 1);
  const first = Math.floor(at);
  return [first, Math.min(first + 1, sourceSize - 1), at - first];
}
