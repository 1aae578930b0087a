/** What a scene from a stranger may ask of this machine. Exceeding one ends in a `scene-too-large` reply. */
export interface SceneLimits {
  /** Files of one scene, after unpacking. */
  readonly files: number;
  /** Declared width × height × bands of one file; only windows are ever decoded, so this is generous. */
  readonly samples: number;
  /** Bytes of one decoded strip or tile. */
  readonly blockBytes: number;
  /** Declared width × height of formats that can only be decoded whole (PNG, JPEG, WebP, JPEG 2000). */
  readonly wholePixels: number;
  /** Bytes that one archive may unpack to. */
  readonly unpackedBytes: number;
}

export const DEFAULT_LIMITS: SceneLimits = {
  files: 64,
  samples: 20_000_000_000,
  blockBytes: 512 * 2 ** 20,
  wholePixels: 150_000_000,
  unpackedBytes: 4 * 2 ** 30,
};
