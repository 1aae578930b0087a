import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, parse, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { createTerminalAdapter, toRemoteFile } from '../chat/terminal/adapter.ts';
import { replyText, withoutControls } from '../chat/terminal/reply-text.ts';
import { type Config, loadConfig, readEnvironment, secretsOf } from '../config.ts';
import type { Facts } from '../domain/finding.ts';
import type { Progress, Reply } from '../domain/message.ts';
import type { Artefact } from '../domain/picture.ts';
import type { Plan } from '../domain/plan.ts';
import { hideInLog, setLogLevel } from '../log.ts';
import { assemble, type Parts, partsOf } from '../main.ts';
import { DEMO_SCENE } from '../scene/demo/demo-scene.ts';
import type { AskOptions } from './commands/ask.ts';

/** One question and its answer, as `--json` prints it. */
interface Answer {
  readonly question: string;
  readonly plans: readonly Plan[];
  /** The last of `plans`; null when nothing was carried out. */
  readonly plan: Plan | null;
  readonly text: string;
  readonly facts: readonly Facts[];
  /** Where pictures and files were copied to; empty without `--out`. */
  readonly files: readonly string[];
  readonly elapsedMs: number;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * A conversation through the same pipeline as in a chat, in a data folder that is deleted afterwards.
 *
 * @throws {Error} after everything was asked and printed, when every answer was a failure: the first of them
 */
export async function ask(scenes: readonly string[], options: AskOptions, makeParts = partsOf): Promise<void> {
  const environment = readEnvironment(process.cwd());
  const files = scenes
    .filter((scene) => !isLink(scene))
    .map((scene) => (scene === 'demo' ? DEMO_SCENE.path : resolve(scene)));
  // A misspelt name is told before anything is started.
  await Promise.all(files.map(toRemoteFile));
  const dataDir = mkdtempSync(join(tmpdir(), 'spex-chat-'));
  let interrupted: (() => void) | null = null;
  const clear = (): void => rmSync(dataDir, { recursive: true, force: true });
  try {
    const config: Config = {
      ...loadConfig(environment),
      DATA_DIR: dataDir,
      DATABASE_URL: undefined,
      RATE_LIMIT_PER_HOUR: Number.MAX_SAFE_INTEGER,
      ...(options.model ? { MODEL_PACK: options.model } : {}),
    };
    // What goes wrong is in the answer; the log is for whoever asks for it.
    setLogLevel(environment.LOG_LEVEL ? config.LOG_LEVEL : 'error');
    hideInLog(secretsOf(config));
    const parts = await makeParts(config);
    interrupted = () => {
      void parts.analyst.stop(); // Kills the child, which does not hear us while the model runs.
      clear();
      process.exit(130);
    };
    for (const signal of SIGNALS) process.once(signal, interrupted);
    await converse(files, scenes.filter(isLink), options, config, parts);
  } finally {
    for (const signal of SIGNALS) if (interrupted) process.off(signal, interrupted);
    clear();
  }
}

async function converse(
  files: readonly string[],
  links: readonly string[],
  options: AskOptions,
  config: Config,
  parts: Omit<Parts, 'adapters'>,
): Promise<void> {
  const keep = keeperOf(options.out);
  const watch = process.stderr.isTTY && !options.json;
  const terminal = createTerminalAdapter(watch ? showProgress : undefined);
  const app = await assemble(config, { ...parts, adapters: [terminal] });
  const answers: Answer[] = [];
  let failures = 0;
  try {
    await app.start();
    let uploads: readonly string[] = files;
    for await (const question of options.question.length > 0 ? options.question : typedQuestions()) {
      const started = performance.now();
      const first = answers.length === 0;
      const reply = await terminal.ask(first ? [question, ...links].join(' ') : question, uploads);
      uploads = [];
      const answer: Answer = {
        question,
        plans: reply.plans,
        plan: reply.plans.at(-1) ?? null,
        text: replyText(reply),
        facts: reply.facts,
        files: artefactsOf(reply)
          .map(keep)
          .filter((path) => path !== null),
        elapsedMs: Math.round(performance.now() - started),
      };
      answers.push(answer);
      if (reply.failure) failures++;
      if (!options.json) print(answer, reply);
    }
  } finally {
    await app.stop();
  }
  if (options.json) process.stdout.write(`${JSON.stringify(answers, null, 2)}\n`);
  // A conversation in which something was answered has done its job.
  if (failures > 0 && failures === answers.length) throw new Error(withoutControls(answers[0]!.text));
}

/** Lines of stdin; with a prompt when a person types them. */
async function* typedQuestions(): AsyncGenerator<string> {
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
    terminal: process.stdin.isTTY ?? false,
  });
  lines.setPrompt(process.stdin.isTTY ? 'spex> ' : '');
  lines.prompt();
  for await (const line of lines) {
    if (/^(?:exit|quit)$/i.test(line.trim())) break;
    if (line.trim()) yield line.trim();
    lines.prompt();
  }
  lines.close();
}

function print(answer: Answer, reply: Reply): void {
  const lines = [`> ${answer.question}`, answer.text, ...answer.files.map((path) => `  ${path}`)];
  const next = reply.blocks.flatMap((block) =>
    block.kind === 'actions' ? block.actions.map((action) => action.label) : [],
  );
  if (next.length > 0) lines.push(`  (${next.join(' · ')})`);
  process.stdout.write(`${withoutControls(lines.join('\n'))}\n\n`);
}

function showProgress({ stage, done, total }: Progress): void {
  process.stderr.write(`\r\u001b[K${stage}${total > 0 ? ` ${done}/${total}` : ''}\r`);
}

const isLink = (scene: string): boolean => /^https?:\/\//i.test(scene);

function artefactsOf(reply: Reply): Artefact[] {
  return reply.blocks.flatMap((block) =>
    block.kind === 'picture' ? [block.artefact] : block.kind === 'files' ? block.artefacts : [],
  );
}

/** Copies artefacts to a folder; those of the same name get a number. The same artefact twice is copied once. */
function keeperOf(out: string | undefined): (artefact: Artefact) => string | null {
  if (out === undefined) return () => null;
  mkdirSync(out, { recursive: true });
  /** Path in `out` → the artefact that lies there. */
  const taken = new Map<string, string>();
  return (artefact) => {
    const { name, ext } = parse(artefact.name);
    for (let n = 1; ; n++) {
      const path = join(out, n === 1 ? `${name}${ext}` : `${name}-${n}${ext}`);
      const source = taken.get(path);
      if (source !== undefined && source !== artefact.path) continue;
      if (source === undefined) copyFileSync(artefact.path, path);
      taken.set(path, artefact.path);
      return path;
    }
  };
}
