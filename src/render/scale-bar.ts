export interface ScaleBar {
  /** Length on the ground, metres: 1, 2 or 5 times a power of ten. */
  readonly metres: number;
  /** Length on the map in display pixels. */
  readonly pixels: number;
  /** `500 m`, `2 km`, `20 cm`. */
  readonly label: string;
}

/**
 * The longest round scale bar that is not wider than `maxPixels`.
 * @param metresPerPixel  ground length of one display pixel along the bar, metres, > 0
 */
export function scaleBarOf(metresPerPixel: number, maxPixels: number): ScaleBar {
  const limit = metresPerPixel * maxPixels;
  const power = 10 ** Math.floor(Math.log10(limit));
  // 1.999… instead of 2 must not lose a step to rounding.
  const digit = [5, 2, 1].find((candidate) => candidate * power <= limit * (1 + 1e-9)) ?? 1;
  const metres = digit * power;
  return { metres, pixels: metres / metresPerPixel, label: lengthLabel(metres) };
}

function lengthLabel(metres: number): string {
  if (metres >= 1000) return `${round(metres / 1000)} km`;
  if (metres >= 1) return `${round(metres)} m`;
  return `${round(metres * 100)} cm`;
}

const round = (value: number): string => String(Number(value.toPrecision(6)));
