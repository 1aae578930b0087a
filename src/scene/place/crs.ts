import { globals } from 'geotiff';
import { toProj4 } from 'geotiff-geokeys-to-proj4';
import proj4 from 'proj4';
import type { Crs } from '../../domain/grid.ts';

/** GeoKeys of a TIFF by name: numbers, lists of numbers or text. */
export type GeoKeys = Readonly<Record<string, number | readonly number[] | string>>;

/** GeoTIFF's code for "not from the EPSG register". */
const USER_DEFINED = 32767;

/**
 * GeoKeys from the three tags that hold them.
 *
 * @param directory  tag 34735: header of 4, then (key, tag, count, value or index) for each key
 * @see OGC 19-008r4, GeoTIFF standard 1.1, 7.1
 */
export function readGeoKeys(directory: readonly number[], doubles: readonly number[], text: string): GeoKeys {
  const names = globals.geoKeyNames as Readonly<Record<number, string>>;
  const keys: Record<string, number | readonly number[] | string> = {};
  for (let i = 4; i + 3 < directory.length && i < 4 + directory[3]! * 4; i += 4) {
    const [id, tag, count, value] = directory.slice(i, i + 4) as [number, number, number, number];
    const name = names[id];
    if (!name) continue;
    if (tag === 0) keys[name] = value;
    else if (tag === 34736) keys[name] = count === 1 ? (doubles[value] ?? 0) : doubles.slice(value, value + count);
    else if (tag === 34737) keys[name] = text.slice(value, value + count).replace(/\|?\0*$/, '');
  }
  return keys;
}

/** The CRS that GeoKeys describe, null where they say nothing. */
export function crsOfGeoKeys(keys: GeoKeys): Crs | null {
  const projected = code(keys.ProjectedCSTypeGeoKey);
  const geographic = code(keys.GeographicTypeGeoKey);
  if (projected) return crsOfEpsg(projected, titleOf(keys), keys);
  const isGeographic = keys.GTModelTypeGeoKey === 2;
  if (isGeographic && geographic) return crsOfEpsg(geographic, titleOf(keys), keys);
  if (Object.keys(keys).every((name) => name === 'GTRasterTypeGeoKey' || name === 'GTModelTypeGeoKey')) return null;
  const wkt = Object.values(keys).find((v) => typeof v === 'string' && /PROJCS\[|GEOGCS\[/.test(v)) as
    | string
    | undefined;
  const definition = (wkt && proj4OfWkt(wkt.replace(/^.*?(?=PROJCS\[|GEOGCS\[)/s, ''))) ?? proj4OfKeys(keys);
  return crsOfProj4(definition, null, titleOf(keys) ?? (isGeographic ? 'user-defined, degrees' : 'user-defined'));
}

/** A CRS by its EPSG code; `proj4` is null when the code is unknown to us. */
export function crsOfEpsg(epsg: number, title: string | null = null, keys: GeoKeys = {}): Crs {
  const name = `EPSG:${epsg}`;
  const definition =
    canonicalProj4(epsg) ??
    proj4OfKeys({ ProjectedCSTypeGeoKey: epsg, ...linearUnits(keys) }) ??
    proj4OfKeys({ GeographicTypeGeoKey: epsg, GTModelTypeGeoKey: 2 });
  return crsOfProj4(definition, epsg, definition ? name : `${name}${title ? ` (${title})` : ''}`);
}

/** Longer than any definition; a stranger's text of more is none. */
const MAX_WKT = 16_384;

/** The CRS of a WKT text (GML in JPEG 2000, ESRI strings). */
export function crsOfWkt(wkt: string): Crs | null {
  if (wkt.length > MAX_WKT) return null;
  const epsg =
    /AUTHORITY\["EPSG",\s*"(\d+)"\]\s*\]\s*$/.exec(wkt)?.[1] ?? /ID\["EPSG",\s*(\d+)\]\s*\]\s*$/.exec(wkt)?.[1];
  if (epsg) return crsOfEpsg(Number(epsg));
  const name = /^\s*\w+\["([^"]*)"/.exec(wkt)?.[1] ?? 'user-defined';
  return crsOfProj4(proj4OfWkt(wkt), null, name);
}

function crsOfProj4(definition: string | null, epsg: number | null, name: string): Crs {
  if (!definition) return { epsg, name, proj4: null, unit: 'other' };
  const degrees = /\+proj=(longlat|latlong)\b|^GEOGCS/.test(definition);
  return { epsg, name, proj4: definition, unit: degrees ? 'degree' : isMetre(definition) ? 'metre' : 'other' };
}

function isMetre(definition: string): boolean {
  const factor = /\+to_meter=([\d.eE+-]+)/.exec(definition)?.[1];
  const unit = /\+units=(\w+)/.exec(definition)?.[1];
  const last = definition.slice(Math.max(0, definition.lastIndexOf('UNIT["')));
  const wktUnit = /^UNIT\["[^"]*",\s*([\d.]+)[^\]]*\](?:,AXIS[^[]*\[[^\]]*\])*(?:,AUTHORITY\[[^\]]*\])?\]?\s*$/.exec(
    last,
  )?.[1];
  return (!factor || Number(factor) === 1) && (!unit || unit === 'm') && (!wktUnit || Number(wktUnit) === 1);
}

