import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAnalyst } from '../../src/analysis/scene-pool.ts';
import type { Analyst, Run } from '../../src/domain/analyst.ts';
import type { Progress } from '../../src/domain/message.ts';
import { DEMO_SCENE } from '../../src/scene/demo/demo-scene.ts';
import { tiffBytes } from '../scene/tiff-bytes.ts';
import { ANALYSIS_OPTIONS } from './analysis-options.ts';

const HOST = new URL('./odd-scene-host.ts', import.meta.url);
const MODEL = new URL('./odd-model-host.ts', import.meta.url);
const PACK = join(import.meta.dirname, '../../models/spex-compact');

let folder: string;
let analyst: Analyst;
const create = (options: Partial<typeof ANALYSIS_OPTIONS> = {}): void => {
  analyst = createAnalyst({ ...ANALYSIS_OPTIONS, ...options }, { scene: HOST, model: MODEL });
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pool-'));
  create();
});
afterEach(async () => {
  await analyst.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Asked {
  readonly tenant?: string;
  readonly person?: string;
  readonly signal?: AbortSignal;
  readonly seen?: Progress[];
}
const runOf = ({ tenant = 'ada', person, signal = new AbortController().signal, seen = [] }: Asked = {}): Run => ({
  signal,
  ...(person !== undefined && { person }),
  folder: join(folder, tenant),
  onProgress: (progress) => void seen.push(progress),
});

interface Told {
  readonly pid: number;
  readonly waitedMs: number;
  readonly sum: number;
}
/** The odd host understands any request; the types of the real one do not matter here. */
const ask = (request: object, asked?: Asked) => analyst.open(request as never, runOf(asked)) as Promise<unknown>;
const tell = (asked?: Asked) => ask({}, asked) as Promise<Told>;

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0) && !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && process.platform !== 'linux';
  }
};

const SOON = { timeout: 20_000 };

