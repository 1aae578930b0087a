import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../stores/database.ts';
import { createTurnStore, type TurnStore } from '../../stores/turn-store.ts';
import type { Benchmark } from './benchmark.ts';

const MESSAGES = 300;

/** What it costs that a message which was acknowledged survives a power cut: the embedded database waits for the disk. */
export const accept: Benchmark = {
  name: 'accept',
  describe: 'messages stored in the embedded database, each forced to the disk',
  async run({ onProgress }) {
    const folder = mkdtempSync(join(tmpdir(), 'spex-bench-'));
    const database = await openDatabase({ dataDir: folder });
    try {
      const turns = createTurnStore(database);
      await storeMany(turns, 'warm');
      onProgress(`${MESSAGES} messages, forced to the disk`);
      const forced = await storeMany(turns, 'forced');
      await database.query('SET synchronous_commit TO off');
      onProgress(`${MESSAGES} messages, left to the system`);
      const left = await storeMany(turns, 'left');
      return [
        {
          what: 'one message stored',
          value: forced,
          unit: 'ms',
          baseline: { what: 'the same, not forced to the disk', ratio: forced / left },
        },
        { what: 'messages stored in a second', value: 1_000 / forced, unit: '' },
      ];
    } finally {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** @returns milliseconds each */
async function storeMany(turns: TurnStore, name: string): Promise<number> {
  const started = performance.now();
  for (let n = 0; n < MESSAGES; n++) {
    await turns.accept({
      id: `${name}:${n}`,
      conversation: name,
      platform: 'terminal',
      author: { id: 'bench', name: 'bench' },
      text: 'show vegetation',
      files: [],
      sentAt: 0,
    });
  }
  return (performance.now() - started) / MESSAGES;
}