/** The definitions most files need, in the words every reader of proj4 strings knows. */
function canonicalProj4(epsg: number): string | null {
  if (epsg === 4326) return '+proj=longlat +datum=WGS84 +no_defs';
  // The sphere's coordinates are those of the ellipsoid: no datum shift, which is what nadgrids=@null says.
  if (epsg === 3857)
    return '+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +no_defs';
  if (epsg > 32600 && epsg <= 32660) return `+proj=utm +zone=${epsg - 32600} +datum=WGS84 +units=m +no_defs`;
  if (epsg > 32700 && epsg <= 32760) return `+proj=utm +zone=${epsg - 32700} +south +datum=WGS84 +units=m +no_defs`;
  return null;
}

function proj4OfKeys(keys: GeoKeys): string | null {
  try {
    const result = toProj4(keys as unknown as Parameters<typeof toProj4>[0]);
    // Axis order is a matter of documents, not of rasters: GeoTIFF stores easting or longitude first.
    const definition = result.proj4
      .replace(/\+axis=\w+\s*/, '')
      .replace(/\+pm=0( 0)?\s+/, '')
      .trim();
    // Without an ellipsoid the converter did not know the code; degrees are believed only of a geographic model.
    const geographic = /\+proj=longlat/.test(definition);
    if (!/\+proj=/.test(definition) || !/\+(ellps|a|datum)=/.test(definition)) return null;
    if (geographic && !('ProjectedCSTypeGeoKey' in keys) && keys.GTModelTypeGeoKey !== 2) {
      return null;
    }
    const { x } = result.coordinatesConversionParameters;
    return usable(geographic || x === 1 ? definition : `${definition} +to_meter=${x}`);
  } catch {
    return null;
  }
}

function proj4OfWkt(wkt: string): string | null {
  const extension = /EXTENSION\["PROJ4",\s*"([^"]+)"\]/.exec(wkt)?.[1];
  if (extension) return usable(extension);
  // A vertical part would be taken for a parameter of the projection.
  return usable(wkt.replace(/,\s*VERTCS\[.*$/s, ']'));
}

/** The definition if proj4js can compile it. */
function usable(definition: string): string | null {
  try {
    proj4(definition, 'EPSG:4326');
    return definition;
  } catch {
    return null;
  }
}

const code = (value: GeoKeys[string] | undefined): number | null =>
  typeof value === 'number' && value > 0 && value !== USER_DEFINED ? value : null;

const linearUnits = (keys: GeoKeys): GeoKeys =>
  typeof keys.ProjLinearUnitsGeoKey === 'number' && keys.ProjLinearUnitsGeoKey !== USER_DEFINED
    ? { ProjLinearUnitsGeoKey: keys.ProjLinearUnitsGeoKey }
    : {};

function titleOf(keys: GeoKeys): string | null {
  const text = keys.GTCitationGeoKey ?? keys.PCSCitationGeoKey ?? keys.GeogCitationGeoKey;
  return typeof text === 'string' && text.trim() && !text.includes('[') ? text.trim().slice(0, 120) : null;
}
