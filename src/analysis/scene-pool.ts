import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import type { Analyst, Run } from '../domain/analyst.ts';
import type { AnalysisOptions } from './analysis-options.ts';
import { createModelProcess } from './model-process.ts';
import { Quarantine } from './quarantine.ts';
import { SceneDeath, type SceneProcess, startSceneProcess } from './scene-process.ts';
import { filesOf, type SceneMethod, type SceneRequest } from './scene-request.ts';
import { Shares } from './shares.ts';
import { Slots } from './slots.ts';

/** Scripts of the children; others in tests. */
export interface Hosts {
  readonly scene: URL;
  readonly model: URL;
}

const HOSTS: Hosts = {
  scene: new URL('./scene-host.ts', import.meta.url),
  model: new URL('./model-host.ts', import.meta.url),
};

/** A conversation, known by the folder of its files. */
interface Tenant {
  readonly turns: Slots;
  process: SceneProcess | null;
  idle: NodeJS.Timeout | null;
}

/** Calls at the same time: while some wait for the model, the others keep the cores busy. */
const CALLS = availableParallelism() + 2;
/** A follow-up within this time finds its scenes open. */
const IDLE_MS = 180_000;
/** Processes that wait for a follow-up; beyond it, those that have waited longest are ended. */
const MOST_IDLE = 4;
/** The next spare is started when nothing has been done for the one time, at the latest the other after the last was taken. */
const QUIET_MS = 1_000;
const LATEST_MS = 10_000;

/**
 * The analyst in child processes, so that the chat stays responsive and nobody's file harms anybody else: the bytes of each
 * conversation are decoded in a process of its own, which never serves another, and one model process serves all. A warm
 * spare waits for the next conversation. Calls of one conversation run in their order, those of several side by side.
 * Whoever stops waiting, wherever that is, is answered at once, and only its own process is ended.
 */
export function createAnalyst(options: AnalysisOptions, hosts: Hosts = HOSTS): Analyst {
  const stopping = new AbortController();
  const stopped = stopping.signal;
  setMaxListeners(0, stopped); // every child
  const model = createModelProcess(options, hosts.model, stopped);
  const quarantine = new Quarantine();
  const calls = new Slots(CALLS);
  const shares = new Shares();
  /** Those that were served last stand last. */
  const tenants = new Map<string, Tenant>();
  let spare: Promise<SceneProcess> | null = null;
  let nextSpare: NodeJS.Timeout | undefined;
  let dueAt = 0;
  let running = 0;

  const start = (low = false): Promise<SceneProcess> => startSceneProcess(options, model, hosts.scene, stopped, low);

  const prepareSpare = (): void => {
    if (spare || stopped.aborted) return;
    const mine = start();
    spare = mine;
    mine.catch(() => {
      if (spare === mine) spare = null;
    });
  };

  /** Starting a process takes a second of a core: not from the answer that somebody waits for. */
  const spareIn = (ms: number): void => {
    clearTimeout(nextSpare);
    if (!spare) nextSpare = setTimeout(prepareSpare, ms).unref();
  };

  /** The spare, unless there is none or something has happened to it. */
  const takeSpare = async (): Promise<SceneProcess> => {
    const waiting = spare;
    spare = null;
    dueAt = performance.now() + LATEST_MS;
    spareIn(LATEST_MS);
    const taken = await waiting?.catch(() => null);
    return taken && !taken.ended ? taken : start();
  };

  /** @param low  the others go first: it gets a process of its own and leaves them the spare */
  const processOf = async (tenant: Tenant, low: boolean, signal: AbortSignal): Promise<SceneProcess> => {
    if (tenant.process && !tenant.process.ended) return tenant.process;
    const taken = low ? start(low) : takeSpare();
    try {
      tenant.process = await unlessAborted(taken, signal);
      return tenant.process;
    } catch (error) {
      // Whoever wanted it has gone; it has not seen anything yet.
      if (!low) spare ??= taken;
      taken
        .then((one) => spare !== taken && one.end())
        .catch(() => {
          if (spare === taken) spare = null;
        });
      throw error;
    }
  };

  const tenantOf = (folder: string): Tenant => {
    const tenant = tenants.get(folder) ?? { turns: new Slots(1), process: null, idle: null };
    if (tenant.idle) clearTimeout(tenant.idle);
    tenants.delete(folder);
    tenants.set(folder, tenant);
    return tenant;
  };

  const dismiss = (folder: string, tenant: Tenant): void => {
    tenant.process?.end();
    tenant.process = null;
    if (tenant.idle) clearTimeout(tenant.idle);
    if (tenant.turns.idle) tenants.delete(folder);
  };

  /** After the last call that a tenant has made for now. */
  const rest = (folder: string, tenant: Tenant): void => {
    if (!tenant.turns.idle) return;
    if (!tenant.process || tenant.process.ended || tenant.process.isFull) {
      dismiss(folder, tenant);
      return;
    }
    tenant.idle = setTimeout(() => dismiss(folder, tenant), IDLE_MS).unref();
    const resting = [...tenants].filter(([, { turns }]) => turns.idle);
    for (const [oldest, other] of resting.slice(0, -MOST_IDLE)) dismiss(oldest, other);
  };

  const serve = async (tenant: Tenant, method: SceneMethod, request: SceneRequest, run: Run): Promise<unknown> => {
    const files = filesOf(request);
    await unlessAborted(quarantine.check(files), run.signal);
    running++;
    spareIn(dueAt - performance.now());
    const { person = run.folder } = run;
    const low = shares.isLarge(person);
    // A process of before has been counted; of a new one its start counts, too.
    const counted = tenant.process && !tenant.process.ended ? tenant.process.seconds : 0;
    let process: SceneProcess | null = null;
    try {
      process = await processOf(tenant, low, run.signal);
      if (low) process.goLast();
      return await process.call(method, request, run);
    } catch (error) {
      if (error instanceof SceneDeath) await unlessAborted(quarantine.add(files), run.signal);
      throw error;
    } finally {
      if (process) shares.add(person, process.seconds - counted);
      if (--running === 0) spareIn(QUIET_MS);
    }
  };

  const call = async (method: SceneMethod, request: SceneRequest, asked: Run): Promise<unknown> => {
    const run = { ...asked, signal: AbortSignal.any([asked.signal, stopped]), onProgress: asked.onProgress };
    run.signal.throwIfAborted();
    const { folder } = run;
    const tenant = tenantOf(folder);
    try {
      const leave = await tenant.turns.take(run.signal);
      try {
        const done = await calls.take(run.signal);
        try {
          return await serve(tenant, method, request, run);
        } finally {
          done();
        }
      } finally {
        leave();
      }
    } finally {
      rest(folder, tenant);
    }
  };

  const method = (name: SceneMethod) => (request: SceneRequest, run: Run) => call(name, request, run);

  return {
    async prepare() {
      prepareSpare();
      await model.ask('', { what: 'pack' }, stopped);
    },
    open: method('open'),
    extract: method('extract'),
    refine: method('refine'),
    index: method('index'),
    statistics: method('statistics'),
    distance: method('distance'),
    compare: method('compare'),
    draw: method('draw'),
    layers: method('layers'),
    export: method('export'),
    async stop() {
      stopping.abort();
    },
  } as Analyst;
}

/** What comes first: the end of the work, or of the wait for it. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
