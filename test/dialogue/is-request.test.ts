import { describe, expect, it } from 'vitest';
import { isRequest } from '../../src/dialogue/is-request.ts';
import { messageOf } from '../fakes/messages.ts';
import { Conversation } from './conversation.ts';
import { wishes } from './wishes.ts';

/** After a first answer about a scene. */
const talking = async () => {
  const chat = new Conversation();
  await chat.say('show vegetation', ['field.tif']);
  const classifier = await wishes();
  return (text: string) => isRequest(messageOf({ text }), chat.state, classifier);
};

describe('what is said in a thread that we are part of', () => {
  it.each([
    'ok cool',
    'lol',
    'I will check with them tomorrow',
    ':thumbsup:',
    'the meeting is at 3pm',
    'thanks!',
    'can somebody book a room?',
    'drop it',
    'hm',
    'never mind',
    'good morning everybody',
    'nice work, team',
    'who is on call this week?',
    'brb',
    'agreed',
    'I think the lake looks nice there',
    'we should meet at the river',
    'wow that is a lot of water',
    'the client wants this by friday',
    'let me check the buildings with Tom',
    'Tom, can you export this for the report?',
    'the trees are beautiful this time of year',
    'let us undo that commit',
    'can we compare notes later?',
    'I disagree',
    '好的，谢谢大家',
    '明天下午三点开会',
    '哈哈',
  ])('is no request: %s', async (text) => {
    expect((await talking())(text)).toBe(false);
  });

  it('goes on with what was asked last', async () => {
    const chat = new Conversation();
    await chat.say('show vegetation', ['field.tif']);
    await chat.say('send me GeoJSON');
    expect(isRequest(messageOf({ text: 'and water?' }), chat.state, await wishes())).toBe(true);
  });

  it.each([
    'and water?',
    'how many hectares is the largest?',
    'only bigger than 3 ha',
    'show NDVI',
    'send me GeoJSON',
    'why?',
    'water',
    'now in acres',
    'can you show the buildings as well?',
    'where is the largest lake?',
    'remove everything under one acre',
    'what changed?',
    '植被有多少公顷？',
  ])('is a request: %s', async (text) => {
    expect((await talking())(text)).toBe(true);
  });
});
