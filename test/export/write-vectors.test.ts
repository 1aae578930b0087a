import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, describe, expect, it } from 'vitest';
import type { Region } from '../../src/domain/finding.ts';
import type { Grid } from '../../src/domain/grid.ts';
import type { Mask } from '../../src/domain/raster.ts';
import { UserFacingError } from '../../src/errors.ts';
import { toLonLatPolygons } from '../../src/export/lon-lat-polygons.ts';
import { tracePolygons } from '../../src/export/polygons.ts';
import type { RegionTable } from '../../src/export/region-feature.ts';
import { writeCsv } from '../../src/export/write-csv.ts';
import { writeGeoJson } from '../../src/export/write-geojson.ts';
import { writeGeoPackage } from '../../src/export/write-geopackage.ts';
import { findComponents } from '../../src/spectral/find-components.ts';

const folder = mkdtempSync(join(tmpdir(), 'vectors-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const REGION: Region = {
  id: 1,
  pixels: 8,
  areaM2: 12_345.678,
  share: 0.25,
  centroid: [1.5, 1.5],
  centroidLonLat: [10.15, 49.85],
  location: 'top-left',
  window: { col: 0, row: 0, width: 3, height: 3 },
};

/** A ring of eight pixels around one, at the top left. */
const RING: Mask = { width: 4, height: 3, values: Uint8Array.from([1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0]) };
const table = (over: Partial<RegionTable> = {}): RegionTable => ({
  target: 'water',
  sceneName: 'lake.tif',
  features: [{ region: REGION, polygons: tracePolygons(RING, findComponents(RING))[0]! }],
  ...over,
});

/** A tenth of a degree a pixel, from 10° E 50° N. */
const tenths = (col: number, row: number): [number, number] => [10 + col / 10, 50 - row / 10];

describe('writeGeoJson', () => {
  it('writes WGS84, exteriors counterclockwise, holes clockwise, with the numbers of the region', async () => {
    await writeGeoJson(at('a.geojson'), table(), tenths);
    const { features, ...collection } = JSON.parse(readFileSync(at('a.geojson'), 'utf8'));
    expect(collection).toEqual({ type: 'FeatureCollection', name: 'water in lake.tif' });
    expect(features).toEqual([
      {
        type: 'Feature',
        id: 1,
        properties: {
          id: 1,
          target: 'water',
          area_m2: 12345.68,
          area_ha: 1.2346,
          share: 0.25,
          location: 'top-left',
          pixels: 8,
        },
        geometry: {
          type: 'MultiPolygon',
          coordinates: [
            [
              [
                [10.3, 50],
                [10, 50],
                [10, 49.7],
                [10.3, 49.7],
                [10.3, 50],
              ],
              [
                [10.1, 49.8],
                [10.1, 49.9],
                [10.2, 49.9],
                [10.2, 49.8],
                [10.1, 49.8],
              ],
            ].map((ring) => expect.toSatisfy((given: number[][]) => isSameRing(given, ring))),
          ],
        },
      },
    ]);
  });

  it('says what else can be had when the scene has no coordinates', async () => {
    const failure = await writeGeoJson(at('b.geojson'), table(), null).catch((error) => error);
    expect(failure).toBeInstanceOf(UserFacingError);
    expect(failure).toMatchObject({
      code: 'export-failed',
      reply: expect.stringContaining('GeoTIFF, the regions as CSV'),
    });
  });

  it('refuses what is off the Earth', async () => {
    const nowhere = (col: number, row: number) => (col > 2 ? null : tenths(col, row));
    await expect(writeGeoJson(at('c.geojson'), table(), nowhere)).rejects.toMatchObject({ code: 'export-failed' });
  });

  it('is an empty collection for an empty finding', async () => {
    await writeGeoJson(at('d.geojson'), table({ features: [] }), tenths);
    expect(JSON.parse(readFileSync(at('d.geojson'), 'utf8')).features).toEqual([]);
  });
});

describe('toLonLatPolygons', () => {
  const polygons = tracePolygons(RING, findComponents(RING))[0]!;

  it('cuts at the antimeridian, through the hole', () => {
    // Longitudes 179.85 … 180.15 wrap; the hole spans 179.95 … 180.05.
    const wrap = (lon: number): number => (lon >= 180 ? lon - 360 : lon);
    const pieces = toLonLatPolygons(polygons, (col, row) => [wrap(179.85 + col / 10), 50 - row / 10]);
    expect(pieces).toHaveLength(2);
    const areas = pieces.map((rings) => rings.reduce((sum, ring) => sum + shoelace(ring), 0));
    // Nine cells of 0.01 less the hole, half on each side.
    expect(areas[0]).toBeCloseTo(0.04, 9);
    expect(areas[1]).toBeCloseTo(0.04, 9);
    expect(pieces.flat(2).every(([lon]) => lon >= -180 && lon <= 180)).toBe(true);
    const [east, west] = pieces.map((rings) => rings.flat().map(([lon]) => lon));
    expect([Math.min(...east!), Math.max(...east!)].map((v) => v.toFixed(6))).toEqual(['179.850000', '180.000000']);
    expect([Math.min(...west!), Math.max(...west!)].map((v) => v.toFixed(6))).toEqual(['-180.000000', '-179.850000']);
  });

  it('keeps a hole that lies on one side only', () => {
    const wrap = (lon: number): number => (lon >= 180 ? lon - 360 : lon);
    const pieces = toLonLatPolygons(polygons, (col, row) => [wrap(179.75 + col / 10), 50 - row / 10]);
    expect(pieces.map((rings) => rings.length)).toEqual([2, 1]);
    const areas = pieces.map((rings) => rings.reduce((sum, ring) => sum + shoelace(ring), 0));
    expect(areas[0]).toBeCloseTo(0.25 * 0.3 - 0.01, 9);
    expect(areas[1]).toBeCloseTo(0.05 * 0.3, 9);
  });

  it('adds points where the projection bends a long edge', () => {
    const row: Mask = { width: 100, height: 1, values: new Uint8Array(100).fill(1) };
    const bar = tracePolygons(row, findComponents(row))[0]!;
    const straight = toLonLatPolygons(bar, (c, r) => [c / 100, -r / 100])[0]![0]!;
    const bent = toLonLatPolygons(bar, (c, r) => [c / 100, -r / 100 - ((c - 50) / 100) ** 2])[0]![0]!;
    expect(straight).toHaveLength(5);
    expect(bent.length).toBeGreaterThan(12);
    // Every point lies on the parabola of its row.
    for (const [lon, lat] of bent) expect([0, 0.01]).toContain(Number((-lat - (lon - 0.5) ** 2).toFixed(9)));
  });
});

describe('writeCsv', () => {
  it('has units in its header, CRLF, a byte order mark, and no formula from outside', async () => {
    const unknown: Region = { ...REGION, id: 2, areaM2: null, centroidLonLat: null };
    await writeCsv(at('a.csv'), { target: 'water', sceneName: '=cmd("x"),\n1', regions: [REGION, unknown] });
    expect(readFileSync(at('a.csv'), 'utf8')).toBe(
      '\ufeffregion,target,area (m²),area (ha),share of valid pixels (%),pixels,location,centroid longitude (°),' +
        'centroid latitude (°),centroid column (pixels),centroid row (pixels),scene\r\n' +
        `1,water,12345.68,1.2346,25,8,top-left,10.15,49.85,1.5,1.5,"'=cmd(""x""),\n1"\r\n` +
        `2,water,,,25,8,top-left,,,1.5,1.5,"'=cmd(""x""),\n1"\r\n`,
    );
  });

  it.each([
    ['=1', "'=1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@x', "'@x"],
    [' =1', "' =1"],
    ['＝1', "'＝1"],
    ['\t=1', `"'\t'=1"`],
    ['x;=1+1;.tif', `"x;'=1+1;.tif"`],
    ['x; "-1', `"x; ""'-1"`],
    ['a-b=c.tif', 'a-b=c.tif'],
    ['S2;B4.tif', '"S2;B4.tif"'],
  ])('disarms %j', async (sceneName, cell) => {
    await writeCsv(at('b.csv'), { target: 'water', sceneName, regions: [REGION] });
    const [, row] = readFileSync(at('b.csv'), 'utf8').split('\r\n');
    expect(row!.split(',').slice(11).join(',')).toBe(cell);
  });

  it('starts no formula from outside, whatever separates cells where it is opened', async () => {
    const hostile = fc
      .array(fc.constantFrom(...`=+-@;,\t|"' \r\na1`), { maxLength: 12 })
      .map((letters) => letters.join(''));
    await fc.assert(
      fc.asyncProperty(hostile, async (sceneName) => {
        await writeCsv(at('c.csv'), { target: 'water', sceneName, regions: [REGION] });
        const text = readFileSync(at('c.csv'), 'utf8');
        for (const separator of [',', ';', '\t', '|']) {
          const cells = text.split(/[\r\n]/).flatMap((row) => row.split(separator));
          expect(cells.filter((cell) => /^["\s]*[=+\-@]/.test(cell))).toEqual([]);
        }
      }),
      { examples: [['" =']], numRuns: 1_000 },
    );
  });
});

describe('writeGeoPackage', () => {
  const UTM: Grid = {
    width: 4,
    height: 3,
    transform: [10, 0, 500000, 0, -10, 5000000],
    crs: { epsg: 32633, name: 'EPSG:32633', proj4: null, unit: 'metre' },
  };

  it('is a GeoPackage in the CRS of the scene', async () => {
    await writeGeoPackage(at('a.gpkg'), table(), UTM, tenths);
    const bytes = readFileSync(at('a.gpkg'));
    expect(bytes.toString('latin1', 0, 15)).toBe('SQLite format 3');
    expect(bytes.toString('latin1', 68, 72)).toBe('GPKG');
    const database = new sqlite.Database(at('a.gpkg'), { readOnly: true });
    const rows = (sql: string) => database.all(sql) as Record<string, unknown>[];
    expect(rows('SELECT table_name, min_x, min_y, max_x, max_y, srs_id FROM gpkg_contents')).toEqual([
      { table_name: 'regions', min_x: 500000, min_y: 4999970, max_x: 500030, max_y: 5000000, srs_id: 32633 },
    ]);
    expect(rows('SELECT srs_id FROM gpkg_spatial_ref_sys ORDER BY srs_id').map((row) => row.srs_id)).toEqual([
      -1, 0, 4326, 32633,
    ]);
    const [row] = rows('SELECT * FROM regions');
    expect(row).toMatchObject({
      id: 1,
      target: 'water',
      area_m2: 12345.678,
      area_ha: 1.2346,
      pixels: 8,
      location: 'top-left',
    });
    database.close();
    const wkb = Buffer.from(row!.geom as Uint8Array);
    // Header of 40 bytes, MultiPolygon of 1 polygon with 2 rings; the exterior has 5 positions, counterclockwise.
    expect([wkb.readUInt32LE(41), wkb.readUInt32LE(45), wkb.readUInt32LE(54), wkb.readUInt32LE(58)]).toEqual([
      6, 1, 2, 5,
    ]);
    const ring = Array.from(
      { length: 5 },
      (_, i) => [wkb.readDoubleLE(62 + i * 16), wkb.readDoubleLE(70 + i * 16)] as const,
    );
    expect(shoelace(ring)).toBe(2 * 900 * 0.5);
    expect([wkb.readDoubleLE(8), wkb.readDoubleLE(16), wkb.readDoubleLE(24), wkb.readDoubleLE(32)]).toEqual([
      500000, 500030, 4999970, 5000000,
    ]);
  });

  it('is in longitude and latitude where the CRS has no code, and replaces an older file', async () => {
    const own: Grid = { ...UTM, crs: { epsg: null, name: 'own', proj4: null, unit: 'metre' } };
    await writeGeoPackage(at('a.gpkg'), table(), own, tenths);
    const database = new sqlite.Database(at('a.gpkg'), { readOnly: true });
    expect(database.get('SELECT srs_id, min_x, max_y FROM gpkg_contents')).toEqual({
      srs_id: 4326,
      min_x: 10,
      max_y: 50,
    });
    database.close();
  });

  it('refuses a scene that is nowhere', async () => {
    const nowhere: Grid = { ...UTM, crs: null, transform: null };
    await expect(writeGeoPackage(at('b.gpkg'), table(), nowhere, null)).rejects.toMatchObject({
      code: 'export-failed',
      reply: expect.stringContaining('GeoPackage needs'),
    });
  });
});

/** Enclosed area, positive when counterclockwise. */
function shoelace(ring: readonly (readonly [number, number])[]): number {
  const [x, y] = ring[0]!;
  let sum = 0;
  for (let i = 0; i + 1 < ring.length; i++) {
    sum += (ring[i]![0] - x) * (ring[i + 1]![1] - y) - (ring[i + 1]![0] - x) * (ring[i]![1] - y);
  }
  return sum / 2;
}

/** The same closed ring in the same direction, wherever it starts. */
function isSameRing(given: number[][], wanted: number[][]): boolean {
  const key = (ring: number[][]): string => {
    const open = ring.slice(0, -1).map(String);
    const first = open.indexOf(open.toSorted()[0]!);
    return [...open.slice(first), ...open.slice(0, first)].join(' ');
  };
  return String(given[0]) === String(given.at(-1)) && key(given) === key(wanted);
}
