import type { Command } from 'commander';

export function register(program: Command): void {
  program
    .command('start')
    .description('the bot: every platform whose tokens are set in .env; with none, a chat page on this machine')
    .action(async () => {
      const { start } = await import('../start.ts');
      await start();
    });
}
