import { readFile } from 'node:fs/promises';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';

/** The checkpoint's own tokenizer. */
export class Tokenizer {
  readonly #tokenizer: HuggingFaceTokenizer;
  /** Texts with an id of their own that must never come from a person: turn markers and the like. */
  readonly #special: readonly string[];

  /** @param json  the content of a `tokenizer.json` */
  constructor(json: object) {
    // Its second argument, tokenizer_config.json, only concerns models that add tokens by themselves.
    this.#tokenizer = new HuggingFaceTokenizer(json, {});
    this.#special = [...this.#tokenizer.get_added_tokens_decoder().values()]
      .filter(({ special }) => special)
      .map(({ content }) => content)
      .toSorted((a, b) => b.length - a.length);
  }

  static async load(path: string): Promise<Tokenizer> {
    return new Tokenizer(JSON.parse(await readFile(path, 'utf8')));
  }

  /** Ids of `text`; nothing is added before or behind. Special tokens in it are recognised. */
  encode(text: string): number[] {
    return this.#tokenizer.encode(text, { add_special_tokens: false }).ids;
  }

  /** Text of `ids` without special tokens. Bytes that are no UTF-8 become U+FFFD. */
  decode(ids: readonly number[]): string {
    if (ids.length === 0) return '';
    return this.#tokenizer.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false });
  }

  /** `text` with everything taken out that would become a special token, also what forms only then. */
  withoutSpecial(text: string): string {
    let clean = text;
    for (let before = ''; before !== clean; ) {
      before = clean;
      for (const special of this.#special) clean = clean.replaceAll(special, '');
    }
    return clean;
  }
}
