import type { LandCover } from './land-cover.ts';

/** How an overlay is drawn. */
export interface Style {
  /** `tint` fills regions, `outline` draws only their edges. */
  readonly mode: 'tint' | 'outline';
  /** CSS hex colour; absent = the target's own. */
  readonly color?: string;
  /** Of the tint, 0–1. */
  readonly opacity: number;
  /** Show only this region (id of the finding's facts), with margin. */
  readonly zoomRegion?: number;
}

export const DEFAULT_STYLE: Style = { mode: 'tint', opacity: 0.65 };

/** The words on a map's sheet, in the language of the reply. */
export interface MapWords {
  /** Of the scale bar. */
  readonly units: Readonly<Record<'km' | 'm' | 'cm', string>>;
  /** Words in names of sensors, which are English, and what they become. */
  readonly sensors: Readonly<Record<string, string>>;
  readonly composites: Readonly<Record<'true colour' | 'colour infrared' | 'single band', string>>;
  readonly noCrs: string;
  /** Before the position of the map's centre. */
  readonly centre: string;
  readonly noPixelSize: string;
  /** Behind the length of the scale bar, where a person stated the pixel size. */
  readonly asStated: string;
  /** Before the threshold whose ground is outlined on an index map. */
  readonly outlined: string;
  /** Under a map on which small patches have no outline; `{}` stands for their size. */
  readonly smallPatches: string;
  /** Who made the map, and how far it goes; `{}` stands for the model, which may be absent. */
  readonly made: string;
  /** Title of a map of change; `{}` stands for the target. */
  readonly change: string;
  /** As they stand in a title. */
  readonly targets: Readonly<Record<LandCover, string>>;
  /** Of an analysis on an overview; `{}` stands for its factor. */
  readonly overview: string;
}

/** The name of a sensor in the language of the map. What is a name everywhere stays. */
export const sensorName = (name: string, { sensors }: MapWords): string =>
  Object.entries(sensors).reduce((text, [word, translated]) => text.replaceAll(word, translated), name);

/** One row of a legend: `Water`, `12.4 ha · 18% · 7 regions`. */
export interface LegendText {
  readonly label: string;
  readonly value: string;
}

/** A file made for a person: a picture or an export. */
export interface Artefact {
  /** What it is called when it is downloaded: safe on every platform. */
  readonly name: string;
  readonly path: string;
  readonly mediaType: string;
  readonly bytes: number;
}

/** A map that moves: the scene and what was found on it, pictures of one ground. Coordinates are the scene's pixels, from its top left corner. */
export interface MapLayers {
  /** Of the scene's grid, pixels. */
  readonly width: number;
  readonly height: number;
  /** Ground width of one of them, metres; null when unknown. */
  readonly pixelSizeM: number | null;
  readonly ground: Artefact;
  readonly targets: readonly {
    readonly target: LandCover;
    /** In the language of the reply. */
    readonly label: string;
    /** CSS hex colour of the mask. */
    readonly color: string;
    readonly mask: Artefact;
    readonly regions: readonly {
      readonly id: number;
      readonly box: readonly [left: number, top: number, right: number, bottom: number];
    }[];
  }[];
  /** Longitude and latitude on a square lattice over the whole ground, row by row; null where it has none. */
  readonly lonLat: readonly (readonly [lon: number, lat: number])[] | null;
}

/** Files on the scene's own grid, and the picture. */
export type ExportFormat = FileFormat | 'png';

export type FileFormat = 'geotiff' | 'geojson' | 'geopackage' | 'csv';
