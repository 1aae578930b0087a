import { afterEach, describe, expect, it } from 'vitest';
import { type AnalysisOptions, createAnalyst } from '../../src/analysis/analysis-process.ts';
import type { Analyst, Run } from '../../src/domain/analyst.ts';
import type { Progress } from '../../src/domain/message.ts';
import { DEMO_SCENE } from '../../src/scene/demo/demo-scene.ts';

const OPTIONS: AnalysisOptions = {
  pack: 'none',
  threads: 1,
  memoryMb: null,
  executionProviders: ['cpu'],
  timeoutMs: 60_000,
  maxSceneMegapixels: 1,
  allowedHosts: [],
};
const HOST = new URL('./slow-host.ts', import.meta.url);

let analyst: Analyst;
afterEach(() => analyst.stop());

const run = (signal = new AbortController().signal, seen: Progress[] = []): Run => ({
  signal,
  folder: '.',
  onProgress: (progress) => void seen.push(progress),
});

/** The fake host understands any request; the types of the real one do not matter here. */
const ask = (request: object, options: Run = run()) => analyst.open(request as never, options) as Promise<unknown>;

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('createAnalyst', () => {
  it('carries typed arrays there, results and progress back, in one process for two calls', async () => {
    analyst = createAnalyst(OPTIONS, HOST);
    const seen: Progress[] = [];
    const first = (await ask({ values: Float32Array.of(1.5, 2.5) }, run(undefined, seen))) as {
      pid: number;
      sum: number;
    };
    const second = (await ask({})) as { pid: number };
    expect(first.sum).toBe(4);
    expect(second.pid).toBe(first.pid);
    expect(seen).toEqual([{ stage: 'looking', done: 1, total: 2 }]);
  });

  it('prepares in the process that then answers, and says nothing when it is stopped meanwhile', async () => {
    analyst = createAnalyst(OPTIONS, HOST);
    const { pid } = (await analyst.prepare()) as unknown as { pid: number };
    expect(((await ask({})) as { pid: number }).pid).toBe(pid);
    const late = analyst.prepare();
    await analyst.stop();
    await expect(late).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => alive(pid), { timeout: 10_000 }).toBe(false);
  });

  it('answers although it could not be prepared', async () => {
    analyst = createAnalyst({ ...OPTIONS, pack: '/nowhere' });
    await expect(analyst.prepare()).rejects.toMatchObject({ code: 'model-unavailable' });
    const file = { name: DEMO_SCENE.name, path: DEMO_SCENE.path };
    const scene = await analyst.open({ files: [file], correction: {} }, run());
    expect(scene.grid).toMatchObject({ width: 512, height: 512 });
  });

  it('kills the process on abort, at once, and starts another for the next call', async () => {
    analyst = createAnalyst(OPTIONS, HOST);
    const { pid } = (await ask({})) as { pid: number };
    const cancel = new AbortController();
    const hanging = ask({ do: 'hang' }, run(cancel.signal));
    const reason = new Error('the user said stop');
    setTimeout(() => cancel.abort(reason), 50);
    await expect(hanging).rejects.toBe(reason);
    await expect.poll(() => alive(pid), { timeout: 20_000 }).toBe(false);
    expect(((await ask({})) as { pid: number }).pid).not.toBe(pid);
  });

  it('gives up after the time limit in words', async () => {
    analyst = createAnalyst({ ...OPTIONS, timeoutMs: 1_500 }, HOST);
    await expect(ask({ do: 'hang' })).rejects.toMatchObject({
      code: 'model-timeout',
      reply: expect.stringContaining('2 s'),
    });
  });

  it('reports a death and survives it', async () => {
    analyst = createAnalyst(OPTIONS, HOST);
    await expect(ask({ do: 'die' })).rejects.toMatchObject({ code: 'model-crashed' });
    expect(await ask({})).toHaveProperty('pid');
  });

  it('keeps expected failures apart from bugs', async () => {
    analyst = createAnalyst(OPTIONS, HOST);
    await expect(ask({ do: 'refuse' })).rejects.toMatchObject({ code: 'band-missing', reply: 'No nir band.' });
    await expect(ask({ do: 'break' })).rejects.toSatisfy(
      (e: Error) => !('reply' in e) && e.message === 'index out of range',
    );
  });

  it('runs calls one after another, and a failed one does not stop the next', async () => {
    analyst = createAnalyst(OPTIONS, HOST);
    const results = await Promise.allSettled([ask({ do: 'refuse' }), ask({}), ask({ do: 'break' }), ask({})]);
    expect(results.map((r) => r.status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('leaves no listeners behind', async () => {
    analyst = createAnalyst(OPTIONS, HOST);
    const warnings: Error[] = [];
    process.on('warning', (w) => warnings.push(w));
    for (let i = 0; i < 15; i++) await ask({});
    expect(warnings.filter((w) => w.name === 'MaxListenersExceededWarning')).toEqual([]);
  });
});
