import type { Answering } from '../analysis/segment.ts';
import type { DecodedMask } from '../spex/mask-decoder.ts';
import type { Answer, ChipFeatures, SpexModel } from '../spex/spex-model.ts';

/** Beside what the bot needs of an answer, the hidden states that prompt its mask. */
export interface RememberingModel extends Answering {
  answer(...asked: Parameters<Answering['answer']>): Promise<Answer>;
}

/**
 * The model with a memory: a prompt that was asked about a chip before gets the text and the hidden states of then, and
 * only its mask is decoded anew. Decoding is greedy, so nothing but the time differs. What ablations share (the answer
 * whose states are swapped in, the answer that is condensed differently, a prompt that has no list anyway) is generated once.
 */
export function rememberedAnswers(
  model: Pick<SpexModel, 'pack' | 'encode' | 'answer' | 'explain' | 'maskFrom'>,
): RememberingModel {
  // Answers go when the model lets the features of their chip go.
  const byChip = new WeakMap<ChipFeatures, Map<string, Omit<Answer, keyof DecodedMask>>>();
  return {
    pack: model.pack,
    encode: (chip, key) => model.encode(chip, key),
    explain: (features: ChipFeatures, prompt, options) => model.explain(features, prompt, options),
    async answer(features: ChipFeatures, prompt, options = {}) {
      const answers = byChip.get(features) ?? new Map<string, Omit<Answer, keyof DecodedMask>>();
      byChip.set(features, answers);
      const known = answers.get(prompt);
      if (known) return { ...known, ...(await model.maskFrom(features, known.hidden, options)) };
      const { maskLogits, foretoldIou, ...answer } = await model.answer(features, prompt, options);
      answers.set(prompt, answer);
      return { ...answer, maskLogits, foretoldIou };
    },
  };
}
