import type { Pixels } from './pixels.ts';

/** Grey values of black and of white ground under a tint: light and narrow, so that the targets' colours speak. */
export const MUTED = { dark: 150, light: 235 } as const;

/** A picture as a quiet ground for colours: grey, light, low in contrast. Always a copy. */
export function muted({ width, height, rgba }: Pixels): Pixels {
  const out = new Uint8Array(rgba.length);
  for (let at = 0; at < rgba.length; at += 4) {
    // Rec. 709 luma.
    const luma = 0.2126 * rgba[at]! + 0.7152 * rgba[at + 1]! + 0.0722 * rgba[at + 2]!;
    out.fill(MUTED.dark + (luma / 255) * (MUTED.light - MUTED.dark), at, at + 3);
    out[at + 3] = rgba[at + 3]!;
  }
  return { width, height, rgba: out };
}
