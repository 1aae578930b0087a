import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { against, type Benchmark, type BenchmarkRow } from './benchmark.ts';

/** The demo scene has 512 × 512 pixels and six bands: one chip. */
const QUESTIONS = ['show vegetation', 'how big is the largest one?', 'and water?'];

/** What a person waits for: whole turns from the message to the reply, pictures included. */
export const conversation: Benchmark = {
  name: 'conversation',
  describe: 'what a person waits for on the demo scene: first answer, follow-up, further target',
  async run({ model, onProgress }) {
    const program = fileURLToPath(new URL('../spex-chat.js', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [
      program,
      'ask',
      'demo',
      ...QUESTIONS.flatMap((question) => ['-q', question]),
      ...(model ? ['--model', model] : []),
      '--json',
    ]);
    const answers: { question: string; elapsedMs: number }[] = JSON.parse(stdout);
    for (const { question, elapsedMs } of answers) onProgress(`${question} ${elapsedMs} ms`);
    const row = (at: number, what: string, target: string): BenchmarkRow => ({
      what,
      value: answers[at]!.elapsedMs / 1000,
      unit: 's',
      target,
    });
    const first = row(0, 'first answer after start-up, model loading included', '≤ 3');
    return [
      first,
      against(first, row(1, 'follow-up that needs no pixels', '≤ 0.1')),
      against(first, row(2, 'further target on the same scene', '≤ 1.5')),
    ];
  },
};
