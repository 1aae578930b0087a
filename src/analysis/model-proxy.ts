import type { Pack } from '../spex/pack.ts';
import type { Chip } from '../spex/vision-encoder.ts';
import { type ChipAnswer, type ModelAsk, UNKNOWN_CHIP } from './model-process.ts';
import type { Answering } from './segment.ts';

/** Asks the parent, which asks the model. */
export type AskModel = (ask: ModelAsk, onText?: (text: string) => void) => Promise<unknown>;

/** A chip that can be asked about; its pixels are kept, because the model may have let its features go. */
interface ProxyFeatures {
  readonly key: string;
  readonly chip: Chip;
}

/** The model as a scene process sees it. Loads the model. */
export async function modelProxy(ask: AskModel): Promise<Answering> {
  const encode = async ({ key, chip }: ProxyFeatures): Promise<void> => {
    // Megabytes are sent only where the model does not have what it made of them.
    if ((await ask({ what: 'encode', key })) === UNKNOWN_CHIP) await ask({ what: 'encode', key, chip });
  };
  const asked = async (
    what: 'answer' | 'explain',
    features: ProxyFeatures,
    prompt: string,
    onToken?: (text: string) => void,
  ): Promise<unknown> => {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const answer = await ask({ what, key: features.key, prompt }, onToken);
      if (answer !== UNKNOWN_CHIP) return answer;
      await encode(features);
    }
    throw new Error(`the features of a chip were let go ${MOST_ATTEMPTS} times before it could be asked about`);
  };
  return {
    pack: (await ask({ what: 'pack' })) as Pack,
    async encode(chip, key) {
      await encode({ key, chip });
      return { key, chip };
    },
    answer: async (features: ProxyFeatures, prompt, { onToken } = {}) =>
      (await asked('answer', features, prompt, onToken)) as ChipAnswer,
    explain: async (features: ProxyFeatures, prompt, { onToken } = {}) =>
      (await asked('explain', features, prompt, onToken)) as string,
  };
}

/** With many conversations and large features, others' chips may take the place between two requests. */
const MOST_ATTEMPTS = 10;
