/** What a scene from a stranger may ask of this machine. Exceeding one ends in a `scene-too-large` reply. */
export interface SceneLimits {
  /** Files of one scene, after unpacking. */
  readonly files: number;
  /** Declared width × height × bands of one file; only windows are ever decoded, so this is generous. */
  readonly samples: number;
  /** Bands of one file: imaging spectrometers have some hundreds. */
  readonly bands: number;
  /** Bytes that the files of a scene may need decoded at once: a strip or tile of each, pictures whole. */
  readonly decodedBytes: number;
  /** Bytes that one archive may unpack to. */
  readonly unpackedBytes: number;
}

export const DEFAULT_LIMITS: SceneLimits = {
  files: 64,
  samples: 20_000_000_000,
  bands: 1024,
  decodedBytes: 448 * 2 ** 20, // a picture of 150 million pixels in three colours
  unpackedBytes: 4 * 2 ** 30,
};
