import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTerminalAdapter } from '../../chat/terminal/adapter.ts';
import { loadConfig } from '../../config.ts';
import { setLogLevel } from '../../log.ts';
import { assemble, partsOf } from '../../main.ts';
import { DEMO_SCENE } from '../../scene/demo/demo-scene.ts';
import { against, type Benchmark, type BenchmarkRow } from './benchmark.ts';

/** The demo scene has 512 × 512 pixels and six bands: one chip. */
const QUESTIONS = ['show vegetation', 'how big is the largest one?', 'and water?', 'show NDVI'];

/** What a person waits for: the bot is started as `npm start` does, then whole turns from the message to the reply, pictures included. */
export const conversation: Benchmark = {
  name: 'conversation',
  describe: 'what a person waits for on the demo scene: start-up, first answer, follow-up, further target, index map',
  async run({ model, threads, onProgress }) {
    setLogLevel('error');
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    const config = loadConfig({
      DATA_DIR: folder,
      MODEL_THREADS: String(threads),
      ...(model ? { MODEL_PACK: model } : {}),
    });
    const seconds: number[] = [];
    const timed = async (what: string, work: () => Promise<unknown>): Promise<void> => {
      const started = performance.now();
      await work();
      seconds.push((performance.now() - started) / 1000);
      onProgress(`${what}: ${seconds.at(-1)!.toFixed(2)} s`);
    };
    const parts = await partsOf(config);
    const terminal = createTerminalAdapter();
    const app = await assemble(config, { ...parts, adapters: [terminal] });
    try {
      await app.start();
      await timed('the model, in the background', parts.analyst.prepare);
      for (const [i, question] of QUESTIONS.entries()) {
        await timed(question, async () => {
          const reply = await terminal.ask(question, i === 0 ? [DEMO_SCENE.path] : []);
          if (reply.failure) throw new Error(`${question}: ${reply.failure.code}`);
        });
      }
    } finally {
      await app.stop();
      await rm(folder, { recursive: true, force: true });
    }
    const row = (at: number, what: string, target?: string): BenchmarkRow => ({
      what,
      value: seconds[at]!,
      unit: 's',
      ...(target ? { target } : {}),
    });
    const first = row(1, 'first answer after start-up', '≤ 3');
    return [
      row(0, 'until the model is ready, after the bot answers'),
      first,
      against(first, row(2, 'follow-up that needs no pixels', '≤ 0.1')),
      against(first, row(3, 'further target on the same scene', '≤ 1.5')),
      against(first, row(4, 'index map of the same scene')),
    ];
  },
};
