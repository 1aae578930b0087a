import type { Location, PixelWindow } from './grid.ts';
import type { LandCover } from './land-cover.ts';

/** A connected region (8-neighbour) of a mask, measured. */
export interface Region {
  /** 1 = largest. Stable inside one finding. */
  readonly id: number;
  readonly pixels: number;
  /** null when the pixel size is unknown. */
  readonly areaM2: number | null;
  /** Of all valid pixels, 0–1. */
  readonly share: number;
  /** Mean of pixel centres; (col, row) with (0.5, 0.5) the centre of the top left pixel. */
  readonly centroid: readonly [col: number, row: number];
  readonly centroidLonLat: readonly [lon: number, lat: number] | null;
  readonly location: Location;
  readonly window: PixelWindow;
}

/** The numbers of a measured answer. Every number shown to a person comes from here. */
export interface Facts {
  readonly target: LandCover;
  readonly areaM2: number | null;
  readonly pixels: number;
  /** Target pixels / valid pixels, 0–1. */
  readonly share: number;
  /** Number of regions, all sizes that were kept. */
  readonly count: number;
  /** In descending area; at most 200, `count` tells how many there are. */
  readonly regions: readonly Region[];
  readonly validFraction: number;
}

/** What to keep of a finding. Several fields apply together, in the order written here. */
export interface Filter {
  readonly minAreaM2?: number;
  readonly maxAreaM2?: number;
  /** Keep only what lies in this part of the scene (by region centroid). */
  readonly part?: 'north' | 'south' | 'east' | 'west' | Location;
  /** Keep regions with a pixel at most `distanceM` from the target `of`. */
  readonly near?: { readonly of: LandCover; readonly distanceM: number };
  readonly regions?: readonly number[];
  /** Keep the n largest (or smallest) of what is left. */
  readonly largest?: number;
  readonly smallest?: number;
}

export interface IndexEvidence {
  readonly index: string;
  readonly threshold: number;
  readonly method: 'fixed' | 'otsu';
  /** Means of the index inside and outside the mask, over valid pixels; null when that part is empty. */
  readonly meanInside: number | null;
  readonly meanOutside: number | null;
  /** IoU of the thresholded index and the mask; null when both are empty. */
  readonly agreement: number | null;
}

export interface Provenance {
  readonly pack: string;
  readonly packVersion: string;
  readonly promptVersion: string;
  /** Probability above which a pixel belongs to the mask; absent in findings of earlier versions. */
  readonly threshold?: number;
  readonly chips: number;
  /** Grid size over that of the scene: 1 = native resolution. */
  readonly resolutionFactor: number;
  readonly bandsUsed: readonly string[];
  readonly bandsMissing: readonly string[];
  readonly question: string;
  readonly seconds: number;
}

/** How sure the model is of a mask. */
export interface Confidence {
  /** Mean probability inside the mask; null where it is empty. */
  readonly meanInside: number | null;
  /** Share of valid pixels with a probability in 0.3–0.7. */
  readonly unsureShare: number;
  /** The IoU that the model foretells its mask, before any filter, 0–1; null where its pack does not. Absent in findings of earlier versions. */
  readonly foretoldIou?: number | null;
  /** The scene shows nothing, or nothing but noise: no number about it means anything. Absent in findings of earlier versions. */
  readonly oddity?: 'blank' | 'noise' | null;
}

/** The result of one analysis: a mask on the scene's grid with its numbers, words and files. Plain JSON. */
export interface Finding {
  readonly id: string;
  readonly sceneId: string;
  readonly facts: Facts;
  /** The model's own sentences that survived the check against the mask. */
  readonly explanation: readonly string[];
  /** Sentences of the model that contradicted the mask and are not shown. */
  readonly dropped: readonly string[];
  /** The SPIE prompt whose answer, about the whole scene (or its overview), prompted the mask. */
  readonly prompt: string;
  /** The best index for this target on this scene, null where no index can be computed. */
  readonly evidence: IndexEvidence | null;
  readonly confidence: Confidence;
  readonly provenance: Provenance;
  /** GeoTIFFs on the scene's grid. */
  readonly maskFile: string;
  readonly probabilityFile: string;
  /** Set when this finding is another one, filtered: its id and the filter. */
  readonly refines: { readonly finding: string; readonly filter: Filter } | null;
}

/** Statistics of an index over a scene or inside a mask or region. */
export interface IndexStatistics {
  readonly index: string;
  readonly mean: number | null;
  readonly median: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly standardDeviation: number | null;
  readonly pixels: number;
}

/** An index over a scene, with an optional threshold ("NDVI above 0.6"). */
export interface IndexFinding {
  readonly id: string;
  readonly sceneId: string;
  readonly title: string;
  readonly formula: string;
  readonly reference: string;
  readonly statistics: IndexStatistics;
  readonly threshold: {
    readonly above: boolean;
    readonly value: number;
    readonly areaM2: number | null;
    readonly share: number;
  } | null;
  readonly rasterFile: string;
}

/** What changed of one target between two scenes on common ground, on the first scene's grid. */
export interface Change {
  readonly id: string;
  readonly target: LandCover;
  readonly before: string;
  readonly after: string;
  readonly gainedM2: number | null;
  readonly lostM2: number | null;
  readonly keptM2: number | null;
  readonly gainedShare: number;
  readonly lostShare: number;
  readonly keptShare: number;
  /** Share of the first scene that both scenes measured, 0–1: the denominator of the shares. */
  readonly commonFraction: number;
  readonly notes: readonly string[];
  /** uint8: 0 never, 1 kept, 2 gained, 3 lost, 255 nodata. */
  readonly changeFile: string;
}
