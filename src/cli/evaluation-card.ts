import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../eval/dataset.ts';
import { drawFailures } from '../eval/draw-failures.ts';
import type { Evaluation } from '../eval/evaluate.ts';
import type { Extract } from '../eval/spex-extract.ts';
import { headline, reportSections, type Section } from './evaluation-report.ts';

/** Prefix of the pictures, by which an earlier run's are known. */
const PICTURE = 'failure-';

/**
 * The figures for a model card: `EVALUATION.md` in `folder`, and pictures of the worst scenes beside it in `gallery/`.
 * What an earlier run wrote there is replaced.
 *
 * @param command  that makes the same figures again
 */
export async function writeCard(
  folder: string,
  command: string,
  pack: { readonly name: string; readonly version: string },
  dataset: Dataset,
  evaluation: Evaluation,
  extract: Extract,
): Promise<void> {
  const gallery = join(folder, 'gallery');
  await mkdir(gallery, { recursive: true });
  const earlier = (await readdir(gallery)).filter((name) => name.startsWith(PICTURE) && name.endsWith('.png'));
  await Promise.all(earlier.map((name) => rm(join(gallery, name))));
  const pictures: string[] = [];
  for await (const { result, caption, png } of drawFailures(dataset, evaluation.results, extract)) {
    const name = `${PICTURE}${String(pictures.length + 1).padStart(2, '0')}-${result.target}.png`;
    await writeFile(join(gallery, name), png);
    pictures.push(`![${escaped(caption)}](gallery/${name})`);
  }
  const parts = [
    '# Evaluation',
    `${escaped(headline(pack, evaluation))}. Made by`,
    `\`\`\`\n${command}\n\`\`\``,
    ...reportSections(evaluation).map(markdownOf),
    ...(pictures.length > 0 ? [GALLERY, ...pictures] : []),
  ];
  await writeFile(join(folder, 'EVALUATION.md'), `${parts.join('\n\n')}\n`);
}

const GALLERY =
  '## Where it fails\n\n' +
  'Of each target the three scenes with the lowest IoU, at most two of one source, and the largest false alarm on a scene without it. ' +
  'Blue is right, orange marked wrongly, yellow missed, grey not judged.';

function markdownOf({ title, note, header, rows }: Section): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  const body = [line(header), `|${' --- |'.repeat(header.length)}`, ...rows.map(line)].join('\n');
  return [`## ${title}`, ...(note ? [escaped(note)] : []), body].join('\n\n');
}

/** Ids and questions come from files: they must not become markup. */
const escaped = (text: string): string => text.replace(/[\\|`*_[\]<>]/g, '\\$&').replace(/\s+/g, ' ');
