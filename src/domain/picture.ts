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

export const DEFAULT_STYLE: Style = { mode: 'tint', opacity: 0.45 };

/** A file made for a person: a picture or an export. */
export interface Artefact {
  /** What it is called when it is downloaded: safe on every platform. */
  readonly name: string;
  readonly path: string;
  readonly mediaType: string;
  readonly bytes: number;
}

export type ExportFormat = 'geotiff' | 'geojson' | 'geopackage' | 'csv' | 'png';
