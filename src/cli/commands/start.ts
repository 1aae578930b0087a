import type { Command } from 'commander';

export function register(program: Command): void {
  program
    .command('start')
    .description('the bot: every platform whose tokens are set in .env; with none, a chat page on this machine')
    .option('--no-open', 'leave the browser closed')
    .action(async ({ open }: { open: boolean }) => {
      const { start } = await import('../start.ts');
      await start({ open });
    });
}
