import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** More than any cache holds. */
const BYTES = 512 * 1024 * 1024;

/** Searches its share for a byte that is not there: C's memchr, which does nothing but read. */
const READER = `
  const { parentPort, workerData: { memory, from, bytes } } = require('node:worker_threads');
  const share = Buffer.from(memory, from, bytes);
  parentPort.on('message', () => parentPort.postMessage(share.includes(1)));
  parentPort.postMessage('ready');
`;

/** Bytes a second that `threads` threads read from memory together, the best of a few times: no step is faster than its weights are read. */
export async function memoryRate(threads: number, times = 5): Promise<number> {
  const memory = new SharedArrayBuffer(BYTES);
  Buffer.from(memory).fill(2);
  const bytes = Math.floor(BYTES / threads);
  const readers = Array.from(
    { length: threads },
    (_, i) => new Worker(READER, { eval: true, workerData: { memory, from: i * bytes, bytes } }),
  );
  try {
    await Promise.all(readers.map((reader) => once(reader, 'message')));
    let best = 0;
    for (let i = 0; i < times; i++) {
      const started = performance.now();
      const done = readers.map((reader) => once(reader, 'message'));
      for (const reader of readers) reader.postMessage('read');
      await Promise.all(done);
      best = Math.max(best, (bytes * threads) / ((performance.now() - started) / 1000));
    }
    return best;
  } finally {
    await Promise.all(readers.map((reader) => reader.terminate()));
  }
}
