import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'dotenv';
import { z } from 'zod';

const count = (from: number, to: number) => {
  const error = `must be a whole number from ${from} to ${to}`;
  return z.coerce.number({ error }).int({ error }).min(from, { error }).max(to, { error });
};
const text = () => z.string().trim().min(1);
/** `a, b,c` → `['a', 'b', 'c']`. */
const list = () =>
  z.string().transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  );
/** Host names, a leading dot for what is under one: `data.example.org, .example.org`. */
const hosts = () =>
  list()
    .transform((items) => items.map(hostRow))
    .refine(
      (items): items is string[] => !items.includes(null),
      'must be host names such as data.example.org, or .example.org for all under it',
    );
/** The 32 bytes of SLACK_ENCRYPTION_KEY. */
export const encryptionKey = (value: string): Buffer => Buffer.from(value.trim(), 'base64');
/** Wrong in the message, never the value: it may be a token put into the wrong line. */
const startsWith = (prefix: string) => z.string().refine((v) => v.startsWith(prefix), `must start with ${prefix}`);

/** Every variable of the environment we read, by section of `.env.example`. Adding one = a row here and `npx vitest run test/config.test.ts -u`. */
const SECTIONS = {
  General: {
    LOG_LEVEL: z
      .enum(['debug', 'info', 'warn', 'error', 'silent'])
      .default('info')
      .describe('Least severe level that is written to stderr: debug, info, warn, error or silent'),
    DATA_DIR: text().default('./data').describe('Folder for conversations, scenes and results'),
    DATABASE_URL: z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
      .optional()
      .describe('PostgreSQL server; empty = embedded database in DATA_DIR, one process only'),
    RETENTION_DAYS: count(1, 3650)
      .default(30)
      .describe('Conversations are deleted, files included, so many days after their last message'),
    RATE_LIMIT_PER_HOUR: count(1, 100_000)
      .default(240)
      .describe('Requests one person may make within an hour; to stop and to forget is never too much'),
    PARALLEL_CONVERSATIONS: count(1, 64)
      .default(4)
      .describe('Conversations worked on at the same time, one of each person at most; they share one model process'),
  },
  Model: {
    MODEL_PACK: text().default('models/spex-compact').describe('Folder of the model pack'),
    MODEL_TIMEOUT_S: count(1, 7200)
      .default(300)
      .describe(
        'Seconds one step of the model, and everything else of one analysis, may take at most, whatever its progress; large scenes get a second more for each million pixels, and opening a file gets 30 at most, with a second more for each 16 MiB',
      ),
    MODEL_THREADS: count(1, 512).optional().describe('CPU threads of the model; empty = all cores'),
    MODEL_MEMORY_MB: count(64, 16_777_216).optional().describe('MiB the model may use; empty = what the machine has'),
    EXECUTION_PROVIDERS: list()
      .default(['cpu'])
      .describe('ONNX Runtime execution providers, best first, separated by commas'),
  },
  Scenes: {
    MAX_SCENE_MB: count(1, 1_048_576).default(500).describe('Largest file accepted, in MiB'),
    MAX_SCENE_MEGAPIXELS: count(1, 1_000_000).default(400).describe('Largest scene accepted, in million pixels'),
    SCENE_MEMORY_MB: count(256, 1_048_576)
      .default(2048)
      .describe('MiB one process that reads scenes may take; it is stopped beyond. Each conversation has its own'),
    MAX_CONVERSATION_MB: count(1, 16_777_216)
      .default(4000)
      .describe('Disk space of one conversation, in MiB: scenes, what archives unpack to, and results'),
    MAX_PERSON_MB: count(1, 16_777_216)
      .default(8000)
      .describe('Disk space of all conversations of one person together, in MiB'),
    MAX_DATA_MB: count(1, 1_073_741_824)
      .optional()
      .describe('Disk space of everything in DATA_DIR, database included, in MiB; empty = as much as the disk has'),
    MIN_FREE_MB: count(0, 1_073_741_824)
      .optional()
      .describe('MiB of the disk that are left free: no file is taken below; empty = a twentieth of it, 1024 at most'),
    ALLOWED_HOSTS: hosts()
      .default([])
      .describe('Hosts besides the built-in list from which a scene may be fetched by https URL, separated by commas'),
  },
  'Web chat (served when no platform is set)': {
    WEB_HOST: text()
      .default('127.0.0.1')
      .describe('Address to listen on; anything but 127.0.0.1 opens it to the network, to whoever has the token'),
    WEB_PORT: count(0, 65_535).default(3000).describe('Port, or the next free one'),
    WEB_TOKEN: z
      .string()
      .trim()
      .min(16, 'must have at least 16 characters')
      .optional()
      .describe('Token the page wants when others can reach it; empty = one is made up, kept in DATA_DIR, and printed'),
    WEB_URL: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Public address of the page when a proxy stands in front of it (https://spex.example.org)'),
    MAX_WAITING_MB: count(1, 16_777_216)
      .default(2000)
      .describe(
        'Files that one person has added and not yet sent, in MiB; from one address twice, from all ten times as much',
      ),
  },
  'Language model for understanding and phrasing (optional; nothing leaves the machine without it)': {
    LLM: z
      .string()
      .regex(/^[a-z-]+:.+$/, 'must be provider:model')
      .optional()
      .describe('provider:model, for example ollama:qwen3:8b, openai:gpt-5-mini, anthropic:claude-haiku-4-5'),
    LLM_BASE_URL: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Address of the server when not the provider’s own'),
    LLM_API_KEY: text().optional().describe('Key of the provider'),
    LLM_TIMEOUT_S: count(1, 600).default(20).describe('Seconds before the built-in planner takes over'),
  },
  Slack: {
    SLACK_BOT_TOKEN: startsWith('xoxb-')
      .optional()
      .describe(
        'Bot token (xoxb-…) of the one workspace served; for several see SLACK_CLIENT_ID; both empty = no Slack',
      ),
    SLACK_APP_TOKEN: startsWith('xapp-').optional().describe('App-level token (xapp-…) for Socket Mode'),
    SLACK_SIGNING_SECRET: text().optional().describe('Signing secret, for HTTP mode'),
    SLACK_MODE: z
      .enum(['socket', 'http'])
      .default('socket')
      .describe('socket (no public address needed) or http (needs SLACK_SIGNING_SECRET)'),
    SLACK_PORT: count(0, 65_535).default(3001).describe('Port of HTTP mode'),
    SLACK_CLIENT_ID: text()
      .optional()
      .describe('Client ID, for workspaces that install the app themselves at /slack/install; http mode only'),
    SLACK_CLIENT_SECRET: text().optional().describe('Client secret that belongs to SLACK_CLIENT_ID'),
    SLACK_ENCRYPTION_KEY: z
      .string()
      .refine((value) => encryptionKey(value).length === 32, 'must be 32 bytes in base64 (openssl rand -base64 32)')
      .optional()
      .describe(
        'Key under which the tokens of those workspaces are stored: 32 random bytes in base64 (openssl rand -base64 32)',
      ),
    SLACK_API_URL: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Address of the Web API when not Slack’s own (GovSlack, a proxy, a test server)'),
  },
  Discord: {
    DISCORD_TOKEN: text().optional().describe('Bot token; empty = no Discord'),
    DISCORD_MESSAGE_CONTENT: z
      .stringbool()
      .default(false)
      .describe('true = the message content intent is granted: answer follow-ups in threads without a mention'),
    DISCORD_SHARDS: z
      .union([z.literal('auto'), count(1, 10_000)])
      .default('auto')
      .describe('Number of gateway connections, or auto'),
    DISCORD_SERVER_RATE_LIMIT_PER_HOUR: count(1, 1_000_000)
      .default(600)
      .describe('Requests all people of one server together may make within an hour'),
    DISCORD_FILES_URL: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe(
        'Public https address of DISCORD_FILES_PORT: files too large for Discord are offered there for a day; empty = they are not',
      ),
    DISCORD_FILES_PORT: count(0, 65_535).default(3002).describe('Port that DISCORD_FILES_URL leads to'),
    DISCORD_API_URL: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Address of the REST API when not Discord’s own (a proxy, a test server)'),
  },
} as const;

const schema = z.object({
  ...SECTIONS.General,
  ...SECTIONS.Model,
  ...SECTIONS.Scenes,
  ...SECTIONS['Web chat (served when no platform is set)'],
  ...SECTIONS['Language model for understanding and phrasing (optional; nothing leaves the machine without it)'],
  ...SECTIONS.Slack,
  ...SECTIONS.Discord,
});

export type Config = Readonly<z.infer<typeof schema>>;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Read the whole configuration once. Nothing else in `src/` touches `process.env`.
 *
 * @throws {Error} naming every bad variable at once, never printing its value
 */
export function loadConfig(env: Environment): Config {
  // An empty line in .env means "not set".
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const result = schema.safeParse(given);
  if (result.success) return Object.freeze(result.data);
  const problems = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`Bad configuration (see .env.example):\n${problems.join('\n')}`);
}

