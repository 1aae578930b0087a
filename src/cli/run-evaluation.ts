import { loadConfig, readEnvironment } from '../config.ts';
import { UserFacingError } from '../errors.ts';
import { type Dataset, readDataset } from '../eval/dataset.ts';
import { type Evaluation, evaluate } from '../eval/evaluate.ts';
import { analysisOptions } from '../main.ts';
import { loadPack } from '../spex/pack.ts';
import type { EvalOptions } from './commands/eval.ts';
import { writeCard } from './evaluation-card.ts';
import { evaluationText } from './evaluation-report.ts';
import { judgeProcesses } from './judge-processes.ts';
import { createLocalJudge, type JudgeSetup } from './local-judge.ts';

/** `spex-chat eval`: runs the model over data sets and prints the report. */
export async function runEvaluation(paths: readonly string[], options: EvalOptions): Promise<void> {
  const dataset = await chosenScenes(paths, options);
  const model = analysisOptions(loadConfig(readEnvironment(process.cwd())), options.model);
  const { name, version, temperature } = (await loadPack(model.pack)).pack;
  const { variants = false, wordings, out = null } = options;
  const setup: JudgeSetup = { dataset, model, variants, wordings, out };
  const evaluation = await judged(setup, temperature, options.processes);
  const report = options.json
    ? JSON.stringify({ pack: { name, version }, ...evaluation }, null, 1)
    : evaluationText({ name, version }, evaluation);
  process.stdout.write(`${report}\n`);
  if (evaluation.skipped.length === dataset.scenes.length) {
    throw new UserFacingError('scene-unreadable', 'No scene of the data set could be evaluated.');
  }
  if (!options.card) return;
  const { extract, release } = await createLocalJudge(setup);
  try {
    await writeCard(options.card, commandOf(paths, options), { name, version }, dataset, evaluation, extract);
  } finally {
    await release();
  }
}

async function judged(setup: JudgeSetup, temperature: number, processes: number): Promise<Evaluation> {
  const { dataset, model } = setup;
  const lanes = Math.min(processes, dataset.scenes.length);
  const options = { temperature, lanes, onScene: showProgress };
  try {
    if (lanes === 1) {
      const { judge, release } = await createLocalJudge(setup);
      return await evaluate(dataset, judge, options).finally(release);
    }
    const threads = Math.max(1, Math.floor(model.threads / lanes));
    const { judge, stop } = judgeProcesses({ ...setup, model: { ...model, threads } }, lanes);
    return await evaluate(dataset, judge, options).finally(stop);
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
}

function showProgress({ id }: { readonly id: string }, done: number, total: number): void {
  const line = `${done + 1}/${total} ${id}`;
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
  else if (done % 10 === 0) process.stderr.write(`${line}\n`);
}

async function chosenScenes(paths: readonly string[], { split, scenes: part }: EvalOptions): Promise<Dataset> {
  const all = await Promise.all(paths.map(readDataset));
  const scenes = all
    .flatMap((dataset) => dataset.scenes)
    .filter((scene) => (!split || scene.split === split) && (!part || scene.id.includes(part)));
  if (scenes.length === 0) throw new UserFacingError('wrong-usage', 'No scene of the data set is left to evaluate.');
  return { name: all.map(({ name }) => name).join(' and '), scenes };
}

/** The command line of these figures, as somebody else would write it. */
function commandOf(paths: readonly string[], { model, split, scenes, variants, wordings }: EvalOptions): string {
  const words = [
    ...paths,
    ...(model ? ['--model', model] : []),
    ...(split ? ['--split', split] : []),
    ...(scenes ? ['--scenes', scenes] : []),
    ...(variants ? ['--variants'] : []),
    ...(wordings > 0 ? ['--wordings', `${wordings}`] : []),
  ];
  return `npx spex-chat eval ${words.join(' ')}`;
}
