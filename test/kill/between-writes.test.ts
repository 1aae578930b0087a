import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { discordSide, Killed, type Side, slackSide, webSide } from './killed-side.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const WAYS: Record<string, (folder: string) => Promise<Side>> = {
  web: webSide,
  slack: slackSide,
  'discord, a message': (folder) => discordSide(folder, 'message'),
  'discord, a command': (folder) => discordSide(folder, 'command'),
};

/** How long nothing more has to come before it is taken for all there is. */
const QUIET_MS = 150;
const PATIENCE_MS = 20_000;

it.each(Object.keys(WAYS))(
  'is killed before each write of the way of a message, and answers it once: %s',
  async (way) => {
    const folder = mkdtempSync(join(tmpdir(), 'spex-between-'));
    folders.push(folder);
    const side = await WAYS[way]!(folder);
    const bot = new Killed(side.bot);
    const tally = { kills: 0, lost: 0, doubled: 0, orphans: 0, notTaken: 0 };
    const wrong: string[] = [];
    await bot.start();
    await side.open(bot);
    try {
      for (let n = 1, survived = false; !survived; n++) {
        await bot.arm(n);
        const text = `question ${n}`;
        await side.say(text, bot);
        // Until it is dead, or through with it.
        for (const end = Date.now() + PATIENCE_MS; bot.isAlive && Date.now() < end; await sleep(10)) {
          const { answers, leftovers } = await side.look(bot).catch(() => ({ answers: [], leftovers: 0 }));
          if (answers.length > 0 && leftovers === 0) {
            await sleep(QUIET_MS);
            break;
          }
        }
        survived = bot.isAlive;
        if (survived) await bot.arm(0);
        else {
          tally.kills++;
          await bot.start();
        }
        await side.redeliver(bot);
        let seen = await side.look(bot);
        const settled = () =>
          seen.answers.length > 0 && seen.leftovers === 0;
        const patience = seen.acknowledged ? PATIENCE_MS : 1_500;
        for (const end = Date.now() + patience; !settled() && Date.now() < end; await sleep(20)) seen = await side.look(bot);
        await sleep(QUIET_MS);
        seen = await side.look(bot);
        const mine = seen.answers.filter((answer) => answer.includes(`to ${text}, read 12.`));
        if (mine.length === 0 && seen.acknowledged) tally.lost++;
        if (mine.length === 0 && !seen.acknowledged) tally.notTaken++;
        if (mine.length > 1) tally.doubled++;
        tally.orphans += seen.leftovers + seen.answers.length - mine.length;
        if (mine.length !== 1 || seen.leftovers > 0 || seen.answers.length > 1) console.log(`${n}: ${JSON.stringify(seen)}`), wrong.push(`${n}: ${JSON.stringify(seen)}`);
      }
    } finally {
      await bot.kill();
      await side.close();
    }
    console.log(`${way}: ${JSON.stringify(tally)}`);
    expect(wrong).toEqual([]);
    expect(tally).toMatchObject({ lost: 0, doubled: 0, orphans: 0 });
    expect(tally.kills).toBeGreaterThan(10);
  },
  600_000,
);
