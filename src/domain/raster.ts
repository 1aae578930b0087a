/** One band or index on a pixel grid, row-major: pixel (col, row) is at `row * width + col`. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** Length `width * height`. NaN is nodata, and nothing else marks nodata. */
  readonly values: Float32Array;
}

/** A binary mask on a pixel grid, row-major, 1 = target, 0 = not. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly values: Uint8Array;
}
