import sharp from 'sharp';
import type { Cover } from './cover.ts';
import type { Pixels } from './pixels.ts';
import { parseColor } from './target-look.ts';

/** A picture for a screen, transparent where nothing was measured. @returns WebP */
export const encodeGround = ({ width, height, rgba }: Pixels): Promise<Uint8Array> =>
  sharp(rgba, { raw: { width, height, channels: 4 } })
    .webp({ quality: 85, effort: 1 })
    .toBuffer();

/** A covered area in one colour, and nothing else; a pixel belongs to it as far as it is covered. @returns PNG */
export function encodeMask({ width, height, share }: Cover, color: string): Promise<Uint8Array> {
  const [red, green, blue] = parseColor(color);
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < share.length; i++) {
    if (share[i]! > 0) rgba.set([red, green, blue, Math.round(share[i]! * 255)], i * 4);
  }
  return sharp(rgba, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 6 })
    .toBuffer();
}
