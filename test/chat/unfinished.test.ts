import { expect, it } from 'vitest';
import { createUnfinished } from '../../src/chat/unfinished.ts';
import { setLogLevel } from '../../src/log.ts';

setLogLevel('silent');

it('interrupts what shows work, not what is done, and at once what begins to show it afterwards', async () => {
  const interrupted: string[] = [];
  const unfinished = createUnfinished();
  const work = (name: string) => unfinished.add(async () => void interrupted.push(name));
  const done = work('done');
  work('one');
  unfinished.add(() => Promise.reject(new Error('deleted')));
  work('two');
  done();
  await unfinished.interrupt();
  expect(interrupted).toEqual(['one', 'two']);
  work('late');
  expect(interrupted).toEqual(['one', 'two', 'late']);
});

it('waits for a platform that does not answer as long as it has patience, and tells who waits', async () => {
  const unfinished = createUnfinished(200);
  let given: AbortSignal | null = null;
  unfinished.add((signal) => {
    given = signal;
    return new Promise(() => undefined);
  });
  const begun = performance.now();
  await unfinished.interrupt();
  expect(performance.now() - begun).toBeGreaterThan(190);
  await expect.poll(() => given?.aborted).toBe(true);
});
