import { setTimeout as sleep } from 'node:timers/promises';
import { Killed, type Seen, type Side } from './killed-side.ts';

/** What became of the messages. */
export interface Tally {
  kills: number;
  /** Acknowledged and never answered. */
  lost: number;
  doubled: number;
  /** Shows work for ever, or shown besides the answer. */
  orphans: number;
  /** Not acknowledged, and not answered: whoever sent it knows. */
  notTaken: number;
}

/** How long nothing more has to come before it is taken for all there is. */
const QUIET_MS = 150;
const PATIENCE_MS = 30_000;
/** What was not acknowledged need not come. */
const HOPE_MS = 1_500;

/**
 * A message after the other, and before the nth write since the nth was sent the bot is killed, started again, and told what its
 * platform would tell it; until a message goes through with fewer writes.
 *
 * @param report  told of each kill: what was seen in the end
 */
export async function killThrough(side: Side, report: (n: number, seen: Seen) => void): Promise<Tally> {
  const tally: Tally = { kills: 0, lost: 0, doubled: 0, orphans: 0, notTaken: 0 };
  const bot = new Killed(side.bot);
  await bot.start();
  try {
    await side.open(bot);
    for (let n = 1, survived = false; !survived; n++) {
      await bot.arm(n);
      const text = `question ${n}`;
      await side.say(text, bot);
      await throughOrDead(side, bot);
      survived = bot.isAlive;
      if (survived) await bot.arm(0);
      else {
        tally.kills++;
        await bot.start();
      }
      await side.redeliver(bot);
      const seen = await settled(side, bot);
      const mine = seen.answers.filter((answer) => answer.includes(`to ${text}, read 12.`));
      if (mine.length === 0) tally[seen.acknowledged ? 'lost' : 'notTaken']++;
      if (mine.length > 1) tally.doubled++;
      tally.orphans += seen.leftovers + seen.answers.length - mine.length;
      report(n, seen);
    }
  } finally {
    await bot.kill();
    await side.close();
  }
  return tally;
}

const isAnswered = ({ answers, leftovers }: Seen): boolean => answers.length > 0 && leftovers === 0;

async function throughOrDead(side: Side, bot: Killed): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; bot.isAlive && Date.now() < end; await sleep(10)) {
    const seen = await side.look(bot).catch(() => null);
    if (!seen || !isAnswered(seen)) continue;
    await sleep(QUIET_MS);
    return;
  }
}

async function settled(side: Side, bot: Killed): Promise<Seen> {
  let seen = await side.look(bot);
  const end = Date.now() + (seen.acknowledged ? PATIENCE_MS : HOPE_MS);
  for (; !isAnswered(seen) && Date.now() < end; await sleep(20)) seen = await side.look(bot);
  await sleep(QUIET_MS);
  return side.look(bot);
}
