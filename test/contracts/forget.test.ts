import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, PLATFORMS } from './platforms.ts';
import { recording } from './recording.ts';

const folder = mkdtempSync(join(tmpdir(), 'contract-forget-'));
const [field, pond] = [join(folder, 'field.tif'), join(folder, 'pond.tif')];
beforeAll(() => {
  for (const path of [field, pond]) writeFileSync(path, 'II*\0 a scene');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The adapter, the queue, the database and the dialogue as they are; only the analyst has no pixels. */
async function joined(platform: keyof typeof PLATFORMS, act: (person: Person) => Promise<void>): Promise<void> {
  const person = await PLATFORMS[platform](recording([]));
  try {
    await act(person);
  } finally {
    await person.close();
  }
}

describe.each(['web', 'slack', 'discord'] as const)('on %s', (platform) => {
  it('deletes after a question and a press, and nothing before or otherwise', { timeout: 120_000 }, () =>
    joined(platform, async (person) => {
      await person.say('show water', field);
      expect(await person.say('reset the colours')).toContain('Nothing was deleted');
      const question = 'This deletes the whole conversation: 1 scene, 1 result and 3 messages. It cannot be undone.';
      expect(await person.say('Forget everything!')).toContain(question);
      expect(await person.press('Keep everything')).toContain('OK, nothing was deleted.');
      expect(await person.press('Delete everything')).toContain('no longer open');
      expect(await person.say('which scenes do we have?')).toMatch(/field\.tif.*water/s);

      await person.say('forget everything');
      expect(await person.press('Delete everything')).toContain("I've deleted this conversation");
      // In Slack the file is still in the thread, and read from there when somebody mentions us.
      expect(await person.say('which scenes do we have?')).not.toContain('water');
    }),
  );
});

describe.each(['slack', 'discord'] as const)('in a conversation of several people on %s', (platform) => {
  it('deletes only what the person sent who did not begin it, on nobody else’s press', { timeout: 120_000 }, () =>
    joined(platform, async (person) => {
      await person.say('show water', field);
      await person.say('show water', pond, 'other');
      const question = await person.say('forget everything', undefined, 'other');
      expect(question).toContain('Only the person who started this conversation can delete all of it.');
      expect(question).toContain('1 scene, 1 result and 2 messages');
      expect(await person.press('Delete what I sent')).toContain('Only the person who asked for this can answer');
      expect(await person.press('Delete what I sent', 'other')).toContain('What everybody else sent is still here');
      const left = await person.say('which scenes do we have?');
      expect(left).toContain('field.tif');
      expect(left).not.toContain('pond.tif');
      expect(await person.say('show water')).toContain('field.tif');
    }),
  );
});
