import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserFacingError } from '../../errors.ts';
import { compactPart } from './compact-part.ts';
import { deformablePart } from './deformable-part.ts';
import { Difference, type ParityRow, type Tolerance, tolerance } from './difference.ts';
import { languagePart } from './language-part.ts';
import { maskPart } from './mask-part.ts';
import { tokenizerPart } from './tokenizer-part.ts';
import { visionPart } from './vision-part.ts';
import { wholePart } from './whole-part.ts';

/** Checks one part of a kit: `folder` is the kit's, `part` what kit.json says about it, checked by the part itself. */
export type PartCheck = (folder: string, part: unknown, difference: Difference) => Promise<void>;

const PARTS: Readonly<Record<string, PartCheck>> = {
  dcnv3: deformablePart,
  vision: visionPart,
  maskdecoder: maskPart,
  qwen2: languagePart,
  'spex-tiny': wholePart,
  compact: compactPart,
  pretrained: compactPart,
  tokenizer: tokenizerPart,
};

const kitSchema = z.object({
  format: z.literal(1),
  parts: z.record(z.string(), z.looseObject({ compare: z.record(z.string(), tolerance) })),
});

/**
 * Runs a parity kit through converter and runtime.
 *
 * @param folder  of a kit, with `kit.json`, which names every file, size, tensor and tolerance
 * @returns       one row for each part and tensor, with the largest difference over the part's files; a tensor that we
 *                do not produce is a failed row
 * @throws {UserFacingError} `wrong-usage` when the folder is no kit
 */
export async function runParity(folder: string, onPart?: (name: string) => void): Promise<ParityRow[]> {
  const text = await readFile(join(folder, 'kit.json'), 'utf8').catch((cause) => {
    throw new UserFacingError('wrong-usage', 'This folder is no parity kit: it has no kit.json.', { cause });
  });
  const kit = kitSchema.safeParse(JSON.parse(text));
  if (!kit.success) {
    throw new UserFacingError('wrong-usage', `This kit.json does not fit: ${z.prettifyError(kit.error)}`);
  }
  const rows: ParityRow[] = [];
  for (const [name, part] of Object.entries(kit.data.parts)) {
    onPart?.(name);
    const difference = new Difference(part.compare as Readonly<Record<string, Tolerance>>);
    const check = PARTS[name];
    if (check) await check(folder, part, difference);
    rows.push(...difference.rows(name));
  }
  return rows;
}
