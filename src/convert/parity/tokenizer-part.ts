import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { Tokenizer } from '../../spex/tokenizer.ts';
import { tokenizerOf } from '../tokenizer-files.ts';
import type { Difference } from './difference.ts';

const partSchema = z.object({ cases: z.string() });
const casesSchema = z.array(z.object({ text: z.string(), ids: z.array(z.number()) }));

/** What the published scripts save, which is all that some checkpoints have; the last two may be missing. */
const SLOW_FILES = ['vocab.json', 'merges.txt', 'added_tokens.json', 'tokenizer_config.json'];

/** Texts and their ids, with the tokenizer.json of the folder and with one made from its slow form. */
export async function tokenizerPart(folder: string, part: unknown, difference: Difference): Promise<void> {
  const { cases } = partSchema.parse(part);
  const checkpoint = join(folder, dirname(cases));
  const tokenizers = [new Tokenizer(await tokenizerOf(checkpoint)), await slowTokenizer(checkpoint)];
  for (const { text, ids } of casesSchema.parse(JSON.parse(await readFile(join(folder, cases), 'utf8')))) {
    for (const tokenizer of tokenizers) difference.add('ids', ids, tokenizer.encode(text));
  }
}

async function slowTokenizer(checkpoint: string): Promise<Tokenizer> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenizer-'));
  try {
    const present = await readdir(checkpoint);
    for (const name of SLOW_FILES.filter((name) => present.includes(name))) {
      await copyFile(join(checkpoint, name), join(folder, name));
    }
    return new Tokenizer(await tokenizerOf(folder));
  } finally {
    await rm(folder, { recursive: true });
  }
}