describe('one conversation', () => {
  it('is served by one process, which gets typed arrays and gives results and progress', async () => {
    const seen: Progress[] = [];
    const first = (await ask({ values: Float32Array.of(1.5, 2.5) }, { seen })) as Told;
    expect(first.sum).toBe(4);
    expect(seen).toEqual([{ stage: 'looking', done: 1, total: 2 }]);
    expect((await tell()).pid).toBe(first.pid);
  });

  it('has its calls done in order, whatever becomes of them', async () => {
    const results = await Promise.allSettled([ask({ do: 'refuse' }), ask({}), ask({ do: 'break' }), ask({})]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('is told expected failures in their words, and bugs as bugs', async () => {
    await expect(ask({ do: 'refuse' })).rejects.toMatchObject({ code: 'band-missing', reply: 'No nir band.' });
    await expect(ask({ do: 'break' })).rejects.toSatisfy(
      (error: Error) => !('reply' in error) && error.message === 'index out of range',
    );
  });

  it('stops at once, and only itself', async () => {
    const [mine, theirs] = await Promise.all([tell(), tell({ tenant: 'bob' })]);
    const cancel = new AbortController();
    const reason = new Error('the user said stop');
    const hanging = ask({ do: 'hang' }, { signal: cancel.signal });
    setTimeout(() => cancel.abort(reason), 50);
    await expect(hanging).rejects.toBe(reason);
    await expect.poll(() => isAlive(mine.pid), SOON).toBe(false);
    expect((await tell({ tenant: 'bob' })).pid).toBe(theirs.pid);
    expect((await tell()).pid).not.toBe(mine.pid);
  });

  it('stops at once while it waits behind another call, which goes on', async () => {
    const running = ask({ do: 'wait', ms: 1_500 });
    const cancel = new AbortController();
    let done = false;
    running.then(() => {
      done = true;
    });
    const waiting = ask({}, { signal: cancel.signal });
    setTimeout(() => cancel.abort(new Error('stop')), 50);
    await expect(waiting).rejects.toThrow('stop');
    expect(done).toBe(false);
    await expect(running).resolves.toHaveProperty('pid');
  });

  it('stops at once while its process is started, which then serves the next', async () => {
    const cancel = new AbortController();
    const waiting = ask({}, { signal: cancel.signal });
    setTimeout(() => cancel.abort(new Error('stop')), 20);
    await expect(waiting).rejects.toThrow('stop');
    await expect(tell({ tenant: 'bob' })).resolves.toHaveProperty('pid');
  });
});

describe('several conversations', () => {
  it('are served by processes of their own, at the same time', async () => {
    const cancel = new AbortController();
    const stuck = ask({ do: 'hang' }, { signal: cancel.signal });
    const [first, second] = [await tell({ tenant: 'bob' }), await tell({ tenant: 'bob' })];
    expect(second.pid).toBe(first.pid);
    expect((await tell({ tenant: 'eve' })).pid).not.toBe(first.pid);
    cancel.abort();
    await expect(stuck).rejects.toMatchObject({ name: 'AbortError' });
  });

  it.skipIf(process.platform !== 'linux')('go first where another computes long', async () => {
    create({ timeoutMs: 300_000 });
    const { pid } = await tell();
    const cancel = new AbortController();
    // Any method but opening, which has less time than this takes on a busy machine.
    const stuck = analyst.index({ do: 'hang' } as never, runOf({ signal: cancel.signal }));
    expect(getPriority(pid)).toBeLessThan(10);
    await expect.poll(() => getPriority(pid), { timeout: 100_000 }).toBe(10);
    cancel.abort();
    await expect(stuck).rejects.toMatchObject({ name: 'AbortError' });
  });

  it.skipIf(process.platform !== 'linux')(
    'go first where somebody has taken much lately, in whatever conversation',
    async () => {
      create({ timeoutMs: 300_000 });
      await analyst.index({ do: 'burn', ms: 11_000 } as never, runOf({ tenant: 'm1', person: 'mallory' }));
      const priorityOf = async (tenant: string, person: string) => getPriority((await tell({ tenant, person })).pid);
      expect(await priorityOf('m2', 'mallory')).toBe(10);
      expect(await priorityOf('a1', 'ada')).toBeLessThan(10);
    },
    300_000,
  );

  it('find a process that has been made ready ahead', async () => {
    await analyst.prepare();
    // Somebody comes every few seconds: the first call of each finds a process that has waited for it.
    for (const tenant of ['ada', 'bob']) {
      await sleep(5_000);
      expect((await tell({ tenant })).waitedMs).toBeGreaterThan(100);
    }
  });
});

describe('a process that goes astray', () => {
  it('is ended when its time is up, though it reports progress for ever', async () => {
    create({ timeoutMs: 1_000 });
    for (const deed of ['chatter', 'hang']) {
      await expect(ask({ do: deed })).rejects.toMatchObject({
        code: 'model-timeout',
        reply: expect.stringContaining('took more than 1 s'),
      });
    }
  });

  it('is given more time while others keep it from computing, but not for ever', async () => {
    create({ timeoutMs: 1_000 });
    await expect(ask({ do: 'starve', ms: 2_000 })).resolves.toMatchObject({ pid: expect.any(Number) });
    await expect(ask({ do: 'starve', ms: 20_000 })).rejects.toMatchObject({ code: 'model-timeout' });
  });

  it('may wait for the model longer than it may compute', async () => {
    create({ timeoutMs: 1_000 });
    await expect(ask({ do: 'ask', prompts: ['slow', 'slow', 'slow'] })).resolves.toHaveLength(3);
  });

  it('is ended when it takes too much memory', async () => {
    create({ sceneMemoryMb: 400 });
    const { pid } = await tell();
    await expect(ask({ do: 'grow' })).rejects.toMatchObject({
      code: 'scene-too-large',
      reply: expect.stringContaining('400 MiB'),
    });
    await expect.poll(() => isAlive(pid), SOON).toBe(false);
  });

  it('is replaced when it dies or sends what it should not', async () => {
    await expect(ask({ do: 'die' })).rejects.toMatchObject({ code: 'model-crashed' });
    await expect(ask({ do: 'babble' })).rejects.toMatchObject({ code: 'model-crashed' });
    expect(await tell()).toHaveProperty('pid');
  });

  it('names no file but those that it was given or made', async () => {
    const mine = join(folder, 'ada', 'mask.tif');
    await expect(ask({ do: 'name', names: mine })).resolves.toEqual({ info: { maskFile: mine } });
    const files = [{ name: 'a.tif', path: '/elsewhere/a.tif' }];
    await expect(ask({ do: 'name', names: '/elsewhere/a.tif', files })).resolves.toBeDefined();
    for (const names of [
      join(folder, 'bob', 'mask.tif'),
      `${folder}/ada/../bob/mask.tif`,
      `${folder}/ada`,
      'mask.tif',
    ]) {
      await expect(ask({ do: 'name', names }), names).rejects.toMatchObject({ code: 'model-crashed' });
    }
  });

  it('leaves nothing half unpacked behind, and nobody else’s half', async () => {
    const ada = join(folder, 'ada');
    await mkdir(join(ada, 'unpacked-b.1.part'), { recursive: true });
    await expect(ask({ do: 'unpack', names: join(ada, 'unpacked-a') })).rejects.toThrow();
    await expect.poll(() => readdirSync(ada), SOON).toEqual(['unpacked-b.1.part']);
  });

  it('does not outlive the bot, even in a loop', async () => {
    const parent = fork(new URL('./orphan-parent.ts', import.meta.url), {
      execArgv: ['--import', import.meta.resolve('tsx')],
    });
    const [pid] = (await once(parent, 'message')) as [number];
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), SOON).toBe(false);
  });

  it('has none of our secrets', async () => {
    vi.stubEnv('SLACK_BOT_TOKEN', 'xoxb-secret');
    vi.stubEnv('DATABASE_URL', 'postgres://me:secret@here/db');
    const environment = (await ask({ do: 'environment' })) as Record<string, string>;
    vi.unstubAllEnvs();
    expect(JSON.stringify(environment)).not.toContain('secret');
    expect(Object.keys(environment).filter((name) => !(name in ANALYSIS_OPTIONS.environment))).toEqual([]);
  });

  it('has no network', async () => {
    const { interfaces, inside, ...doors } = (await ask({ do: 'network' })) as Record<string, string>;
    expect(new Set(Object.values(doors))).toEqual(new Set(['this process has no network']));
    expect(Object.keys(doors)).toHaveLength(9);
    expect(inside).toBe('decoder');
    const { networkNamespace } = await import('../../src/analysis/glass.ts');
    if (await networkNamespace()) expect(interfaces).toBe('');
  });

  it('is refused in words when the system has none to give, and the bot lives', async () => {
    create({ environment: { PATH: process.env.PATH!, HUGE: 'x'.repeat(10_000_000) } });
    await expect(tell()).rejects.toMatchObject({ code: 'model-busy' });
    await expect(analyst.prepare()).rejects.toMatchObject({ code: 'model-busy' });
  });
});

describe('a file on which a process died', () => {
  const file = async (name: string, text = name) => {
    const path = join(folder, name);
    await writeFile(path, text);
    return { name, path };
  };

  it('is not tried again, whoever sends it and however it is called', async () => {
    const files = [await file('bad.tif', 'bad')];
    await expect(ask({ do: 'die', files })).rejects.toMatchObject({ code: 'model-crashed' });
    const again = [await file('other.tif', 'bad')];
    await expect(ask({ files: again }, { tenant: 'bob' })).rejects.toMatchObject({
      code: 'scene-unreadable',
      reply: expect.stringContaining('again'),
    });
    await expect(ask({ files: [await file('good.tif')] })).resolves.toHaveProperty('pid');
  });

  it('does not take a good file along that was sent with it', async () => {
    const [good, bad] = [await file('good.tif'), await file('bad.txt')];
    await expect(ask({ do: 'die', files: [good, bad] })).rejects.toMatchObject({ code: 'model-crashed' });
    await expect(ask({ files: [good] })).resolves.toHaveProperty('pid');
    await expect(ask({ files: [bad, good] })).rejects.toMatchObject({ code: 'scene-unreadable' });
  });

  it('is none that a person stopped', async () => {
    const files = [await file('slow.tif')];
    const cancel = new AbortController();
    const hanging = ask({ do: 'hang', files }, { signal: cancel.signal });
    setTimeout(() => cancel.abort(), 500);
    await expect(hanging).rejects.toMatchObject({ name: 'AbortError' });
    await expect(ask({ files })).resolves.toHaveProperty('pid');
  });

  it('is none when it was the model that died', async () => {
    const files = [await file('innocent.tif')];
    await expect(ask({ do: 'ask', prompts: ['die'], files })).rejects.toMatchObject({ code: 'model-crashed' });
    await expect(ask({ files })).resolves.toHaveProperty('pid');
  });

  it('is none whose process was killed from outside', async () => {
    const files = [await file('fine.tif')];
    const { pid } = await tell();
    const waiting = ask({ do: 'wait', ms: 60_000, files });
    setTimeout(() => process.kill(pid, 'SIGKILL'), 200);
    await expect(waiting).rejects.toMatchObject({ code: 'model-crashed' });
    await expect(ask({ files })).resolves.toHaveProperty('pid');
  });
});

/** The real hosts, with the pack and the scene that ship. */
describe('the analysis itself', () => {
  beforeEach(() => {
    analyst = createAnalyst({ ...ANALYSIS_OPTIONS, pack: PACK, threads: 2, timeoutMs: 100_000 });
  });

  it('extracts with the model in another process, and tells sentences while they are made', async () => {
    const seen: Progress[] = [];
    const run = runOf({ seen });
    await mkdir(run.folder);
    const scene = await analyst.open({ files: [DEMO_SCENE], correction: {} }, run);
    const finding = await analyst.extract({ scene, target: 'vegetation' }, run);
    expect(finding.facts.share).toBeGreaterThan(0.5);
    expect(existsSync(finding.maskFile)).toBe(true);
    expect(seen.map(({ sentence }) => sentence)).toContain(finding.explanation[0]);
  });

  it('opens scenes although there is no model', async () => {
    analyst = createAnalyst({ ...ANALYSIS_OPTIONS, pack: '/nowhere' });
    await expect(analyst.prepare()).rejects.toMatchObject({ code: 'model-unavailable' });
    const scene = await analyst.open({ files: [DEMO_SCENE], correction: {} }, runOf());
    expect(scene.grid).toMatchObject({ width: 512, height: 512 });
    await expect(analyst.extract({ scene, target: 'water' }, runOf())).rejects.toMatchObject({
      code: 'model-unavailable',
    });
    // That was not the fault of the file.
    await expect(analyst.open({ files: [DEMO_SCENE], correction: {} }, runOf())).resolves.toHaveProperty(
      'id',
      scene.id,
    );
  });

  it('never mixes two people whose scenes have one name, one size and one middle row', async () => {
    const scene = async (tenant: string, [red, nir]: readonly [number, number]) => {
      const path = join(folder, `${tenant}.tif`);
      const band = (value: number) => Array.from({ length: 64 * 64 }, (_, i) => (i >> 6 === 32 ? 700 : value));
      const bands = [band(500), band(600), band(red), band(nir)];
      await writeFile(path, tiffBytes({ width: 64, height: 64, type: 'uint16', bands }));
      const files = [{ name: 'field.tif', path }];
      const correction = {
        bands: ['blue', 'green', 'red', 'nir'],
        reflectance: { scale: 1e-4, offset: 0 },
      } as const;
      await mkdir(join(folder, tenant));
      return analyst.open({ files, correction }, runOf({ tenant }));
    };
    const ndvi = async (tenant: string, info: Awaited<ReturnType<typeof scene>>) =>
      (await analyst.index({ scene: info, index: 'ndvi' }, runOf({ tenant }))).statistics.mean;
    const mine = await scene('ada', [1000, 4000]);
    const theirs = await scene('bob', [4000, 1000]);
    // (4000 - 1000) / (4000 + 1000) in 63 of 64 rows, 0 in one.
    expect(await ndvi('ada', mine)).toBeCloseTo((0.6 * 63) / 64, 3);
    expect(await ndvi('bob', theirs)).toBeCloseTo((-0.6 * 63) / 64, 3);
    expect(await ndvi('ada', mine)).toBeCloseTo((0.6 * 63) / 64, 3);
  });
});
