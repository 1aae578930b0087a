import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { paced } from '../../src/chat/paced.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Takes 300 ms for each value. */
const slowly = (sent: number[]) => async (value: number) => {
  sent.push(value);
  await new Promise((resolve) => setTimeout(resolve, 300));
};

it('sends the newest value, with a pause after each', async () => {
  const sent: number[] = [];
  const progress = paced(1_500, slowly(sent));
  for (const value of [1, 2, 3]) progress.push(value);
  expect(sent).toEqual([1]);
  await vi.advanceTimersByTimeAsync(1_799);
  expect(sent).toEqual([1]);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toEqual([1, 3]);
  await vi.advanceTimersByTimeAsync(10_000);
  progress.push(4);
  expect(sent).toEqual([1, 3, 4]);
});

it('sends nothing more once it is stopped, and waits for what is on its way', async () => {
  const sent: number[] = [];
  const progress = paced(1_500, slowly(sent));
  progress.push(1);
  progress.push(2);
  let stopped = false;
  const stopping = progress.stop().then(() => (stopped = true));
  await vi.advanceTimersByTimeAsync(299);
  expect(stopped).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await stopping;
  progress.push(3);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sent).toEqual([1]);
});
