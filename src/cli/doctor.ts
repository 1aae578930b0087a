import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { networkNamespace } from '../analysis/glass.ts';
import { isLoopback } from '../chat/web/guard.ts';
import { type Config, type Environment, loadConfig, packFolder, readEnvironment, secretsOf } from '../config.ts';
import { UserFacingError } from '../errors.ts';
import { hideInLog, setLogLevel } from '../log.ts';
import { openDatabase } from '../stores/database.ts';
import { isOpenToOthers } from '../stores/private-folder.ts';
import { missingForSlack, wantsSlack } from './slack.ts';

export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  /** What was found, and when it is not ok what to do: one or two sentences. */
  readonly found: string;
}

/** Free space below which a single large scene may fill the disk. */
const MIN_FREE_MB = 1024;

/** @throws {Error} after the report, when something is wrong */
export async function doctor({ json = false, live = false }: { json?: boolean; live?: boolean }): Promise<void> {
  setLogLevel('silent');
  const findings = await examine(readEnvironment(process.cwd()), live);
  const wrong = findings.filter((finding) => !finding.ok);
  process.stdout.write(
    json
      ? `${JSON.stringify(findings, null, 2)}\n`
      : findings.map(({ check, ok, found }) => `${ok ? 'ok   ' : 'WRONG'}  ${check}: ${found}\n`).join(''),
  );
  if (wrong.length > 0)
    throw new Error(`${wrong.length} of ${findings.length} checks failed: ${wrong.map((f) => f.check).join(', ')}.`);
}

/**
 * Look at everything the bot needs, in the order in which one would mend it.
 * @param live  ask Slack and Discord, too
 */
export async function examine(environment: Environment, live = false): Promise<Finding[]> {
  const node = checkNode(process.versions.node);
  let config: Config;
  try {
    config = loadConfig(environment);
  } catch (error) {
    return [node, wrong('configuration', (error as Error).message)];
  }
  hideInLog(secretsOf(config));
  return [
    node,
    ok('configuration', 'every variable is well-formed'),
    ...checkTokens(config),
    ...(live ? await checkPlatforms(config) : []),
    await checkPack(packFolder(config.MODEL_PACK)),
    await checkDatabase(config),
    await checkGlass(),
    await checkDisk(config),
    checkPrivacy(config),
    ...(await checkPorts(config)),
  ];
}

export function checkNode(version: string): Finding {
  const [major, minor] = version.split('.').map(Number) as [number, number];
  return major > 20 || (major === 20 && minor >= 19)
    ? ok('Node', version)
    : wrong('Node', `${version} is too old. Install Node 20.19 or newer.`);
}

export function checkTokens(config: Config): Finding[] {
  const found: Finding[] = [];
  const { SLACK_APP_TOKEN: app, SLACK_MODE: mode, DISCORD_TOKEN: discord } = config;
  if (wantsSlack(config) || app) {
    const missing = [...(wantsSlack(config) ? [] : ['SLACK_BOT_TOKEN']), ...missingForSlack(config)];
    found.push(
      missing.length === 0
        ? ok('Slack', `what ${config.SLACK_CLIENT_ID ? 'installing over OAuth' : `${mode} mode`} needs is set`)
        : wrong('Slack', `it still needs ${missing.join(', ')}. Set it in .env, or empty the other Slack lines.`),
    );
  }
  if (discord) {
    found.push(
      /^[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}$/.test(discord)
        ? ok('Discord', 'the token has the right shape')
        : wrong(
            'Discord',
            'DISCORD_TOKEN is not a bot token (three parts with dots). Copy it from the Bot page of the developer portal.',
          ),
    );
  }
  if (found.length === 0) found.push(ok('platforms', 'no token set: the local web chat will be served'));
  return found;
}

/** What the platforms themselves say. Their libraries are large: they are loaded where somebody asks. */
export async function checkPlatforms(config: Config): Promise<Finding[]> {
  const found: Finding[] = [];
  if (config.SLACK_BOT_TOKEN && missingForSlack(config).length === 0) {
    found.push(await answered('Slack says', () => checkSlack(config, config.SLACK_BOT_TOKEN!)));
  }
  if (config.DISCORD_TOKEN) {
    found.push(await answered('Discord says', () => checkDiscord(config, config.DISCORD_TOKEN!)));
  }
  return found;
}

async function answered(check: string, ask: () => Promise<Omit<Finding, 'check'>>): Promise<Finding> {
  try {
    return { check, ...(await ask()) };
  } catch (error) {
    if (error instanceof UserFacingError) return wrong(check, error.reply);
    return wrong(check, `nothing (${(error as Error).message}). Check that this machine reaches it, and try again.`);
  }
}

async function checkSlack(config: Config, token: string): Promise<Omit<Finding, 'check'>> {
  const { askSlack } = await import('../chat/slack/ask-slack.ts');
  const appToken = config.SLACK_MODE === 'socket' ? config.SLACK_APP_TOKEN : undefined;
  const { workspace, missing, readsChannels } = await askSlack(token, appToken, config.SLACK_API_URL);
  if (missing.length > 0) {
    return {
      ok: false,
      found: `in ${workspace} the app lacks ${missing.join(', ')}. Add it under OAuth & Permissions, then press Reinstall there.`,
    };
  }
  const hears = readsChannels ? 'goes on in its threads without a mention' : 'hears only mentions in channels';
  return { ok: true, found: `the app works in ${workspace} and ${hears}` };
}

