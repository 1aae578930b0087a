import type { Answering } from '../analysis/segment.ts';
import { type MaskLogits, resizeLogits } from '../spex/resize-logits.ts';
import type { ChipFeatures, SpexModel } from '../spex/spex-model.ts';
import type { Chip } from '../spex/vision-encoder.ts';
import type { RememberingModel } from './remembered-answers.ts';

/** Further looks at a chip whose logits are averaged with its own: turned and mirrored, or at half its size. */
export type Looks = 'turned' | 'half';

/** Another view of a chip, and its mask brought back onto the chip. */
interface View {
  readonly name: string;
  see(chip: Chip): Chip;
  back(logits: MaskLogits, size: number): MaskLogits;
}

/**
 * The model with further looks. All masks are prompted by the one answer about the chip as it is: what it says of places is
 * of no use to a turned mask, but it is what the pack's masks are prompted with.
 */
export function withLooks(
  model: RememberingModel,
  spex: Pick<SpexModel, 'encode' | 'maskFrom'>,
  looks: Looks,
): Answering {
  const views = VIEWS[looks];
  return {
    pack: model.pack,
    async encode(chip, key): Promise<Looked> {
      const features = (await model.encode(chip, key)) as ChipFeatures;
      const others: ChipFeatures[] = [];
      for (const view of views) others.push(await spex.encode(view.see(chip), `${key} ${view.name}`));
      return { size: chip.size, features, others };
    },
    async answer({ size, features, others }: Looked, prompt, options) {
      const answer = await model.answer(features, prompt, options);
      const masks = [answer.maskLogits];
      for (const [i, other] of others.entries()) {
        const { maskLogits } = await spex.maskFrom(other, answer.hidden);
        masks.push(resizeLogits(views[i]!.back(maskLogits, size), answer.maskLogits.width, answer.maskLogits.height));
      }
      return { ...answer, maskLogits: meanOf(masks) };
    },
    explain: ({ features }: Looked, prompt, options) => model.explain(features, prompt, options),
  };
}

interface Looked {
  readonly size: number;
  readonly features: ChipFeatures;
  readonly others: readonly ChipFeatures[];
}

/** Where a pixel of a turned square comes from, by the square's side. Each is its own inverse, or the other one's. */
type Turn = (x: number, y: number, last: number) => readonly [x: number, y: number];

const QUARTER: Turn = (x, y, last) => [y, last - x];
const QUARTER_BACK: Turn = (x, y, last) => [last - y, x];
const HALF: Turn = (x, y, last) => [last - x, last - y];
const MIRROR: Turn = (x, y, last) => [last - x, y];

const turnedView = (name: string, turn: Turn, back: Turn): View => ({
  name,
  see: (chip) => ({ ...chip, pixels: turned(chip.pixels, chip.size, turn) }),
  back: ({ width, height, values }) => ({ width, height, values: turned(values, width, back) }),
});

const VIEWS: Readonly<Record<Looks, readonly View[]>> = {
  turned: [
    turnedView('mirrored', MIRROR, MIRROR),
    turnedView('a quarter', QUARTER, QUARTER_BACK),
    turnedView('a half', HALF, HALF),
  ],
  half: [
    { name: 'half', see: halved, back: ({ width, height, values }, size) => unpadded(width, height, values, size) },
  ],
};

/** Every plane of squares turned. */
function turned(planes: Float32Array, side: number, turn: Turn): Float32Array {
  const out = new Float32Array(planes.length);
  for (let plane = 0; plane < planes.length; plane += side * side) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const [fromX, fromY] = turn(x, y, side - 1);
        out[plane + y * side + x] = planes[plane + fromY * side + fromX]!;
      }
    }
  }
  return out;
}

/** Means of 2 × 2 pixels, padded to a side that the model takes. A mean with a missing pixel (0) is darker: a border only. */
function halved({ size, pixels, bandPresent }: Chip): Chip {
  const [half, side] = [size / 2, Math.ceil(size / 64) * 32];
  const out = new Float32Array(bandPresent.length * side * side);
  for (let band = 0; band < bandPresent.length; band++) {
    for (let y = 0; y < half; y++) {
      for (let x = 0; x < half; x++) {
        const at = band * size * size + 2 * y * size + 2 * x;
        const sum = pixels[at]! + pixels[at + 1]! + pixels[at + size]! + pixels[at + size + 1]!;
        out[band * side * side + y * side + x] = sum / 4;
      }
    }
  }
  return { size: side, pixels: out, bandPresent };
}

/** The part of a halved chip's mask that is the chip, when the mask is as large as the padded square or a part of it. */
function unpadded(width: number, height: number, values: Float32Array, size: number): MaskLogits {
  const side = Math.ceil(size / 64) * 32;
  const full = resizeLogits({ width, height, values }, side, side);
  const half = size / 2;
  const inside = new Float32Array(half * half);
  for (let y = 0; y < half; y++) inside.set(full.values.subarray(y * side, y * side + half), y * half);
  return { width: half, height: half, values: inside };
}

function meanOf(masks: readonly MaskLogits[]): MaskLogits {
  const [first] = masks;
  const sum = new Float32Array(first!.values.length);
  for (const { values } of masks) for (let i = 0; i < sum.length; i++) sum[i]! += values[i]! / masks.length;
  return { ...first!, values: sum };
}
