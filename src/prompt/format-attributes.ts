import type { RegionAttribute } from '../domain/attribute.ts';

/**
 * The region list of a SPIE prompt: Python's `repr` of a list of dicts, character by character as in the published
 * prompts. `[]` for an empty list.
 */
export function formatAttributes(attributes: readonly RegionAttribute[]): string {
  const items = attributes.map(
    ({ size, centroid, location, box }) =>
      `{'Size of area': '${size}', 'Centroid': ${point(centroid)}, 'Location': '${location}', ` +
      `'Bounding box': [${box.map(point).join(', ')}]}`,
  );
  return `[${items.join(', ')}]`;
}

/** A share, 0–1, as the coordinates of a list are written. */
export const formatShare = (share: number): string => float(Number(share.toFixed(3)));

const point = (xy: readonly [number, number]): string => `[${xy.map(float).join(', ')}]`;

/** Python's repr of a float of at most three decimals: `0.48`, and `1.0` for a whole number. */
const float = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));
