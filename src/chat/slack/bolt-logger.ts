import { type Logger, LogLevel } from '@slack/bolt';
import { logOf } from '../../log.ts';

const log = logOf('slack');

/** Bolt's log lines in ours. Its debug lines hold whole messages of people, so they are never written. */
export const boltLogger: Logger = {
  debug: () => undefined,
  info: (...parts) => log.debug(parts.join(' ')),
  warn: (...parts) => log.warn(parts.join(' ')),
  error: (...parts) => log.error(parts.join(' ')),
  setLevel: () => undefined,
  getLevel: () => LogLevel.INFO,
  setName: () => undefined,
};
