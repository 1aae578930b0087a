import sharp from 'sharp';

/**
 * A picture of ours as a smaller file, for platforms that limit uploads: WebP, then fewer pixels.
 *
 * @returns null when not even a quarter of its width fits
 */
export async function shrinkPicture(
  path: string,
  limitBytes: number,
): Promise<{ bytes: Uint8Array; mediaType: 'image/webp' } | null> {
  const { width } = await sharp(path).metadata();
  for (const scale of [1, 0.7, 0.5, 0.35, 0.25]) {
    const bytes = await sharp(path)
      .resize({ width: Math.max(1, Math.round(width * scale)) })
      .webp({ quality: 85 })
      .toBuffer();
    if (bytes.length <= limitBytes) return { bytes, mediaType: 'image/webp' };
  }
  return null;
}
