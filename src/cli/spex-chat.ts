import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { UserFacingError } from '../errors.ts';
import { log } from '../log.ts';
import { register as ask } from './commands/ask.ts';
import { register as doctor } from './commands/doctor.ts';
import { register as start } from './commands/start.ts';

/** Adding a command = a file in `commands/` and a line here. Command files import what is heavy when they run. */
const COMMANDS = [start, ask, doctor];

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
  for (const register of COMMANDS) register(program);
  // Subcommands made by `program.command()` before this line have taken over `exitOverride`; those added another way have not.
  for (const command of program.commands) command.exitOverride();
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
    error instanceof UserFacingError ? error.reply : error instanceof Error ? error.message : String(error);
  process.stderr.write(`${sentence}\n`);
  return error instanceof UserFacingError && error.code === 'wrong-usage' ? 2 : 1;
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
