import { describe, expect, it } from 'vitest';
import { rememberedAnswers } from '../../src/eval/remembered-answers.ts';
import { rememberedScene } from '../../src/eval/remembered-scene.ts';
import { DEMO_SCENE } from '../../src/scene/demo/demo-scene.ts';
import { openScene } from '../../src/scene/open-scene.ts';
import { SpexModel } from '../../src/spex/spex-model.ts';
import { COMPACT_TINY, tinyPack } from '../tiny-pack.ts';

describe('rememberedAnswers', () => {
  it('generates a text once for a prompt on a chip, and decodes masks as the model does', async () => {
    const model = await SpexModel.load(await tinyPack(COMPACT_TINY), { threads: 1 });
    try {
      let generated = 0;
      const counted = {
        pack: model.pack,
        encode: model.encode.bind(model),
        maskFrom: model.maskFrom.bind(model),
        explain: model.explain.bind(model),
        answer: (...args: Parameters<SpexModel['answer']>) => {
          generated++;
          return model.answer(...args);
        },
      };
      const remembered = rememberedAnswers(counted);
      const bands = model.pack.input.bands.length;
      const chip = (value: number) => ({
        size: 64,
        pixels: Float32Array.from({ length: bands * 64 * 64 }, (_, i) => value + 0.001 * (i % 97)),
        bandPresent: new Float32Array(bands).fill(1),
      });
      const [one, other] = [await remembered.encode(chip(0.1), 'one'), await remembered.encode(chip(0.4), 'other')];
      const first = await remembered.answer(one, '<image>\nwater?');
      const again = await remembered.answer(one, '<image>\nwater?');
      expect(generated).toBe(1);
      expect(again).toEqual(first);
      // Condensed into one token it is the same text with the mask that the model gives.
      const condensed = await remembered.answer(one, '<image>\nwater?', { singleCondensationToken: true });
      expect(generated).toBe(1);
      expect(condensed.maskLogits).toEqual(
        (await model.answer(await model.encode(chip(0.1), 'one'), '<image>\nwater?', { singleCondensationToken: true }))
          .maskLogits,
      );
      expect(condensed.maskLogits).not.toEqual(first.maskLogits);
      await remembered.answer(one, '<image>\nbuilding?');
      await remembered.answer(other, '<image>\nwater?');
      expect(generated).toBe(3);
    } finally {
      await model.release();
    }
  });
});

describe('rememberedScene', () => {
  it('reads a window of some bands at a size once', async () => {
    const scene = await openScene([DEMO_SCENE], {});
    let reads = 0;
    const remembered = rememberedScene({
      ...scene,
      read: (...args) => {
        reads++;
        return scene.read(...args);
      },
    });
    const window = { col: 8, row: 4, width: 32, height: 16 };
    const first = await remembered.read(['red', 'nir'], window);
    expect(await remembered.read(['red', 'nir'], window, { width: 32, height: 16 })).toBe(first);
    expect(first).toEqual(await scene.read(['red', 'nir'], window));
    expect(reads).toBe(1);
    const [nir, red] = await remembered.read(['nir', 'red'], window);
    expect([red, nir]).toEqual(first);
    await remembered.read(['red', 'nir'], window, { width: 16, height: 8 });
    await remembered.read(['red', 'nir'], { ...window, col: 9 });
    expect(reads).toBe(4);
    await remembered.close();
  });
});
