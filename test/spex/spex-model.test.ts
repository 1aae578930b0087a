import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { largestDifference } from '../../src/convert/parity/difference.ts';
import { Safetensors } from '../../src/convert/safetensors.ts';
import { type ChipFeatures, SpexModel } from '../../src/spex/spex-model.ts';
import { COMPACT_TINY, SPEX_TINY, tinyPack } from '../tiny-pack.ts';

/** An end of sequence that never comes: the recorded runs have none. */
const NEVER = 591;

let model: SpexModel;
let chip: { size: number; pixels: Float32Array; bandPresent: Float32Array };
let prompt: string;
let golden: Safetensors;

beforeAll(async () => {
  golden = await Safetensors.open(join(SPEX_TINY, 'golden-64.safetensors'));
  const picture = await golden.readIntegers('image_u8'); // row, column, channel
  const pixels = new Float32Array(3 * 64 * 64).map((_, i) => picture[(i % 4096) * 3 + Math.floor(i / 4096)]! / 255);
  chip = { size: 64, pixels, bandPresent: Float32Array.of(1, 1, 1) };
  prompt = JSON.parse(await readFile(join(SPEX_TINY, 'golden.json'), 'utf8')).prompt;
  model = await modelWith({ eos: [NEVER] });
});

describe('an answer', () => {
  it('is that of the published code, from display values to the mask', async () => {
    const features = await model.encode(chip, 'golden');
    const texts: string[] = [];
    const answer = await model.answer(features, prompt, { maxNewTokens: 24, onToken: (text) => texts.push(text) });
    expect(answer.ids).toEqual(await golden.readIntegers('generated_ids'));
    expect(answer.promptTokens).toBe(160);
    expect(answer.empty).toBe(false);
    expect(largestDifference(await golden.read('mask_prompt_hidden'), answer.hidden)).toBeLessThan(5e-4);
    expect(largestDifference(await golden.read('lowres_logits'), answer.maskLogits.values)).toBeLessThan(5e-4);
    expect(answer.foretoldIou).toBeNull(); // published, the head is thrown away
    // The text comes in growing pieces, and a half character (a lone byte) is never the end of one.
    expect(texts.every((text, i) => i === 0 || text.length > texts[i - 1]!.length)).toBe(true);
    expect(texts.some((text) => text.endsWith('\uFFFD'))).toBe(false);
    expect(answer.text.startsWith('ribut')).toBe(true);
    expect(answer.text.startsWith(texts.at(-1)!)).toBe(true);
  });

  it('is the same when the image prefix comes from the cache, also after another chip', async () => {
    const features = await model.encode(chip, 'reuse');
    const first = await model.answer(features, prompt, { maxNewTokens: 12 });
    expect(first.seconds.prefix).toBeGreaterThan(0);
    const other = await model.encode({ ...chip, pixels: chip.pixels.map((v) => 1 - v) }, 'inverse');
    const elsewhere = await model.answer(other, prompt, { maxNewTokens: 12 });
    expect(elsewhere.ids).not.toEqual(first.ids);
    const again = await model.answer(features, prompt, { maxNewTokens: 12 });
    expect(again.seconds.prefix).toBe(0);
    expect(again.ids).toEqual(first.ids);
    expect(largestDifference(first.maskLogits.values, again.maskLogits.values)).toBeLessThan(1e-5);
  });

  it('sees text before the image, though a prefix without it is cached', async () => {
    const features = await model.encode(chip, 'before');
    const plain = await model.answer(features, '<image>\nWater?', { maxNewTokens: 6 });
    const before = await model.answer(features, 'Look: <image>\nWater?', { maxNewTokens: 6 });
    expect(before.seconds.prefix).toBeGreaterThan(0);
    expect(before.promptTokens).toBeGreaterThan(plain.promptTokens);
    const back = await model.answer(features, '<image>\nWater?', { maxNewTokens: 6 });
    expect(back.ids).toEqual(plain.ids);
  });

  it('of a model that ends at once still has a mask, and says so', async () => {
    const [first] = await golden.readIntegers('generated_ids');
    const ending = await modelWith({ eos: [first!] });
    const features = await ending.encode(chip, 'ending');
    const answer = await ending.answer(features, prompt);
    expect([answer.ids, answer.empty]).toEqual([[first], true]);
    // The stand-in is the state of the last prompt position.
    const states = await golden.read('prefill_last_hidden');
    expect(largestDifference(states.slice(-64), answer.hidden)).toBeLessThan(2e-3);
    expect(answer.maskLogits.values).toHaveLength(16 * 16);
    expect(answer.maskLogits.values.every(Number.isFinite)).toBe(true);
    await ending.release();
  });

  it('of one new token has a mask from the prompt, of two from one state', async () => {
    const features = await model.encode(chip, 'golden');
    expect((await model.answer(features, prompt, { maxNewTokens: 1 })).empty).toBe(true);
    const two = await model.answer(features, prompt, { maxNewTokens: 2 });
    expect([two.empty, two.hidden.length]).toEqual([false, 64]);
    expect(largestDifference(await golden.read('two.lowres_logits'), two.maskLogits.values)).toBeLessThan(5e-4);
  });

  it('ends where the text would leave the context', async () => {
    const short = await modelWith({ eos: [NEVER], context: 165 }); // the prompt has 160 tokens
    const answer = await short.answer(await short.encode(chip, 'short'), prompt);
    expect(answer.ids).toHaveLength(5);
    await short.release();
  });
});

