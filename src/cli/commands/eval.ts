import { type Command, InvalidArgumentError } from 'commander';

export interface EvalOptions {
  readonly model?: string;
  readonly out?: string;
  readonly card?: string;
  readonly split?: string;
  readonly scenes?: string;
  readonly variants?: boolean;
  readonly wordings: number;
  readonly processes: number;
  readonly json?: boolean;
}

/** Adds `spex-chat eval DATASET.json…`. */
export function register(program: Command): void {
  program
    .command('eval')
    .description('IoU, F1, precision and recall on labelled scenes, beside index thresholds on the same pixels')
    .argument('<dataset...>', 'dataset.json, one or several')
    .option('--model <pack>', 'folder of the model pack')
    .option('--out <folder>', 'keep the predicted masks: <id, "/" as "__">.<target>.tif')
    .option('--card <folder>', 'write EVALUATION.md and gallery/, pictures of the worst scenes, into this folder')
    .option('--split <name>', 'only scenes of this split (train, val)')
    .option('--scenes <text>', 'only scenes whose id contains this')
    .option(
      '--variants',
      'also without attributes, without extra bands, with one condensation token, with what belongs to another target or scene, with further looks',
    )
    .option('--wordings <number>', 'ask in so many further wordings', parseCount, 0)
    .option('--processes <number>', 'so many scenes at the same time, each with a model of its own', parsePositive, 1)
    .option('--json', 'print one JSON document')
    .action(async (datasets: string[], options: EvalOptions) => {
      const { runEvaluation } = await import('../run-evaluation.ts');
      await runEvaluation(datasets, options);
    });
}

function parseCount(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 0) throw new InvalidArgumentError('A whole number, 0 or more.');
  return count;
}

function parsePositive(value: string): number {
  const count = parseCount(value);
  if (count === 0) throw new InvalidArgumentError('A whole number, 1 or more.');
  return count;
}
