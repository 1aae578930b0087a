import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { replyText } from '../../src/chat/terminal/reply-text.ts';
import type { Reply } from '../../src/domain/message.ts';
import { type Person, PLATFORMS } from './platforms.ts';
import { recording } from './recording.ts';

/** One conversation, the same on every platform: the real planner and dialogue, an analyst without pixels. */
const SCRIPT: readonly { readonly say: string; readonly file?: true; readonly operation: string }[] = [
  { say: 'show vegetation', file: true, operation: 'extract' },
  { say: 'how many hectares is the largest?', operation: 'measure' },
  { say: 'and water?', operation: 'extract' },
  { say: 'show water', operation: 'extract' },
  { say: 'only bigger than 3 ha', operation: 'extract' },
  { say: 'outline only', operation: 'restyle' },
  { say: 'why?', operation: 'explain' },
  { say: '植被有多少公顷？', operation: 'measure' },
  { say: 'list', operation: 'list' },
  { say: 'forget everything', operation: 'forget' },
];

const folder = mkdtempSync(join(tmpdir(), 'contract-'));
const scene = join(folder, 'fields.tif');
beforeAll(() => writeFileSync(scene, 'II*\0 a scene'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a platform must not change, by turn. */
interface Result {
  readonly plans: unknown;
  readonly facts: unknown;
  readonly words: string;
}

const results: Record<string, Result[]> = {};

it.each(Object.entries(PLATFORMS))(
  'on %s everything asked is understood, answered and shown',
  async (name, join) => {
    const replies: Reply[] = [];
    const person: Person = await join(recording(replies));
    try {
      for (const [turn, { say, file }] of SCRIPT.entries()) {
        const shown = await person.say(say, file ? scene : undefined);
        const measured = replies[turn]!.blocks.flatMap((block) =>
          block.kind === 'text' && block.voice === 'measured' ? [block.text] : [],
        );
        for (const text of measured) expect(flat(shown), `${name}: ${say}`).toContain(flat(text));
      }
    } finally {
      await person.close();
    }
    results[name] = replies.map((reply) => ({ plans: reply.plans, facts: reply.facts, words: replyText(reply) }));
    expect(replies.map(({ plans }) => plans[0]?.operation)).toEqual(SCRIPT.map(({ operation }) => operation));
    expect(replies[0]!.facts[0]).toMatchObject({ target: 'vegetation', areaM2: 190_000, count: 4 });
    expect(replies[4]!.facts[0]).toMatchObject({ target: 'water', areaM2: 80_000, count: 1 });
    // The first platform is the measure of the others.
    expect(results[name]).toEqual(Object.values(results)[0]);
  },
  120_000,
);

const flat = (text: string): string => text.replace(/\s+/g, ' ');
