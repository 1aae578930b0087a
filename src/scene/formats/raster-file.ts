import type { Grid, PixelWindow } from '../../domain/grid.ts';

/** Digital numbers of one band as they are stored. */
export type DnArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

export const SAMPLE_TYPES = [
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'float16',
  'float32',
  'float64',
] as const;

export type SampleType = (typeof SAMPLE_TYPES)[number];

/** What a file's own colour tags say about a band. */
export type Interpretation = 'gray' | 'red' | 'green' | 'blue' | 'alpha' | 'palette' | 'undefined';

/** What a file says about its bands, unjudged. Arrays have one entry per band. */
export interface FileHints {
  readonly descriptions: readonly (string | null)[];
  readonly interpretation: readonly Interpretation[];
  readonly wavelengthsNm: readonly (number | null)[];
  /** Per band, where the file states how a DN becomes a value (GDAL's scale and offset). */
  readonly scales: readonly ({ readonly scale: number; readonly offset: number } | null)[];
  /** Free metadata of the whole file, keys as written. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Its numbers are places in a colour table; its bands are the colours. */
  readonly palette?: boolean;
  /** Compressed with loss, so that a nodata value may have been smeared. */
  readonly lossy: boolean;
  /** Sentences a person should know. */
  readonly notes: readonly string[];
}

/** One image file with random access to windows of its bands. */
export interface RasterFile {
  readonly format: 'tiff' | 'jp2' | 'png' | 'jpeg' | 'webp';
  readonly grid: Grid;
  readonly bands: number;
  readonly type: SampleType;
  /** Bytes that reading it holds decoded at once: its largest block, or all of a picture. */
  readonly decodedBytes: number;
  /** Resolutions that are stored, finest first; the first is the grid itself. */
  readonly levels: readonly { readonly width: number; readonly height: number }[];
  /** The tagged nodata value, NaN included; null = none. */
  readonly nodata: number | null;
  readonly hints: FileHints;
  /**
   * Digital numbers of some bands in a window of one level.
   *
   * @returns one array per entry of `bands`, row-major, length `window.width * window.height`
   * @throws {UserFacingError} `scene-unreadable` when the stored bytes are damaged
   */
  readDn(level: number, bands: readonly number[], window: PixelWindow): Promise<DnArray[]>;
  /** The file's own validity mask (not its alpha band): 0 = nodata; null where it has none. */
  readMask(level: number, window: PixelWindow): Promise<Uint8Array | null>;
  close(): Promise<void>;
}

/** Array for `length` digital numbers of a type; float16 is widened. */
export function dnArray(type: SampleType, length: number): DnArray {
  switch (type) {
    case 'uint8':
      return new Uint8Array(length);
    case 'int8':
      return new Int8Array(length);
    case 'uint16':
      return new Uint16Array(length);
    case 'int16':
      return new Int16Array(length);
    case 'uint32':
      return new Uint32Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'float16':
    case 'float32':
      return new Float32Array(length);
    case 'float64':
      return new Float64Array(length);
  }
}

/** @throws {RangeError} when the window reaches outside */
export function checkWindow(window: PixelWindow, width: number, height: number): void {
  const { col, row } = window;
  const whole = [col, row, window.width, window.height].every(Number.isInteger);
  if (
    !whole ||
    col < 0 ||
    row < 0 ||
    window.width < 1 ||
    window.height < 1 ||
    col + window.width > width ||
    row + window.height > height
  ) {
    throw new RangeError(`window ${col},${row} ${window.width}x${window.height} is not inside ${width}x${height}`);
  }
}
