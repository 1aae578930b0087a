import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { ask } from '../../src/cli/ask.ts';
import type { Analyst } from '../../src/domain/analyst.ts';
import { UserFacingError } from '../../src/errors.ts';
import type { Parts } from '../../src/main.ts';
import { replyOf } from '../fakes/messages.ts';

const folder = mkdtempSync(join(tmpdir(), 'spex-ask-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());
const scenes = ['B3.tif', 'B4.tif'].map((name) => join(folder, name));
for (const scene of scenes) writeFileSync(scene, 'x');

let dataDir = '';

/** Says what it was given, and makes a picture each time, always of the same name. */
const echo = async (): Promise<Omit<Parts, 'adapters'>> => ({
  analyst: { prepare: async () => undefined, stop: async () => undefined } as Analyst,
  isCancel: () => false,
  isForget: () => false,
  isRequest: () => true,
  respond: async ({ message, files, state }, run) => {
    if (message.text === 'fail') throw new UserFacingError('band-missing', 'It has no \u001b[31mnir band.');
    dataDir = run.folder;
    const turn = ((state as { turn: number } | null)?.turn ?? 0) + 1;
    const path = join(run.folder, `${turn}.png`);
    writeFileSync(path, `picture ${turn}`);
    const artefact = { name: 'overlay.png', path, mediaType: 'image/png', bytes: 9 };
    return {
      state: { turn },
      reply: replyOf('', {
        blocks: [
          { kind: 'text', voice: 'plain', text: `${turn}: ${message.text} (${files.map((f) => f.name)})` },
          { kind: 'picture', artefact, alt: 'overlay' },
          { kind: 'files', artefacts: [artefact] },
        ],
        plans: [
          { operation: 'describe', targets: [] },
          { operation: 'help', targets: [] },
        ],
      }),
    };
  },
});

const run = async (...args: Parameters<typeof ask>): Promise<string> => {
  let written = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += text;
    return true;
  });
  await ask(...args);
  return written;
};

describe('ask --json', () => {
  it('prints one document: a whole conversation, files with the first question, copies in --out', async () => {
    const out = join(folder, 'out');
    const answers = JSON.parse(await run(scenes, { question: ['show water', 'and now?'], json: true, out }, echo));
    expect(answers).toEqual([
      {
        question: 'show water',
        plans: [
          { operation: 'describe', targets: [] },
          { operation: 'help', targets: [] },
        ],
        plan: { operation: 'help', targets: [] },
        text: '1: show water (B3.tif,B4.tif)',
        facts: [],
        files: [join(out, 'overlay.png'), join(out, 'overlay.png')],
        elapsedMs: expect.any(Number),
      },
      expect.objectContaining({
        text: '2: and now? ()',
        files: [join(out, 'overlay-2.png'), join(out, 'overlay-2.png')],
      }),
    ]);
    expect(readdirSync(out).map((name) => readFileSync(join(out, name), 'utf8'))).toEqual(['picture 2', 'picture 1']);
    expect(() => readdirSync(dataDir)).toThrow('ENOENT'); // Nothing stays behind.
  });

  it('goes on after a failure, and is done when something was answered', async () => {
    const answers = JSON.parse(await run([scenes[0]!], { question: ['fail', 'next'], json: true }, echo));
    expect(answers.map((answer: { text: string }) => answer.text)).toEqual([
      'It has no \u001b[31mnir band.',
      '1: next ()',
    ]);
    expect(answers[0]).toMatchObject({ plan: null, plans: [], files: [] });
  });
});

it('fails with the sentence when nothing was answered', async () => {
  await expect(run([scenes[0]!], { question: ['fail'], json: true }, echo)).rejects.toThrow('It has no �[31mnir band.');
});

it('gives links to the first question as words', async () => {
  const url = 'https://example.org/a.tif';
  expect(await run([url], { question: ['show water'] }, echo)).toBe(`> show water\n1: show water ${url} ()\n\n`);
});

it('fails at once when a scene is not there', async () => {
  await expect(run(['none.tif'], { question: ['x'] }, echo)).rejects.toMatchObject({ code: 'scene-missing' });
});