/** The environment of this process over the `.env` of `folder`: what is exported wins over what is written. */
export function readEnvironment(folder: string): Environment {
  const file = resolve(folder, '.env');
  return { ...(existsSync(file) ? parse(readFileSync(file)) : {}), ...process.env };
}

/**
 * What a child process needs of our environment: programs and libraries are found, time and text are ours. No token, no
 * address, no key.
 */
export function bareEnvironment(): Record<string, string> {
  const needed =
    /^(PATH|LANG|LC_\w+|TZ|TMPDIR|TMP|TEMP|SystemRoot|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|CUDA_VISIBLE_DEVICES)$/i;
  const given = Object.entries(process.env).filter(([name, value]) => needed.test(name) && value !== undefined);
  return Object.fromEntries(given) as Record<string, string>;
}

/** Values that must never be written or shown. */
export function secretsOf(config: Config): string[] {
  return Object.entries(config).flatMap(([name, value]) =>
    typeof value === 'string' && /(?:TOKEN|SECRET|KEY|DATABASE_URL)$/.test(name) ? [value] : [],
  );
}

/**
 * Folder of a model pack: as given, seen from the working directory, or else the one that comes with the package, so
 * that the default works from anywhere.
 */
export function packFolder(pack: string): string {
  const here = resolve(pack);
  const bundled = resolve(import.meta.dirname, '..', pack);
  return existsSync(here) || !existsSync(bundled) ? here : bundled;
}

/** The text of `.env.example`: every variable with its description and default. */
export function envExample(): string {
  const defaults: Readonly<Record<string, unknown>> = loadConfig({});
  const sections = Object.entries(SECTIONS).map(([title, rows]) => {
    const lines = Object.entries<z.ZodType>(rows).flatMap(([name, row]) => [
      `# ${row.description}`,
      `${name}=${defaults[name] ?? ''}`,
    ]);
    return `## ${title}\n\n${lines.join('\n')}\n`;
  });
  return `# Copy to .env. Everything is optional; an empty line means "not set".\n\n${sections.join('\n')}`;
}

/**
 * What an owner may write for a host: `Data.Example.org`, `https://data.example.org/`, `.example.org`, `*.example.org`; null
 * when it would match nothing, or all there is.
 */
function hostRow(written: string): string | null {
  const bare = written.toLowerCase().replace('https://', '').replace(/^\*\./, '.');
  const all = bare.startsWith('.');
  const address = `https://${all ? bare.slice(1) : bare}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || url.port || !/^[\w-]+(\.[\w-]+)*$/.test(url.hostname) || (all && !url.hostname.includes('.')))
    return null;
  return all ? `.${url.hostname}` : url.hostname;
}
