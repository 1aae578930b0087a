/** How a sample is stored. */
export type SampleType = 'uint8' | 'uint16' | 'float32';

export type SampleArray = Uint8Array | Uint16Array | Float32Array;

const BYTES: Readonly<Record<SampleType, number>> = { uint8: 1, uint16: 2, float32: 4 };

export const sampleBytes = (type: SampleType): number => BYTES[type];

/**
 * Make samples more compressible: horizontal differences for uint16 (predictor 2), byte planes with differences for
 * float32 (predictor 3); uint8 masks deflate better as they are.
 *
 * @param samples  little-endian, whole rows of `width * bands` samples; uint16 is changed in place
 * @see TIFF 6.0, section 14, and Adobe's Photoshop TIFF Technical Note 3
 */
export function predict(samples: Uint8Array, type: SampleType, width: number, bands: number): Uint8Array {
  if (type === 'uint8') return samples;
  const perRow = width * bands;
  if (type === 'uint16') {
    const words = new Uint16Array(samples.buffer, samples.byteOffset, samples.length / 2);
    for (let start = 0; start < words.length; start += perRow) {
      for (let i = start + perRow - 1; i >= start + bands; i--) words[i] = words[i]! - words[i - bands]!;
    }
    return samples;
  }
  const out = new Uint8Array(samples.length);
  const rowBytes = perRow * 4;
  for (let start = 0; start < samples.length; start += rowBytes) {
    for (let i = 0; i < perRow; i++) {
      // The most significant byte comes first: plane 0 holds byte 3 of the little-endian float.
      for (let plane = 0; plane < 4; plane++) out[start + plane * perRow + i] = samples[start + i * 4 + 3 - plane]!;
    }
    for (let i = start + rowBytes - 1; i >= start + bands; i--) out[i] = out[i]! - out[i - bands]!;
  }
  return out;
}
