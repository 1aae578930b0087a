import { describe, expect, it } from 'vitest';
import { Conversation, textOf } from './conversation.ts';

describe('respond', () => {
  it('asks for a scene and carries out what was asked when it comes', async () => {
    const chat = new Conversation();
    expect(textOf(await chat.say('show vegetation'))).toContain('Drop a GeoTIFF');
    const reply = await chat.say('', ['field.tif']);
    expect(reply.plans).toEqual([{ operation: 'extract', targets: ['vegetation'] }]);
    // 12 + 5 + 1.5 + 0.5 ha
    expect(textOf(reply)).toContain('Vegetation covers 19 ha (19 % of the scene) in 4 regions.');
    expect(reply.facts.map((f) => f.areaM2)).toEqual([190_000]);
  });

  it('measures follow-ups without asking the analyst anything', async () => {
    const chat = new Conversation();
    await chat.say('show vegetation', ['field.tif']);
    expect(await chat.callsOf('how many hectares is the largest?')).toEqual([]);
    expect(await chat.callsOf('why?')).toEqual([]);
    expect(await chat.callsOf('list the regions')).toEqual([]);
  });
});
