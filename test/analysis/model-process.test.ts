import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createModelProcess, type ModelAsk, type ModelProcess } from '../../src/analysis/model-process.ts';
import { ANALYSIS_OPTIONS } from './analysis-options.ts';

const HOST = new URL('./odd-model-host.ts', import.meta.url);
const NEVER = new AbortController().signal;

let stopping: AbortController;
let model: ModelProcess;
const start = (timeoutMs = 60_000): void => {
  model = createModelProcess({ ...ANALYSIS_OPTIONS, timeoutMs }, HOST, stopping.signal);
};
beforeEach(() => {
  stopping = new AbortController();
  start();
});
afterEach(() => stopping.abort());

const about = (prompt: string, key = 'chip'): ModelAsk => ({ what: 'answer', key, prompt });
const ask = (tenant: string, prompt = '', signal = NEVER) =>
  model.ask(tenant, about(prompt), signal) as Promise<{ pid: number; key: string }>;

describe('createModelProcess', () => {
  it('keeps the chips of one tenant from another who uses the same key', async () => {
    const [mine, theirs] = await Promise.all([ask('ada'), ask('bob')]);
    expect([mine.key, theirs.key]).toEqual(['["ada","chip"]', '["bob","chip"]']);
  });

  it('serves tenants in turn, one request each', async () => {
    const order: string[] = [];
    const note = (tenant: string, n: number) => ask(tenant).then(() => order.push(`${tenant}${n}`));
    await Promise.all([note('a', 1), note('a', 2), note('a', 3), note('b', 1), note('c', 1), note('b', 2)]);
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('hands on what is said so far', async () => {
    const said: string[] = [];
    await model.ask('a', about(''), NEVER, (text) => said.push(text));
    expect(said).toEqual(['so far']);
  });

  it('lets go at once of who gives up, waiting or served, and goes on with the others', async () => {
    await ask('a');
    const [served, waiting] = [new AbortController(), new AbortController()];
    const hanging = ask('a', 'hang', served.signal);
    const queued = ask('b', '', waiting.signal);
    const next = ask('c');
    waiting.abort(new Error('b gave up'));
    await expect(queued).rejects.toThrow('b gave up');
    served.abort(new Error('a gave up'));
    await expect(hanging).rejects.toThrow('a gave up');
    await expect(next).resolves.toMatchObject({ key: '["c","chip"]' });
  });

  it('says in words that it died, and starts again', async () => {
    const { pid } = await ask('a');
    await expect(ask('a', 'die')).rejects.toMatchObject({ code: 'model-crashed' });
    expect((await ask('a')).pid).not.toBe(pid);
  });

  it('ends a step that never ends', async () => {
    start(500);
    await expect(ask('a', 'hang')).rejects.toMatchObject({ code: 'model-timeout' });
    await expect(ask('a')).resolves.toHaveProperty('pid');
  });
});
