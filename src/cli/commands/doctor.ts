import type { Command } from 'commander';

export function register(program: Command): void {
  program
    .command('doctor')
    .description('check Node, model packs, tokens, database, disk and ports, and say what to do')
    .option('--json', 'one JSON document on stdout')
    .option('--live', 'ask Slack and Discord what the tokens are good for, too')
    .action(async (options: { json?: boolean; live?: boolean }) => {
      const { doctor } = await import('../doctor.ts');
      await doctor(options);
    });
}