describe('answers together', () => {
  it('are those given one by one, whatever their lengths', async () => {
    const features = await model.encode(chip, 'golden');
    const inverse = await model.encode({ ...chip, pixels: chip.pixels.map((v) => 1 - v) }, 'inverse');
    const small = await model.encode(
      { size: 32, pixels: new Float32Array(3 * 32 * 32).fill(0.3), bandPresent: chip.bandPresent },
      'small',
    );
    const requests = [
      { features, prompt },
      { features: inverse, prompt: '<image>\nWater?' },
      { features: small, prompt },
    ];
    const options = { maxNewTokens: 15 };
    const together = await model.answerTogether(requests, options);
    for (const [i, { features, prompt }] of requests.entries()) {
      const alone = await model.answer(features, prompt, options);
      expect(together[i]!.ids).toEqual(alone.ids);
      expect(together[i]!.promptTokens).toBe(alone.promptTokens);
      expect(largestDifference(alone.maskLogits.values, together[i]!.maskLogits.values)).toBeLessThan(5e-4);
    }
  });

  it('end each for itself', async () => {
    const ids = await golden.readIntegers('generated_ids');
    const ending = await modelWith({ eos: [ids[3]!] });
    const features = await ending.encode(chip, 'ending');
    const other = '<image>\nWater?';
    const texts: string[] = [];
    const requests = [
      { features, prompt, onToken: (text: string) => texts.push(text) },
      { features, prompt: other },
    ];
    const [first, second] = await ending.answerTogether(requests, { maxNewTokens: 12 });
    expect(first!.ids).toEqual(ids.slice(0, ids.indexOf(ids[3]!) + 1));
    expect(second!.ids).toEqual((await ending.answer(features, other, { maxNewTokens: 12 })).ids);
    expect(second!.ids.length).toBeGreaterThan(first!.ids.length);
    expect(texts.length).toBeLessThanOrEqual(first!.ids.length);
    await ending.release();
  });

  it('are as many as memory allows', () => {
    expect(model.answersTogether).toBe(8); // tiny keys and values: the upper limit
  });
});

describe('masks of other states', () => {
  it('swap with the states', async () => {
    const features = await model.encode(chip, 'golden');
    const water = await model.answer(features, prompt, { maxNewTokens: 8 });
    const other = await model.answer(features, '<image>\nBuildings?', { maxNewTokens: 8 });
    const swapped = await model.maskFrom(features, other.hidden);
    expect(largestDifference(other.maskLogits.values, swapped.maskLogits.values)).toBe(0);
    expect(largestDifference(water.maskLogits.values, swapped.maskLogits.values)).toBeGreaterThan(0.01);
  });

  it('with a single condensation token come from the mean of all states', async () => {
    const features = await model.encode(chip, 'golden');
    const { hidden, maskLogits } = await model.answer(features, prompt, { maxNewTokens: 9 });
    const mean = Float32Array.from({ length: 64 }, (_, i) => {
      let sum = 0;
      for (let row = 0; row < 8; row++) sum += hidden[row * 64 + i]!;
      return sum / 8;
    });
    const { maskLogits: single } = await model.maskFrom(features, hidden, { singleCondensationToken: true });
    expect(largestDifference((await model.maskFrom(features, mean)).maskLogits.values, single.values)).toBeLessThan(
      1e-4,
    );
    expect(largestDifference(maskLogits.values, single.values)).toBeGreaterThan(0.01);
  });
});

