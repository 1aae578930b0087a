import type { Crs } from '../domain/grid.ts';

/** A row of GeoPackage's `gpkg_spatial_ref_sys`. */
export interface SpatialReference {
  /** EPSG code. */
  readonly id: number;
  readonly name: string;
  /** Well-known text, or `undefined`: readers then go by the EPSG code. */
  readonly definition: string;
}

const WGS84_WKT =
  'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],' +
  'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],' +
  'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]';

export const WGS84: SpatialReference = { id: 4326, name: 'WGS 84', definition: WGS84_WKT };

/** null for a CRS without EPSG code. */
export function spatialReferenceOf(crs: Crs): SpatialReference | null {
  if (crs.epsg === null) return null;
  if (crs.epsg === WGS84.id) return WGS84;
  return { id: crs.epsg, name: crs.name, definition: utmWkt(crs.epsg) ?? 'undefined' };
}

/** WGS 84 / UTM, the CRS of most satellite scenes: EPSG 32601–32660 north, 32701–32760 south. */
function utmWkt(epsg: number): string | null {
  const zone = epsg % 100;
  const isNorth = Math.floor(epsg / 100) === 326;
  if ((!isNorth && Math.floor(epsg / 100) !== 327) || zone < 1 || zone > 60) return null;
  return (
    `PROJCS["WGS 84 / UTM zone ${zone}${isNorth ? 'N' : 'S'}",${WGS84_WKT},PROJECTION["Transverse_Mercator"],` +
    `PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",${zone * 6 - 183}],PARAMETER["scale_factor",0.9996],` +
    `PARAMETER["false_easting",500000],PARAMETER["false_northing",${isNorth ? 0 : 10_000_000}],` +
    `UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],AXIS["Northing",NORTH],AUTHORITY["EPSG","${epsg}"]]`
  );
}
