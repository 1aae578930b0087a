import { randomBytes } from 'node:crypto';
import pino, { type Logger } from 'pino';

/**
 * The log: one JSON object a line on stderr, so stdout stays free for answers.
 *
 * No secret reaches it: fields that usually hold one are cut by name, tokens of the platforms by their shape, and the
 * values given to `hideInLog` wherever they occur.
 */
export const log: Logger = pino(
  {
    level: 'info',
    base: null,
    serializers: { err: errorForLog },
    redact: { paths: secretFields().flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[hidden]' },
    hooks: { streamWrite: (line) => withoutSecrets(line) },
  },
  // Synchronous: the last line before a crash is the one that matters.
  pino.destination({ fd: 2, sync: true }),
);

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

const parts = new Map<string, Logger>();

/** The log of one part of the program (`slack`, `queue`). May be called when a module loads: levels set later apply. */
export function logOf(part: string): Logger {
  const known = parts.get(part);
  if (known) return known;
  const child = log.child({ part });
  parts.set(part, child);
  return child;
}

export function setLogLevel(level: LogLevel): void {
  for (const logger of [log, ...parts.values()]) logger.level = level;
}

/** Log what nobody expected. @returns the incident's id, for the person it happened to and for whoever reads the log */
export function reportIncident(error: unknown, context: Readonly<Record<string, string>> = {}): string {
  const incident = randomBytes(4).toString('hex');
  log.error({ incident, err: error, ...context }, 'incident');
  return incident;
}

const hidden = new Set<string>();

/** Never write these values, whatever message they turn up in. Values under 8 characters are too common to cut. */
export function hideInLog(secrets: readonly string[]): void {
  for (const secret of secrets) if (secret.length >= 8) hidden.add(JSON.stringify(secret).slice(1, -1));
}

/** Slack tokens, Discord bot tokens, credentials in an Authorization header or a URL. */
const TOKEN_SHAPES =
  /xox[a-z]-[\w-]{8,}|xapp-[\w-]{8,}|[\w-]{23,28}\.[\w-]{6}\.[\w-]{27,}|(?<=(?:Bearer|Bot|Basic) )[\w.~+/=-]{8,}|(?<=:\/\/[^\s/:@"]{0,64}:)[^\s/@"]+(?=@)/g;

/** @param line  text about to be written */
export function withoutSecrets(line: string): string {
  let safe = line.replace(TOKEN_SHAPES, '[hidden]');
  for (const secret of hidden) safe = safe.replaceAll(secret, '[hidden]');
  return safe;
}

/**
 * What an error says of itself, and nothing that a library has hung on it: those of HTTP clients carry the whole request,
 * with what people wrote, uploaded files and addresses that are keys.
 */
export function errorForLog(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const { code, status } = error as Error & { code?: unknown; status?: unknown };
  return { name, message, stack, code, status, cause: errorForLog(cause) };
}

function secretFields(): readonly string[] {
  return ['token', 'secret', 'password', 'authorization', 'cookie', 'origin', 'interactionToken', 'responseUrl'];
}
