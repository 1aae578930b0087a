import { describe, expect, it } from 'vitest';
import { explain } from '../../src/analysis/explain.ts';
import type { Answering, WholeAnswer } from '../../src/analysis/segment.ts';
import type { RegionAttribute } from '../../src/domain/attribute.ts';
import { findComponents } from '../../src/spectral/find-components.ts';
import { maskOf } from '../raster-of.ts';

const FEATURES = {};
const WHOLE: WholeAnswer = {
  prompt: 'of the index',
  text: 'Water covers most of this scene.',
  attributes: null,
  misheard: false,
  features: FEATURES,
};
const { signal } = new AbortController();

/** Says back what it was asked, a word at a time. */
function echo(explanation: 'with-mask' | 'from-mask', maxAttributes = 10) {
  const asked: { features: object; prompt: string }[] = [];
  const model = {
    pack: { explanation, prompt: { version: 'spie-2', maxAttributes } },
    explain: async (features: object, prompt: string, options: { onToken?: (text: string) => void }) => {
      asked.push({ features, prompt });
      options.onToken?.('Water');
      options.onToken?.('Water lies here.');
      return 'Water lies here.';
    },
  } as unknown as Answering;
  return { model, asked };
}

const maskFrom = (...rows: string[]) => ({ components: findComponents(maskOf(...rows)), share: 0.25 });

describe('explain', () => {
  it('keeps the answer that prompted the mask where a pack gives one for both', async () => {
    const { model, asked } = echo('with-mask');
    expect(await explain(model, 'water', WHOLE, maskFrom('##..'), signal)).toBe(WHOLE);
    expect(asked).toEqual([]);
  });

  it('asks about the same look with the regions of the mask, and hands on what is said with them', async () => {
    const { model, asked } = echo('from-mask');
    const heard: [string, readonly RegionAttribute[]][] = [];
    const mask = maskFrom('....', '....', '...#', '#...');
    const words = await explain(model, 'water', WHOLE, mask, signal, (text, list) => heard.push([text, list]));
    expect(asked).toEqual([{ features: FEATURES, prompt: words.prompt }]);
    expect(words.prompt).toMatch(/water bodies regions.*'Location': 'middle-right'.*'bottom-left'.*\n.*: \[0\.25\]$/);
    expect(words.text).toBe('Water lies here.');
    expect(words.attributes!.map(({ location }) => location)).toEqual(['middle-right', 'bottom-left']);
    expect(heard).toEqual([
      ['Water', words.attributes],
      ['Water lies here.', words.attributes],
    ]);
  });

  it('lists nothing of an empty mask, and no more regions than the pack takes', async () => {
    const { model, asked } = echo('from-mask', 1);
    await explain(model, 'water', WHOLE, maskFrom('....'), signal);
    await explain(model, 'water', WHOLE, maskFrom('#..#'), signal);
    expect(asked[0]!.prompt).toContain('of them:[]\n');
    expect(asked[1]!.prompt.match(/Location/g)).toHaveLength(1);
  });

  it("goes on in the person's own words where those were answered", async () => {
    const { model, asked } = echo('from-mask');
    await explain(model, 'water', { ...WHOLE, question: 'any lakes?' }, maskFrom('##..'), signal);
    expect(asked[0]!.prompt).toMatch(/^<image>\nany lakes\?\nAttributes: \[\{/);
  });
});
