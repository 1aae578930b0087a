import type { DnArray } from './raster-file.ts';

/** Decoded blocks of all files of a scene, up to a bound; what was used last stays. */
export class BlockCache {
  readonly #bytes: number;
  readonly #blocks = new Map<string, readonly DnArray[]>();
  #held = 0;
  #shelves = 0;

  /** @param bytes  that the blocks may have together; one block may have more */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** A part of the cache that one image has for itself. */
  shelf(): Shelf {
    const name = this.#shelves++;
    return { get: (key, decode) => this.#get(`${name} ${key}`, decode) };
  }

  clear(): void {
    this.#blocks.clear();
    this.#held = 0;
  }

  async #get(key: string, decode: () => Promise<readonly DnArray[]>): Promise<readonly DnArray[]> {
    const known = this.#blocks.get(key);
    if (known) {
      this.#blocks.delete(key); // the least recently used one stays first in the map
      this.#blocks.set(key, known);
      return known;
    }
    const block = await decode();
    this.#drop(key); // somebody else may have decoded it meanwhile
    this.#blocks.set(key, block);
    this.#held += sizeOf(block);
    for (const oldest of this.#blocks.keys()) {
      if (this.#held <= this.#bytes || oldest === key) break;
      this.#drop(oldest);
    }
    return block;
  }

  #drop(key: string): void {
    this.#held -= sizeOf(this.#blocks.get(key) ?? []);
    this.#blocks.delete(key);
  }
}

export interface Shelf {
  /** One array a band, or one of all samples: whatever the image keeps. */
  get(key: string, decode: () => Promise<readonly DnArray[]>): Promise<readonly DnArray[]>;
}

const sizeOf = (block: readonly DnArray[]): number => block.reduce((sum, { byteLength }) => sum + byteLength, 0);
