import type { BandName } from './band.ts';
import type { Grid } from './grid.ts';

/** A file of a scene on local disk, as it was uploaded. */
export interface SceneFile {
  /** The uploader's file name: evidence for bands and dates, never a path to open. */
  readonly name: string;
  readonly path: string;
  /** SHA-256 of its bytes, lower-case hex; of an https address, of what its server calls this version. Absent until it was read. */
  readonly digest?: string;
}

/** One band of a scene: what it is and how its digital numbers become values. */
export interface BandInfo {
  /** null = the band could not be identified. */
  readonly name: BandName | null;
  /** What a person reads: `B8`, `SR_B5`, `band 4`. */
  readonly label: string;
  /** The spectral index whose values it holds (`ndvi`), where it holds no light. */
  readonly holdsIndex?: string;
  /** Index into the scene's files, and 0-based band index inside that file. */
  readonly file: number;
  readonly index: number;
  /** value = DN * scale + offset. */
  readonly scale: number;
  readonly offset: number;
}

/** What a raster holds instead of light that shows the ground. */
export type BlindContent =
  | { readonly kind: 'grey' | 'radar' | 'elevation' | 'thermal' | 'index-picture' | 'constant' | 'empty' }
  | { readonly kind: 'index'; readonly indices: readonly string[] }
  /** Codes of a class map, in ascending order. */
  | { readonly kind: 'classes'; readonly codes: readonly number[] }
  /** Bands of which nothing is known. */
  | { readonly kind: 'unknown'; readonly bands: number };

/** Everything known about an opened scene. Plain JSON: it is stored, sent between processes and shown. */
export interface SceneInfo {
  /** The same files with the same names and corrections have the same id, others another. */
  readonly id: string;
  /** What a person calls it: the file name without directory and control characters, or the common stem of several. */
  readonly name: string;
  /** Each with its digest. */
  readonly files: readonly SceneFile[];
  /** The finest grid among the files; coarser bands are resampled onto it. */
  readonly grid: Grid;
  readonly bands: readonly BandInfo[];
  /** Why the bands are what we say: one sentence to show ("I read this as Sentinel-2 …"). */
  readonly bandEvidence: string;
  /** Whether the bands were told by their position or number, not by what the file says of them. */
  readonly bandsGuessed?: boolean;
  /** What a scene is on which nothing can be looked for; absent = bands of light with something on them. */
  readonly blind?: BlindContent;
  /** `reflectance`: calibrated, unitless, about 0–1. `display`: grey values scaled to 0–1; indices are then indicative. */
  readonly values: 'reflectance' | 'display';
  /** Storage type, `uint16` and the like. */
  readonly dataType: string;
  readonly sensor: string | null;
  /** ISO 8601 date or date-time of acquisition. */
  readonly acquiredAt: string | null;
  /** Ground size of a pixel at the scene's centre, metres; null when unknown. */
  readonly pixelSizeM: { readonly x: number; readonly y: number; readonly stated: boolean } | null;
  /** [west, south, east, north] in degrees (WGS84), null when unknown. */
  readonly boundsLonLat: readonly [number, number, number, number] | null;
  /** Share of pixels that are not nodata, 0–1; from an overview where the scene is large. */
  readonly validFraction: number;
  readonly cloud: { readonly fraction: number; readonly source: string; readonly rough: boolean } | null;
  /** Sentences a person should know: missing calibration, resampled bands, ignored files. */
  readonly notes: readonly string[];
  /** What the person corrected when it was opened; opening `files` with it again gives the same scene. */
  readonly correction: SceneCorrection;
}

/** What a person corrected by words; applied on top of what the files say. */
export interface SceneCorrection {
  /** Band name by 0-based position in `SceneInfo.bands`; null = leave unknown. */
  readonly bands?: readonly (BandName | null)[];
  readonly sensor?: string;
  /** Side of a square pixel in metres, as stated by the user. */
  readonly pixelSizeM?: number;
  /** reflectance = DN * scale + offset, where a catalogue knows it better than the files tell. */
  readonly reflectance?: { readonly scale: number; readonly offset: number };
}
