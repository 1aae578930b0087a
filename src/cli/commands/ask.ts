import type { Command } from 'commander';

export interface AskOptions {
  readonly question: readonly string[];
  readonly out?: string;
  readonly json?: boolean;
  readonly model?: string;
}

export function register(program: Command): void {
  program
    .command('ask')
    .description('talk about a scene: the whole conversation, without a chat platform')
    .argument('<scene...>', 'files of one scene or of several; "demo" is the scene that comes with spex-chat')
    .option(
      '-q, --question <text>',
      'what to ask, repeatable; without it, questions are read line by line',
      collect,
      [],
    )
    .option('--out <dir>', 'keep pictures and files here')
    .option('--json', 'one JSON document on stdout')
    .option('--model <pack>', 'folder of the model pack')
    .action(async (scenes: string[], options: AskOptions) => {
      const { ask } = await import('../ask.ts');
      await ask(scenes, options);
    });
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
