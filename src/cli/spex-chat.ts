import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { UserFacingError } from '../errors.ts';
import { log } from '../log.ts';

/** Adding a command = a file in `commands/` and a row here. Only the file of the command that is run is loaded; all of them for `--help`. */
const COMMANDS: Readonly<Record<string, () => Promise<{ register(program: Command): void }>>> = {
  start: () => import('./commands/start.ts'),
  ask: () => import('./commands/ask.ts'),
  extract: () => import('./commands/extract.ts'),
  eval: () => import('./commands/eval.ts'),
  convert: () => import('./commands/convert.ts'),
  'random-checkpoint': () => import('./commands/random-checkpoint.ts'),
  parity: () => import('./commands/parity.ts'),
  spie: () => import('./commands/spie.ts'),
  doctor: () => import('./commands/doctor.ts'),
  bench: () => import('./commands/bench.ts'),
  slim: () => import('./commands/slim.ts'),
};

/**
 * The binary, without the process around it.
 *
 * @param args  as typed after `spex-chat`
 * @returns exit status: 0 = done, 1 = a named failure (one sentence on stderr), 2 = wrong usage
 */
export async function runCli(args: readonly string[]): Promise<0 | 1 | 2> {
  const program = new Command('spex-chat')
    .description('Ask satellite and aerial scenes questions, in Slack, Discord, the browser or here.')
    .version(version())
    .showHelpAfterError('(spex-chat --help shows what there is)')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  const named = COMMANDS[args[0] ?? ''];
  for (const load of named ? [named] : Object.values(COMMANDS)) (await load()).register(program);
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return exitStatus(error);
  }
}

function exitStatus(error: unknown): 0 | 1 | 2 {
  // Commander has already written its sentence.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  log.debug({ err: error }, 'command failed');
  const sentence =
    error instanceof UserFacingError
      ? error.reply
      : (fileSentence(error) ?? (error instanceof Error ? error.message : String(error)));
  process.stderr.write(`${sentence}\n`);
  return error instanceof UserFacingError && error.code === 'wrong-usage' ? 2 : 1;
}

/** What the system says of a file or folder that a person named, in words. */
function fileSentence(error: unknown): string | null {
  const { code, path } = error as NodeJS.ErrnoException;
  if (!code || !path) return null;
  const words: Readonly<Record<string, string>> = {
    ENOTDIR: `${path} cannot be made: a part of it is a file, not a folder.`,
    EEXIST: `${path} is a file, not a folder.`,
    EISDIR: `${path} is a folder, not a file.`,
    ENOENT: `There is no ${path}.`,
    EACCES: `You may not read or write ${path}.`,
    EPERM: `You may not read or write ${path}.`,
    EROFS: `${path} cannot be written: its disk is read-only.`,
    ENOSPC: `${path} cannot be written: the disk is full.`,
  };
  return words[code] ?? null;
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
