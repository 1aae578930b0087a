import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Wish } from '../../src/dialogue/understanding/wish-classifier.ts';
import { EIGHTH } from '../../test/dialogue/utterances.eighth.ts';
import { ELEVENTH } from '../../test/dialogue/utterances.eleventh.ts';
import { ENGLISH } from '../../test/dialogue/utterances.en.ts';
import { FIFTH } from '../../test/dialogue/utterances.fifth.ts';
import { FOURTH } from '../../test/dialogue/utterances.fourth.ts';
import { NINTH } from '../../test/dialogue/utterances.ninth.ts';
import { SECOND } from '../../test/dialogue/utterances.second.ts';
import { SEVENTH } from '../../test/dialogue/utterances.seventh.ts';
import { SIXTH } from '../../test/dialogue/utterances.sixth.ts';
import { TENTH } from '../../test/dialogue/utterances.tenth.ts';
import { THIRD } from '../../test/dialogue/utterances.third.ts';
import { CHINESE } from '../../test/dialogue/utterances.zh.ts';
import type { Utterance } from '../../test/dialogue/vocabulary.ts';

export interface Example {
  readonly list: string;
  readonly text: string;
  readonly before: string | null;
  readonly wish: Wish;
}

/** All that is learnt from: what was written for it (`data/`), and the utterances that the tests of the rules know. */
export function examples(): Example[] {
  const folder = join(import.meta.dirname, 'data');
  const written = readdirSync(folder).flatMap((name) =>
    writtenIn(basename(name, '.txt'), readFileSync(join(folder, name), 'utf8')),
  );
  const lists = { ENGLISH, CHINESE, SECOND, THIRD, FOURTH, FIFTH, SIXTH, SEVENTH, EIGHTH, NINTH, TENTH, ELEVENTH };
  return [
    ...written,
    ...Object.entries(lists).flatMap(([list, utterances]) => utterances.flatMap((u) => ofUtterance(list, u))),
  ];
}

/** `# wish` begins a section; a line is a message, or `the one before > the message`. */
export function writtenIn(list: string, text: string): Example[] {
  let wish: Wish | null = null;
  return text.split('\n').flatMap((line): Example[] => {
    if (line.startsWith('# ')) wish = line.slice(2) as Wish;
    if (line === '' || line.startsWith('#') || wish === null) return [];
    const [said, then] = line.split(' > ');
    return [{ list, text: then ?? said!, before: then === undefined ? null : said!, wish }];
  });
}

function ofUtterance(list: string, { said, plans }: Utterance): Example[] {
  const operations = new Set(plans.map((plan) => plan.operation));
  const [plan] = plans;
  // Of two wishes in one message neither is the one; what is asked back, stopped or deleted is not learnt.
  if (operations.size !== 1 || !plan?.operation || ['clarify', 'cancel', 'forget'].includes(plan.operation)) return [];
  const isChat = plan.operation === 'help' && plan.about !== undefined;
  // There, thanks are often help.
  if (plan.operation === 'help' && !isChat) return [];
  return [{ list, text: said.at(-1)!, before: said.at(-2) ?? null, wish: isChat ? 'chat' : (plan.operation as Wish) }];
}
