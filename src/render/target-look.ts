import type { LandCover } from '../domain/land-cover.ts';

/** A texture over a tint, so that colour is never the only cue. */
export type Pattern = 'plain' | 'dots' | 'lines' | 'hatch';

/** How a marked area looks, on the map and in the legend. */
export interface Look {
  /** CSS hex colour, `#rrggbb`. */
  readonly color: string;
  readonly pattern: Pattern;
}

/**
 * One look a target. Over a muted ground (`muted.ts`) their tints differ from it and from each other for people with any
 * common kind of colour blindness: a test measures how much.
 */
export const TARGET_LOOKS = {
  vegetation: { color: '#2fd415', pattern: 'dots' },
  water: { color: '#1a35d8', pattern: 'lines' },
  building: { color: '#7a1f0c', pattern: 'plain' },
} as const satisfies Record<LandCover, Look>;

/** Red, green, blue, 0–255. @throws {RangeError} for anything but `#rgb` and `#rrggbb` */
export function parseColor(color: string): readonly [number, number, number] {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(color);
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  if (short)
    return [short[1]!, short[2]!, short[3]!].map((digit) => Number.parseInt(digit + digit, 16)) as [
      number,
      number,
      number,
    ];
  if (long) return [long[1]!, long[2]!, long[3]!].map((part) => Number.parseInt(part, 16)) as [number, number, number];
  throw new RangeError(`not a hex colour: ${color}`);
}
