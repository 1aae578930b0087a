import { rm } from 'node:fs/promises';
import sqlite from 'node-sqlite3-wasm';
import type { Affine, Grid } from '../domain/grid.ts';
import { UserFacingError } from '../errors.ts';
import { type ToLonLat, toLonLatPolygons } from './lon-lat-polygons.ts';
import type { Polygon, Ring } from './polygons.ts';
import { hectares, type RegionTable } from './region-feature.ts';
import { type SpatialReference, spatialReferenceOf, WGS84 } from './spatial-reference.ts';

/**
 * Write regions as a GeoPackage (OGC 12-128r19) with one table `regions`, in the scene's own CRS where that has an EPSG
 * code, else in WGS84 longitude and latitude.
 *
 * @throws {UserFacingError} `export-failed` when the scene is not on the ground
 */
export async function writeGeoPackage(
  path: string,
  table: RegionTable,
  grid: Grid,
  toLonLat: ToLonLat | null,
): Promise<void> {
  const geometry = geometryOf(grid, toLonLat);
  await rm(path, { force: true });
  const database = new sqlite.Database(path);
  try {
    database.exec(SCHEMA);
    database.exec('BEGIN');
    for (const srs of new Map([WGS84, geometry.srs].map((each) => [each.id, each])).values()) {
      database.run('INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)', [
        srs.name,
        srs.id,
        'EPSG',
        srs.id,
        srs.definition,
        null,
      ]);
    }
    const extent = insertRegions(database, table, geometry);
    database.run(
      `INSERT INTO gpkg_contents VALUES ('regions', 'features', 'regions', ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?, ?, ?, ?, ?)`,
      [`${table.target} in ${table.sceneName}`, ...(extent ?? [null, null, null, null]), geometry.srs.id],
    );
    database.run(`INSERT INTO gpkg_geometry_columns VALUES ('regions', 'geom', 'MULTIPOLYGON', ?, 0, 0)`, [
      geometry.srs.id,
    ]);
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}

/** 'GPKG', and version 1.3 of the standard. */
const APPLICATION_ID = 0x47504b47;
const USER_VERSION = 10300;

const SCHEMA = `
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${USER_VERSION};
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,
  definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', NULL);
INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE regions (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON, target TEXT NOT NULL, area_m2 DOUBLE, area_ha DOUBLE,
  share DOUBLE NOT NULL, location TEXT NOT NULL, pixels INTEGER NOT NULL);
`;

type Bounds = readonly [minX: number, minY: number, maxX: number, maxY: number];
type Positions = readonly (readonly [x: number, y: number])[];

interface Geometry {
  readonly srs: SpatialReference;
  /** Polygons in that CRS: closed rings, exterior first. */
  readonly of: (polygons: readonly Polygon[]) => readonly (readonly Positions[])[];
}

function geometryOf({ crs, transform }: Grid, toLonLat: ToLonLat | null): Geometry {
  const srs = crs && spatialReferenceOf(crs);
  if (srs && transform) {
    const isMirrored = transform[0] * transform[4] - transform[1] * transform[3] > 0;
    // Rings turn with the picture: on a north-up map an exterior on the screen's clock is the clock's on the map, too.
    const wind = (ring: Ring): Positions => (isMirrored ? onMap(ring, transform) : onMap(ring, transform).toReversed());
    return { srs, of: (polygons) => polygons.map(({ exterior, holes }) => [exterior, ...holes].map(wind)) };
  }
  if (toLonLat) return { srs: WGS84, of: (polygons) => toLonLatPolygons(polygons, toLonLat) };
  throw new UserFacingError(
    'export-failed',
    'This scene has no coordinates on the ground, which GeoPackage needs. ' +
      'I can give you the mask as a GeoTIFF, the regions as CSV, or the picture as PNG.',
  );
}

function onMap(ring: Ring, [a, b, c, d, e, f]: Affine): Positions {
  const corners = Array.from({ length: ring.length / 2 }, (_, i): readonly [number, number] => {
    const [col, row] = [ring[2 * i]!, ring[2 * i + 1]!];
    return [a * col + b * row + c, d * col + e * row + f];
  });
  return [...corners, corners[0]!];
}

/** @returns the bounds of all regions, null when there is none */
function insertRegions(
  database: InstanceType<typeof sqlite.Database>,
  table: RegionTable,
  geometry: Geometry,
): Bounds | null {
  const insert = database.prepare('INSERT INTO regions VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  let extent: Bounds | null = null;
  try {
    for (const { region, polygons } of table.features) {
      const shape = geometry.of(polygons);
      const bounds = boundsOf(shape);
      extent = extent ? join(extent, bounds) : bounds;
      insert.run([
        region.id,
        encodeGeometry(shape, geometry.srs.id, bounds),
        table.target,
        region.areaM2,
        region.areaM2 === null ? null : hectares(region.areaM2),
        region.share,
        region.location,
        region.pixels,
      ]);
    }
  } finally {
    insert.finalize();
  }
  return extent;
}

/** GeoPackageBinary with an envelope, around a WKB MultiPolygon; little-endian. */
function encodeGeometry(polygons: readonly (readonly Positions[])[], srsId: number, bounds: Bounds): Uint8Array {
  const rings = polygons.flat();
  const positions = rings.reduce((sum, ring) => sum + ring.length, 0);
  const bytes = new Uint8Array(8 + 32 + 9 + polygons.length * 9 + rings.length * 4 + positions * 16);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const byte = (value: number): void => view.setUint8(at++, value);
  const uint32 = (value: number): void => {
    view.setUint32(at, value, true);
    at += 4;
  };
  const double = (value: number): void => {
    view.setFloat64(at, value, true);
    at += 8;
  };
  for (const letter of [0x47, 0x50]) byte(letter); // 'GP'
  byte(0); // version 1
  byte(0b0000_0011); // envelope [minx, maxx, miny, maxy], little-endian
  view.setInt32(at, srsId, true);
  at += 4;
  for (const limit of [bounds[0], bounds[2], bounds[1], bounds[3]]) double(limit);
  byte(1);
  uint32(6); // MultiPolygon
  uint32(polygons.length);
  for (const polygon of polygons) {
    byte(1);
    uint32(3); // Polygon
    uint32(polygon.length);
    for (const ring of polygon) {
      uint32(ring.length);
      for (const [x, y] of ring) {
        double(x);
        double(y);
      }
    }
  }
  return bytes;
}

function boundsOf(polygons: readonly (readonly Positions[])[]): Bounds {
  let bounds: Bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [exterior] of polygons) {
    for (const [x, y] of exterior!) bounds = join(bounds, [x, y, x, y]);
  }
  return bounds;
}

const join = (a: Bounds, b: Bounds): Bounds => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.max(a[2], b[2]),
  Math.max(a[3], b[3]),
];