async function checkDiscord(config: Config, token: string): Promise<Omit<Finding, 'check'>> {
  const { askDiscord } = await import('../chat/discord/ask-discord.ts');
  const { commandsFor } = await import('../chat/discord/commands.ts');
  const { INDEX_NAMES } = await import('./index-names.ts');
  const { application, commandsAreOurs } = await askDiscord(
    token,
    { messageContent: config.DISCORD_MESSAGE_CONTENT, apiUrl: config.DISCORD_API_URL },
    commandsFor(INDEX_NAMES),
  );
  const commands = commandsAreOurs ? 'its commands are up to date' : 'the next start writes its commands';
  return { ok: true, found: `the token is that of ${application}; ${commands}` };
}

export async function checkPack(folder: string): Promise<Finding> {
  const check = 'model pack';
  let files: Record<string, string>;
  try {
    ({ files } = JSON.parse(readFileSync(join(folder, 'pack.json'), 'utf8')));
  } catch {
    return wrong(check, `${folder} holds no readable pack.json. Set MODEL_PACK to the folder of a model pack.`);
  }
  for (const [name, sha256] of Object.entries(files)) {
    try {
      const hash = createHash('sha256');
      await pipeline(createReadStream(join(folder, name)), hash);
      if (hash.digest('hex') !== sha256)
        return wrong(check, `${join(folder, name)} is damaged (its sha256 differs). Get the pack again.`);
    } catch {
      return wrong(check, `${join(folder, name)} is missing. Get the pack again.`);
    }
  }
  return ok(check, `${folder}, ${Object.keys(files).length} files intact`);
}

export async function checkDatabase(config: Config): Promise<Finding> {
  const check = 'database';
  const where = config.DATABASE_URL ? 'the server of DATABASE_URL' : join(resolve(config.DATA_DIR), 'db');
  try {
    const database = await openDatabase({ dataDir: resolve(config.DATA_DIR), url: config.DATABASE_URL });
    await database.close();
    return ok(check, `${where} opens`);
  } catch (error) {
    // A folder that is in use is normal while the bot is running; what else is wrong with it has a cause.
    if (error instanceof UserFacingError) return (error.cause ? wrong : ok)(check, error.reply);
    const { code, message } = error as NodeJS.ErrnoException;
    return wrong(
      check,
      `${where} does not open (${code ?? message}). ` +
        (config.DATABASE_URL
          ? 'Check that it runs and that user, password and database exist.'
          : 'Check that DATA_DIR is writable.'),
    );
  }
}

/** Files of strangers are read without a network either way; what differs is who sees to it. */
export async function checkGlass(): Promise<Finding> {
  return ok(
    'reading scenes',
    (await networkNamespace())
      ? 'processes that read files have no network: each has an empty network namespace of its own'
      : "processes that read files have no network as far as Node's own functions go; this system gives them no network namespace of their own (Linux does, where unshare is installed and user namespaces are allowed)",
  );
}

export async function checkDisk(config: Config): Promise<Finding> {
  const folder = resolve(config.DATA_DIR);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = await statfs(folder);
    const freeMb = Math.floor((bavail * bsize) / 2 ** 20);
    const neededMb = MIN_FREE_MB + config.MAX_SCENE_MB;
    return freeMb >= neededMb
      ? ok('disk', `${freeMb} MiB free in ${folder}`)
      : wrong(
          'disk',
          `only ${freeMb} MiB free in ${folder}, ${neededMb} MiB wanted. Free some, or set DATA_DIR elsewhere.`,
        );
  } catch (error) {
    return wrong(
      'disk',
      `${folder} cannot be used (${(error as NodeJS.ErrnoException).code}). Set DATA_DIR to a folder you may write to.`,
    );
  }
}

/** Where the folder cannot be used at all, the check of the disk says so. */
export function checkPrivacy(config: Config): Finding {
  const check = 'privacy';
  const folder = resolve(config.DATA_DIR);
  if (!existsSync(folder) || !isOpenToOthers(folder)) return ok(check, `nobody else may look into ${folder}`);
  return statSync(folder).uid === process.getuid?.()
    ? ok(check, `others on this machine may look into ${folder}; the next start closes it`)
    : wrong(check, `others may look into ${folder}, which is somebody else's. Let its owner run chmod 700 on it.`);
}

export async function checkPorts(config: Config): Promise<Finding[]> {
  if (wantsSlack(config) && config.SLACK_MODE === 'http') {
    return [
      (await isFree('0.0.0.0', config.SLACK_PORT))
        ? ok('ports', `${config.SLACK_PORT} is free for Slack`)
        : wrong('ports', `${config.SLACK_PORT} is taken. Set SLACK_PORT to a free port.`),
    ];
  }
  if (wantsSlack(config) || config.DISCORD_TOKEN) return [];
  const free = (await isFree(config.WEB_HOST, config.WEB_PORT))
    ? `${config.WEB_PORT} is free for the web chat`
    : `${config.WEB_PORT} is taken: the web chat will use the next free one`;
  const isLocal = isLoopback(config.WEB_HOST) && !config.WEB_URL;
  return [ok('ports', isLocal ? free : `${free}, which others can reach with the token that start prints`)];
}

async function isFree(host: string, port: number): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, 'listening');
    probe.close();
    return true;
  } catch {
    return false;
  }
}

const ok = (check: string, found: string): Finding => ({ check, ok: true, found });
const wrong = (check: string, found: string): Finding => ({ check, ok: false, found });
