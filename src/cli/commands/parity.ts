import type { Command } from 'commander';
import { table } from '../table.ts';

/** Adds `spex-chat parity KIT`. */
export function register(program: Command): void {
  program
    .command('parity')
    .description('run the golden tensors of a parity kit through converter and runtime')
    .argument('<kit>', 'folder with kit.json')
    .option('--json', 'print one JSON document')
    .action(async (kit: string, options: { json?: boolean }) => {
      const { runParity } = await import('../../convert/parity/parity.ts');
      const rows = await runParity(kit);
      const failed = rows.filter(({ passed }) => !passed);
      if (options.json) {
        process.stdout.write(`${JSON.stringify({ passed: failed.length === 0, rows }, null, 2)}\n`);
      } else {
        const cells = rows.map((row) => [
          row.part,
          row.tensor,
          `${row.compared}`,
          row.largest === 0 ? '0' : row.largest.toExponential(1),
          `${row.tolerance}`,
          row.passed ? 'ok' : 'FAILED',
        ]);
        const header = ['part', 'tensor', 'compared', 'largest difference', 'tolerance', 'result'];
        process.stdout.write(`${table(header, cells)}\n`);
      }
      if (failed.length > 0) {
        const names = failed.map(({ part, tensor }) => `${part} ${tensor}`).join(', ');
        throw new Error(`${failed.length} of ${rows.length} comparisons are outside the kit's tolerances: ${names}.`);
      }
      if (!options.json) process.stdout.write(`All ${rows.length} comparisons hold.\n`);
    });
}
