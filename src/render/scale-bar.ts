export interface ScaleBar {
  /** Length on the ground, metres: 1, 2 or 5 times a power of ten. */
  readonly metres: number;
  /** Length on the map in display pixels. */
  readonly pixels: number;
  /** `500`, `2`, `20` of `unit`. */
  readonly value: number;
  readonly unit: 'km' | 'm' | 'cm';
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
  return { metres, pixels: metres / metresPerPixel, ...inUnit(metres) };
}

function inUnit(metres: number): Pick<ScaleBar, 'value' | 'unit'> {
  if (metres >= 1000) return { value: round(metres / 1000), unit: 'km' };
  return metres >= 1 ? { value: round(metres), unit: 'm' } : { value: round(metres * 100), unit: 'cm' };
}

const round = (value: number): number => Number(value.toPrecision(6));
