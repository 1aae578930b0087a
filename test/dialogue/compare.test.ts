import { expect, it } from 'vitest';
import type { Plan } from '../../src/domain/plan.ts';
import { Conversation } from './conversation.ts';

const [OLD, YOUNG] = ['field-2021-06-01.tif', 'field-2023-06-01.tif'] as const;

/** What the analyst is asked to compare: the scenes in this order, from before to after. */
async function compared(files: readonly string[], plan: Partial<Plan> = {}): Promise<string[]> {
  const chat = new Conversation();
  for (const file of files) await chat.say('', [file]);
  await chat.say('', [], [{ operation: 'compare', targets: ['water'], ...plan }]);
  return chat.analyst.calls.filter((call) => call.startsWith('compare'));
}

it.each([
  ['the older first, whichever came first', [YOUNG, OLD], {}, [OLD, YOUNG]],
  ['the older first, when it also came first', [OLD, YOUNG], {}, [OLD, YOUNG]],
  ['the older first, from the scene spoken of', [YOUNG, OLD], { scene: 1 }, [OLD, YOUNG]],
  ['as they came where a date is unknown', ['b.tif', OLD], {}, ['b.tif', OLD]],
  ['as somebody said', [OLD, YOUNG], { scenes: [2, 1] as [number, number] }, [YOUNG, OLD]],
])('two scenes are compared, %s', async (_how, files, plan, [before, after]) => {
  expect(await compared(files, plan)).toEqual([`compare water ${before} ${after}`]);
});
