import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';

/** In a checkout: names and shapes of the full-size published model. */
const DEFAULT_DIMS = fileURLToPath(new URL('../../../test/fixtures/parity/dims-full.json', import.meta.url));

/** Adds `spex-chat random-checkpoint`. */
export function register(program: Command): void {
  program
    .command('random-checkpoint')
    .description(
      'write a full-size checkpoint with random weights (3.6 GB), to try conversion and speed without the real one',
    )
    .requiredOption('--out <dir>', 'folder to write to')
    .option('--dims <file>', 'names and shapes of the tensors', DEFAULT_DIMS)
    .action(async ({ out, dims }: { out: string; dims: string }) => {
      const { writeRandomCheckpoint } = await import('../../convert/random-checkpoint.ts');
      await writeRandomCheckpoint({ out, dims, onProgress: (line) => process.stderr.write(`${line}\n`) });
    });
}
