import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Stopwatch } from '../../src/analysis/stopwatch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('calls back after the time it has run, pauses left out', () => {
  const onEnd = vi.fn();
  const stopwatch = new Stopwatch(1_000, onEnd);
  vi.advanceTimersByTime(600);
  stopwatch.pause();
  stopwatch.pause();
  vi.advanceTimersByTime(5_000);
  stopwatch.run();
  vi.advanceTimersByTime(300);
  stopwatch.run();
  vi.advanceTimersByTime(99);
  expect(onEnd).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(onEnd).toHaveBeenCalledOnce();
});
