import { spawn } from 'node:child_process';
import { hkdfSync } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createWebAdapter, type WebAdapter } from '../chat/web/adapter.ts';
import { type Config, loadConfig, readEnvironment, secretsOf } from '../config.ts';
import { hideInLog, log, setLogLevel } from '../log.ts';
import { assemble, type Kept, partsOf } from '../main.ts';
import { shrinkPicture } from '../render/shrink-picture.ts';
import { DEMO_SCENE } from '../scene/demo/demo-scene.ts';
import { makePrivate } from '../stores/private-folder.ts';
import { browserCommand } from './browser-command.ts';
import { INDEX_NAMES } from './index-names.ts';
import { slackAdapter } from './slack.ts';

/** How many ports after WEB_PORT are tried when it is taken. */
const PORT_TRIES = 50;

/**
 * Serve until told to stop. Resolves when everything has been put away.
 *
 * @param open  show the chat page in the browser, where a person sits at the terminal
 */
export async function start({ open }: { readonly open: boolean }): Promise<void> {
  // Whatever this process and its children write, nobody else on this machine reads.
  process.umask(0o077);
  const environment = readEnvironment(process.cwd());
  const config = loadConfig(environment);
  setLogLevel(config.LOG_LEVEL);
  hideInLog(secretsOf(config));
  const discord = config.DISCORD_TOKEN ? await discordAdapter(config, config.DISCORD_TOKEN) : null;
  const slack = await slackAdapter(config);
  // Whoever has set up a platform talks there.
  const served: WebAdapter[] = [];
  const web = (kept: Kept): WebAdapter => {
    const adapter = webAdapter(config, kept);
    served.push(adapter);
    return adapter;
  };
  const adapters = [slack, discord, discord || slack ? null : web].filter((adapter) => adapter !== null);
  const app = await assemble(config, { ...(await partsOf(config)), adapters });
  closeDataFolder(resolve(config.DATA_DIR));
  const stopped = new Promise<NodeJS.Signals>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  });
  try {
    await app.start();
    const places = [slack && 'Slack', discord && 'Discord', ...served.map((adapter) => adapter.url())].filter(Boolean);
    process.stdout.write(`spex-chat is ready: ${places.join(', ')}\n`);
    const isWatched = process.stdout.isTTY === true && !environment.CI;
    if (isWatched) process.stdout.write('Ctrl+C stops it.\n');
    if (open && isWatched && served[0]) openBrowser(served[0].url());
    log.debug({ signal: await stopped }, 'stopping');
    process.stdout.write('Stopping. What is unfinished goes on after the next start.\n');
    // Whoever asks twice does not want to wait.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  } finally {
    await app.stop();
  }
}

/** As a favour: without a browser the printed address is enough. */
function openBrowser(address: string): void {
  const child = spawn(...browserCommand(process.platform, address), { stdio: 'ignore', detached: true });
  child.on('error', (error) => log.debug({ err: error }, 'no browser was opened'));
  child.unref();
}

/** What was there before this start may have been open to others. */
function closeDataFolder(folder: string): void {
  try {
    makePrivate(realpathSync(folder));
  } catch (error) {
    log.warn({ err: error }, 'others on this machine may read a part of DATA_DIR');
  }
}

/** Loaded only where it is used: its library is large. */
async function discordAdapter(config: Config, token: string) {
  const { createFileLinks } = await import('../chat/discord/file-links.ts');
  const { createDiscordAdapter } = await import('../chat/discord/adapter.ts');
  return ({ memory, inbox }: Kept) =>
    createDiscordAdapter({
      token,
      apiUrl: config.DISCORD_API_URL,
      messageContent: config.DISCORD_MESSAGE_CONTENT,
      shards: config.DISCORD_SHARDS,
      perServerPerHour: config.DISCORD_SERVER_RATE_LIMIT_PER_HOUR,
      memory,
      inbox,
      privacy: { retentionDays: config.RETENTION_DAYS, reader: config.LLM ?? null },
      indices: INDEX_NAMES,
      shrinkPicture,
      links: config.DISCORD_FILES_URL
        ? createFileLinks({
            publicUrl: config.DISCORD_FILES_URL,
            port: config.DISCORD_FILES_PORT,
            key: Buffer.from(hkdfSync('sha256', token, '', 'discord file links', 32)),
            now: Date.now,
          })
        : null,
    });
}

function webAdapter(config: Config, { memory, transcript, room }: Kept): WebAdapter {
  const waiting = config.MAX_WAITING_MB * 2 ** 20;
  return createWebAdapter({
    memory,
    transcript,
    room,
    host: config.WEB_HOST,
    port: config.WEB_PORT,
    tries: PORT_TRIES,
    publicUrl: config.WEB_URL?.replace(/\/+$/, ''),
    token: config.WEB_TOKEN,
    folder: join(resolve(config.DATA_DIR), 'web'),
    uploads: { file: config.MAX_SCENE_MB * 2 ** 20, session: waiting, address: 2 * waiting, all: 10 * waiting },
    demo: DEMO_SCENE,
  });
}
