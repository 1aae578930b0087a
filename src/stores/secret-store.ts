import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Secrets } from '../domain/secrets.ts';
import { UserFacingError } from '../errors.ts';
import type { Database } from './database.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

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

/** nonce, tag, ciphertext; base64. */
function seal(value: string, name: string, key: Buffer): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(name));
  const body = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
}

function open(sealed: string, name: string, key: Buffer): string {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(name))
    .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch (cause) {
    throw new UserFacingError(
      'wrong-usage',
      'What was stored when the app was installed does not open with this SLACK_ENCRYPTION_KEY. Set the key it was stored under, or install the app again.',
      { cause },
    );
  }
}
