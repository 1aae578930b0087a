import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../src/dialogue/operations/verdict.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { SceneInfo } from '../../src/domain/scene.ts';
import { Conversation, textOf } from './conversation.ts';

/** After "show vegetation" on 10 m pixels: NDVI agrees by 0.8, the mean probability inside is 0.9. */
async function asked(): Promise<{ finding: Finding; scene: SceneInfo }> {
  const chat = new Conversation();
  await chat.say('show vegetation', ['field.tif']);
  return { finding: chat.state.findings[0]!, scene: chat.state.scenes[0]!.info };
}

describe('a finding can be trusted', () => {
  const evidence = (agreement: number | null) => ({
    evidence: {
      index: 'ndvi',
      threshold: 0.3,
      method: 'fixed' as const,
      meanInside: 0.7,
      meanOutside: 0.1,
      agreement,
    },
  });
  const confidence = (more: Partial<Finding['confidence']>) => ({
    confidence: { meanInside: 0.9, unsureShare: 0.02, foretoldIou: 0.8, ...more },
  });

  it.each([
    ['high', 'agrees', evidence(0.6)],
    ['high', 'agrees', evidence(null)], // both mark nothing
    ['medium', 'half-agrees', evidence(0.59)],
    ['medium', 'half-agrees', { ...evidence(0.9), ...confidence({ foretoldIou: 0.49 }) }],
    ['medium', 'unchecked', { evidence: null }],
    ['low', 'disagrees', evidence(0.09)],
    ['low', 'foretold', confidence({ foretoldIou: 0.39 })],
    ['low', 'undecided', confidence({ meanInside: 0.64 })],
    ['low', 'undecided', confidence({ unsureShare: 0.26 })],
  ] as const)('%s: %s', async (level, reason, changed) => {
    const { finding, scene } = await asked();
    expect(verdictOf({ ...finding, ...changed }, scene)).toEqual({ level, reason });
  });

  it('little, under cloud, or where the model is seldom right', async () => {
    const { finding, scene } = await asked();
    const cloud = { fraction: 0.2, rough: false, source: 'SCL' } as unknown as NonNullable<SceneInfo['cloud']>;
    expect(verdictOf(finding, { ...scene, cloud })).toEqual({ level: 'low', reason: 'cloud' });
    const built = { ...finding, facts: { ...finding.facts, target: 'building' as const } };
    expect(verdictOf(built, scene)).toEqual({ level: 'low', reason: 'seldom-right' });
    const fine = { ...scene, pixelSizeM: { x: 2, y: 2 } } as SceneInfo;
    expect(verdictOf(built, fine)).toEqual({ level: 'high', reason: 'agrees' });
  });
});

it('stands before the number, and says the one reason', async () => {
  const chat = new Conversation();
  const text = textOf(await chat.say('show vegetation', ['field.tif']));
  expect(text.split('\n')[0]).toBe('High confidence: NDVI marks nearly the same ground.');
  expect(textOf(await chat.say('how sure are you?')).split('\n')[0]).toContain('High confidence: NDVI marks nearly');
});

it('gives no number where more than half is cloud', async () => {
  const chat = new Conversation();
  await chat.say('', ['field.tif']);
  const cloud = { fraction: 0.73, rough: false, source: 'SCL' } as unknown as NonNullable<SceneInfo['cloud']>;
  const [entry] = chat.state.scenes;
  chat.state = { ...chat.state, scenes: [{ ...entry!, info: { ...entry!.info, cloud } }] };
  const reply = await chat.say('show vegetation');
  expect(textOf(reply)).toContain('About 73% of field.tif is cloud, so a number would only tell of the gaps.');
  expect(reply.facts).toEqual([]);
  expect(chat.analyst.calls.filter((call) => call.startsWith('extract'))).toEqual([]);
});
