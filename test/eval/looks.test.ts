import { describe, expect, it } from 'vitest';
import { withLooks } from '../../src/eval/looks.ts';
import type { RememberingModel } from '../../src/eval/remembered-answers.ts';
import type { ChipFeatures, SpexModel } from '../../src/spex/spex-model.ts';
import type { Chip } from '../../src/spex/vision-encoder.ts';

/** A model whose mask is the first band, plus what depends on the place in the square that it was shown, not on the ground. */
const biasAt = (x: number, y: number, size: number) => (10 * x + y) / size;
const seen: Chip[] = [];
const maskOf = ({ size, pixels }: Chip) => ({
  width: size,
  height: size,
  values: Float32Array.from(
    { length: size * size },
    (_, i) => pixels[i]! + biasAt(i % size, Math.floor(i / size), size),
  ),
});
const encode = async (chip: Chip) => {
  seen.push(chip);
  return { chip } as unknown as ChipFeatures;
};
const spex = {
  encode,
  maskFrom: async (features: unknown, hidden: Float32Array) => {
    expect([...hidden]).toEqual([7]);
    return { maskLogits: maskOf((features as { chip: Chip }).chip), foretoldIou: null };
  },
} as unknown as SpexModel;
const model = {
  pack: {},
  encode,
  answer: async (features: unknown) => ({
    text: 'Water.',
    hidden: Float32Array.of(7),
    maskLogits: maskOf((features as { chip: Chip }).chip),
    foretoldIou: null,
  }),
} as unknown as RememberingModel;

const SIZE = 96;
const ground = (x: number, y: number) => Math.floor(x / 8) - 2 * Math.floor(y / 8);
const chip: Chip = {
  size: SIZE,
  pixels: Float32Array.from({ length: 2 * SIZE * SIZE }, (_, i) =>
    i < SIZE * SIZE ? ground(i % SIZE, Math.floor(i / SIZE)) : 1,
  ),
  bandPresent: Float32Array.of(1, 1),
};
const logitsWith = async (looks: 'turned' | 'half') => {
  const looking = withLooks(model, spex, looks);
  return (await looking.answer(await looking.encode(chip, 'chip'), '')).maskLogits;
};

describe('withLooks', () => {
  it('averages what is seen turned and mirrored, each brought back to its place', async () => {
    const { values } = await logitsWith('turned');
    const last = SIZE - 1;
    for (const [x, y] of [
      [0, 0],
      [5, 90],
      [60, 17],
    ] as const) {
      // What a pixel is shown at: as it is, mirrored, turned by a quarter and by a half.
      const places = [
        [x, y],
        [last - x, y],
        [last - y, x],
        [last - x, last - y],
      ] as const;
      const bias = places.reduce((sum, [px, py]) => sum + biasAt(px, py, SIZE) / 4, 0);
      expect(values[y * SIZE + x]).toBeCloseTo(ground(x, y) + bias, 4);
    }
  });

  it('averages what is seen at half the size, padded where it must be', async () => {
    seen.length = 0;
    const { width, values } = await logitsWith('half');
    expect([width, seen.map(({ size }) => size)]).toEqual([SIZE, [96, 64]]);
    const half = seen[1]!.pixels;
    expect([half[10 * 64 + 20], half[10 * 64 + 50], half[64 * 64 + 10 * 64 + 20]]).toEqual([ground(40, 20), 0, 1]);
    // In the middle of a block of 8 pixels the ground is the same at both sizes.
    const [x, y] = [44, 20];
    const bias = (biasAt(x, y, SIZE) + biasAt(x / 2 - 0.25, y / 2 - 0.25, 64)) / 2;
    expect(values[y * SIZE + x]).toBeCloseTo(ground(x, y) + bias, 4);
  });
});
