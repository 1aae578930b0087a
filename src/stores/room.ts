import { statfs } from 'node:fs/promises';
import type { Room } from '../domain/room.ts';
import { diskFull, UserFacingError } from '../errors.ts';
import { type ArtefactStore, sizeOf } from './artefact-store.ts';
import type { Database } from './database.ts';

/** Bytes that may be held. */
export interface RoomLimits {
  readonly conversation: number;
  /** All conversations of one person together. */
  readonly person: number;
  /** Everything in the data folder; null = as much as the disk takes. */
  readonly all: number | null;
  /** Of the disk, left free; null = a twentieth of it, 1 GiB at most. */
  readonly reserve: number | null;
}

/** Room for the files of conversations. */
export interface DataRoom extends Room {
  /** How much may be added to a conversation of a person, and what to say to a file that has more. */
  left(conversation: string, author: string): Promise<RoomLeft>;
}

export interface RoomLeft {
  /** May be negative. */
  readonly bytes: number;
  refusal(sizeBytes: number | null): UserFacingError;
}

/** The whole data folder is measured again after this. */
const MEASURED_MS = 30_000;
const MIB = 2 ** 20;
const MAX_RESERVE = 1024 * MIB;

export function createRoom(
  { dataDir, database, artefacts }: { dataDir: string; database: Database; artefacts: ArtefactStore },
  limits: RoomLimits,
): DataRoom {
  let measured: { readonly at: number; readonly bytes: Promise<number> } | null = null;

  const held = (): Promise<number> => {
    if (!measured || performance.now() - measured.at > MEASURED_MS) {
      measured = { at: performance.now(), bytes: sizeOf(dataDir).then(({ bytes }) => bytes) };
    }
    return measured.bytes;
  };

  const spare = async (): Promise<number> => {
    const { bavail, blocks, bsize } = await statfs(dataDir);
    const reserve = limits.reserve ?? Math.min(MAX_RESERVE, (blocks * bsize) / 20);
    const free = bavail * bsize - reserve;
    return limits.all === null ? free : Math.min(free, limits.all - (await held()));
  };

  const heldBy = async (author: string): Promise<number> => {
    const rows = await database.query<{ conversation: string }>(
      'SELECT DISTINCT conversation FROM turn WHERE author = $1',
      [author],
    );
    const sizes = await Promise.all(rows.map(({ conversation }) => artefacts.size(conversation)));
    return sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  };

  return {
    spare,

    async left(conversation, author) {
      const rooms: RoomLeft[] = [
        { bytes: await spare(), refusal: () => diskFull() },
        quota(
          'a conversation may hold',
          'Start a new conversation, or say "forget everything" here.',
          limits.conversation,
          (await artefacts.size(conversation)).bytes,
        ),
        quota(
          'all your conversations together may hold',
          'Say "forget everything" in one that you no longer need.',
          limits.person,
          await heldBy(author),
        ),
      ];
      return rooms.reduce((least, room) => (room.bytes < least.bytes ? room : least));
    },
  };
}

function quota(what: string, remedy: string, limit: number, held: number): RoomLeft {
  const bytes = limit - held;
  return {
    bytes,
    refusal(sizeBytes) {
      const has = sizeBytes === null ? 'This file' : `This file has ${Math.ceil(sizeBytes / MIB)} MiB; it`;
      return new UserFacingError(
        'scene-too-large',
        `${has} does not fit: ${what} ${Math.round(limit / MIB)} MiB, and ` +
          `${Math.max(0, Math.floor(bytes / MIB))} MiB are left. ${remedy}`,
      );
    },
  };
}
