import { createAnalyst } from '../../src/analysis/scene-pool.ts';
import { ANALYSIS_OPTIONS } from './analysis-options.ts';

/** A bot that will be killed while its child is stuck: says which process that is. */
const host = new URL('./odd-scene-host.ts', import.meta.url);
const analyst = createAnalyst(ANALYSIS_OPTIONS, { scene: host, model: host });
const run = { folder: '/nowhere', signal: new AbortController().signal, onProgress: () => {} };
const ask = (request: object) => analyst.open(request as never, run) as Promise<unknown>;
const { pid } = (await ask({})) as { pid: number };
ask({ do: 'hang' }).catch(() => undefined);
setTimeout(() => process.send?.(pid), 500);
