import type { Command } from 'commander';

export function register(program: Command): void {
  program
    .command('slim')
    .description('delete from node_modules what other systems would run (npm ci brings it back)')
    .action(async () => {
      const { installedStocks, slim } = await import('../slim.ts');
      process.stdout.write(`${Math.round(slim(installedStocks()) / 2 ** 20)} MiB freed.\n`);
    });
}
