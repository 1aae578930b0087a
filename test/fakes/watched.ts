import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, loadavg } from 'node:os';
import { expect } from 'vitest';

/** What was done, how long it took, and how long an idle process was kept from running meanwhile: that is the machine's doing. */
export interface Watched<Result> {
  readonly result: Result;
  readonly tookMs: number;
  readonly lateMs: number;
}

/** Processes that want to run, for each core. Above four, heartbeats are missed whoever has to keep them. */
const load = loadavg()[0]! / availableParallelism();

/** True when a test of many people at once would say something about the machine only; then that is said. */
export function isOverloaded(test: string): boolean {
  if (load > 4) console.log(`not run: ${test} (the machine has ${load.toFixed(1)} times its load)`);
  return load > 4;
}

/** Kept from running for longer, nobody can be judged by the clock. */
export const TOLERATED_MS = 50;

export async function watched<Result>(act: () => Promise<Result>): Promise<Watched<Result>> {
  const bystander = fork(new URL('./bystander.js', import.meta.url), { execArgv: [] });
  await once(bystander, 'message');
  const begun = performance.now();
  try {
    const result = await act();
    const tookMs = performance.now() - begun;
    bystander.send('how late?');
    const [lateMs] = await once(bystander, 'message');
    return { result, tookMs, lateMs };
  } finally {
    bystander.kill();
  }
}

/** Asserts a time by the clock on the wall, unless the machine was too busy for anybody to keep it; then that is said. */
export function expectWithin(limitMs: number, tookMs: number, { lateMs }: Pick<Watched<unknown>, 'lateMs'>): void {
  if (lateMs <= TOLERATED_MS) expect(tookMs).toBeLessThan(limitMs);
  else {
    const [took, late] = [tookMs, lateMs].map(Math.round);
    console.log(`not judged: ${took} of ${limitMs} ms, while an idle process was kept waiting for ${late} ms`);
  }
}