describe('cancelling', () => {
  it('in the middle of an answer gives the reason, and the next answer is right', async () => {
    const features = await model.encode(chip, 'golden');
    const cancelled = new AbortController();
    let tokens = 0;
    const answer = model.answer(features, prompt, {
      signal: cancelled.signal,
      maxNewTokens: 24,
      onToken: () => {
        if (++tokens === 3) cancelled.abort(new Error('not any more'));
      },
    });
    await expect(answer).rejects.toThrow('not any more');
    expect(tokens).toBe(3);
    const next = await model.answer(features, prompt, { maxNewTokens: 24 });
    expect(next.ids).toEqual(await golden.readIntegers('generated_ids'));
  });

  it('works from the event loop while the model decodes', async () => {
    const features = await model.encode(chip, 'golden');
    const cancelled = new AbortController();
    setTimeout(() => cancelled.abort(new Error('from outside')), 1);
    const answer = model.answer(features, prompt, { signal: cancelled.signal, maxNewTokens: 250 });
    await expect(answer).rejects.toThrow('from outside');
  });

  it('before the start does nothing', async () => {
    const features = await model.encode(chip, 'golden');
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(model.answer(features, prompt, { signal })).rejects.toThrow('too late');
  });
});

describe('refusing', () => {
  let features: ChipFeatures;

  beforeAll(async () => {
    features = await model.encode(chip, 'golden');
  });

  it('a prompt longer than the context, with both numbers', async () => {
    const answer = model.answer(features, `<image>\n${'7'.repeat(9000)}`);
    await expect(answer).rejects.toMatchObject({ code: 'wrong-usage' });
    await expect(answer).rejects.toThrow(/90\d\d tokens with the image, and its context holds 8192/);
  });

  it.each([
    ['no image', 'Water?', '0 times'],
    ['two images', '<image> and <image>', '2 times'],
  ])('a prompt with %s', async (_, text, reason) => {
    await expect(model.answer(features, text)).rejects.toThrow(reason);
  });

  it.each([
    ['a side that is no multiple of 32', { size: 48 }],
    ['a side beyond the pack', { size: 544 }],
    ['too few values', { pixels: new Float32Array(3 * 64 * 63) }],
    ['a pixel that is no number', { pixels: new Float32Array(3 * 64 * 64).fill(Number.NaN, 5, 6) }],
    ['flags of other bands', { bandPresent: new Float32Array(6) }],
  ])('a chip with %s', async (_, change) => {
    await expect(model.encode({ ...chip, ...change }, 'bad')).rejects.toThrow(RangeError);
  });
});

describe('features', () => {
  it('are kept by key', async () => {
    const first = await model.encode(chip, 'kept');
    expect(await model.encode(chip, 'kept')).toBe(first);
    expect(await model.encode(chip, 'another')).not.toBe(first);
  });
});

it('takes raw bands and their presence where the pack has a spectral front end', async () => {
  const compact = await SpexModel.load(await tinyPack(COMPACT_TINY), { threads: 1 });
  const tensors = await Safetensors.open(join(COMPACT_TINY, 'golden.safetensors'));
  const bandPresent = await tensors.read('band_present');
  const features = await compact.encode({ size: 64, pixels: await tensors.read('pixels'), bandPresent }, 'golden');
  const projected = features.imageTokens.data as Float32Array;
  expect(largestDifference(await tensors.read('projected'), projected)).toBeLessThan(5e-5);
  const { maskLogits } = await compact.answer(features, '<image>\nWater?', { maxNewTokens: 4 });
  expect([maskLogits.width, maskLogits.height]).toEqual([64, 64]);
  await compact.release();
});

async function modelWith(change: { eos: number[]; context?: number }): Promise<SpexModel> {
  const folder = await tinyPack(SPEX_TINY, 'fp32', change);
  return SpexModel.load(folder, { threads: 1 });
}
