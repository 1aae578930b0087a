import { seal, unseal } from '../domain/sealed.ts';
import type { Secrets } from '../domain/secrets.ts';
import { UserFacingError } from '../errors.ts';
import type { Database } from './database.ts';

/**
 * Secrets in the database, each sealed with AES-256-GCM under a key that is not in it. The name is authenticated too: a row
 * copied under another name does not open.
 *
 * @param key  32 bytes
 */
export function createSecretStore(database: Database, key: Buffer): Secrets {
  return {
    async get(name) {
      const [row] = await database.query<{ sealed: string }>('SELECT sealed FROM secret WHERE name = $1', [name]);
      return row ? open(row.sealed, name, key) : null;
    },

    async put(name, value) {
      await database.query(
        'INSERT INTO secret (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET sealed = $2',
        [name, seal(value, name, key)],
      );
    },

    async delete(name) {
      await database.query('DELETE FROM secret WHERE name = $1', [name]);
    },
  };
}

function open(sealed: string, name: string, key: Buffer): string {
  try {
    return unseal(sealed, name, key);
  } catch (cause) {
    throw new UserFacingError(
      'wrong-usage',
      'What was stored when the app was installed does not open with this SLACK_ENCRYPTION_KEY. Set the key it was stored under, or install the app again.',
      { cause },
    );
  }
}
