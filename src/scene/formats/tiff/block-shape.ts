/** What a decoder must know about a strip or tile. */
export interface BlockShape {
  readonly width: number;
  readonly height: number;
  /** Rows that the data may have instead: some writers pad the last strip to the length of the others. */
  readonly paddedHeight: number;
  /** Samples per pixel inside the block: all bands, or 1 where bands are stored one after another. */
  readonly samples: number;
  readonly bitsPerSample: number;
  /** TIFF PhotometricInterpretation. */
  readonly photometric: number;
  readonly jpegTables: Uint8Array | null;
  readonly lercParameters: readonly number[] | null;
}

/** Bytes of a decoded block; rows of less than whole bytes are padded. */
export function blockBytes({ width, height, samples, bitsPerSample }: BlockShape): number {
  return Math.ceil((width * samples * bitsPerSample) / 8) * height;
}

/** The same with the rows that the data may have instead. */
export const paddedBytes = (shape: BlockShape): number => blockBytes({ ...shape, height: shape.paddedHeight });

/** Bytes that the data of a block may have: a little more than the block itself, where they cannot be packed. */
export const mostStoredBytes = (shape: BlockShape): number => paddedBytes(shape) * 2 + 65_536;
