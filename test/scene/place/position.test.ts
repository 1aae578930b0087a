import { describe, expect, it } from 'vitest';
import type { Grid } from '../../../src/domain/grid.ts';
import { crsOfEpsg, crsOfGeoKeys, crsOfWkt, readGeoKeys } from '../../../src/scene/place/crs.ts';
import { boundsLonLat, lonLat } from '../../../src/scene/place/lon-lat.ts';
import { pixelAreas } from '../../../src/scene/place/pixel-areas.ts';

/** 10 m pixels of UTM 33N with the corner at (x, 5000000). */
const utm = (x: number): Grid => ({
  width: 100,
  height: 100,
  transform: [10, 0, x, 0, -10, 5_000_000],
  crs: crsOfEpsg(32633),
});
const areas = (grid: Grid) => pixelAreas({ grid, pixelSizeM: null });

// Expected positions and areas: GDAL 3.6 (areas by transforming the pixel's outline to the equal-area EPSG:6933).
describe('positions, as GDAL transforms them', () => {
  it.each([
    ['on the central meridian', utm(500_000), 0, 0, 15.000063609, 45.153432175],
    ['200 km beside it', utm(700_000), 3, 4, 17.543550102, 45.124739262],
    [
      'web mercator',
      { ...utm(0), transform: [10, 0, 1e6, 0, -10, 8e6], crs: crsOfEpsg(3857) } as Grid,
      0,
      0,
      8.983197757,
      58.155218396,
    ],
  ])('%s', (_name, grid, col, row, lon, lat) => {
    const places = lonLat(grid)!;
    const [x, y] = places.of(col + 0.5, row + 0.5)!;
    expect(x).toBeCloseTo(lon, 8);
    expect(y).toBeCloseTo(lat, 8);
    const back = places.toPixel(lon, lat)!;
    expect(back[0]).toBeCloseTo(col + 0.5, 3);
    expect(back[1]).toBeCloseTo(row + 0.5, 3);
  });

  it('knows no place off the Earth', () => {
    // Geostationary over 75° W, the disc in 542 x 542 pixels; corners look past it.
    const crs = crsOfWkt(
      'PROJCS["x",GEOGCS["y"],EXTENSION["PROJ4","+proj=geos +lon_0=-75 +h=35786023 +x_0=0 +y_0=0 +ellps=GRS80 +units=m +no_defs +sweep=x"]]',
    );
    const grid: Grid = {
      width: 542,
      height: 542,
      transform: [20054.962950561665, 0, -5434895.08164, 0, -20054.962950561665, 5434895.08164],
      crs,
    };
    const places = lonLat(grid)!;
    expect(places.of(0.5, 0.5)).toBeNull();
    const [lon, lat] = places.of(100.5, 100.5)!;
    expect([lon, lat].map((v) => v.toFixed(6))).toEqual(['-120.615059', '35.609902']);
    expect(boundsLonLat(grid)).toBeNull();
    expect(areas(grid)!.areaM2(0, 0)).toBe(0);
    expect(areas(grid)!.areaM2(100, 100) / 1044233369.3).toBeCloseTo(1, 3);
  });

  it('gives bounds that hold the whole grid', () => {
    const [west, south, east, north] = boundsLonLat(utm(500_000))!;
    expect(west).toBeCloseTo(15, 6);
    expect(north).toBeCloseTo(45.15348, 4);
    expect(east - west).toBeCloseTo(0.01272, 4); // 1 km at 45° N
    expect(north - south).toBeCloseTo(0.009, 3);
  });

  it('has no positions without transform or CRS', () => {
    expect(lonLat({ ...utm(0), crs: null })).toBeNull();
    expect(lonLat({ ...utm(0), transform: null })).toBeNull();
    expect(areas({ ...utm(0), crs: null })).toBeNull();
  });
});

describe('pixel areas, not the square of the nominal pixel size', () => {
  it.each([
    // On the central meridian of UTM lengths are 0.9996 of the ground's: 100 / 0.9996² = 100.080.
    ['UTM, central meridian', utm(500_000), 0, 0, 100.080048],
    ['UTM, 200 km beside it', utm(700_000), 3, 4, 99.9816],
    // Web mercator at 58° N: 100 * cos²(58.155°) * (1 - e²) / (1 - e² sin²)² ...
    [
      'web mercator, 58° N',
      { ...utm(0), transform: [10, 0, 1e6, 0, -10, 8e6], crs: crsOfEpsg(3857) } as Grid,
      0,
      0,
      27.9209,
    ],
  ])('%s', (_name, grid, col, row, m2) => {
    expect(areas(grid)!.areaM2(col, row) / m2).toBeCloseTo(1, 4);
  });

  it.each([
    [256, 128, 6085269063.7],
    [10, 60, 4144349348.3],
    [256, 0, 37844139.1],
  ])('of the world in degrees at (%i, %i)', (col, row, m2) => {
    const world: Grid = {
      width: 512,
      height: 256,
      transform: [0.703125, 0, -180, 0, -0.703125, 90],
      crs: crsOfEpsg(4326),
    };
    expect(areas(world)!.areaM2(col, row) / m2).toBeCloseTo(1, 4);
  });

  it('sum up to the Earth', () => {
    const world: Grid = { width: 360, height: 180, transform: [1, 0, -180, 0, -1, 90], crs: crsOfEpsg(4326) };
    const of = areas(world)!;
    let sum = 0;
    for (let row = 0; row < 180; row++) sum += of.areaM2(0, row) * 360;
    expect(sum / 510_065_621_724_089).toBeCloseTo(1, 4); // WGS84's surface, m²
  });

  it('interpolates closely over a whole UTM zone', () => {
    const zone: Grid = {
      width: 6000,
      height: 6000,
      transform: [100, 0, 200_000, 0, -100, 5_000_000],
      crs: crsOfEpsg(32633),
    };
    const of = areas(zone)!;
    for (const [col, row] of [
      [0, 0],
      [1234, 4321],
      [2999, 3001],
      [5999, 5999],
    ] as const) {
      const exact = areas({
        width: 1,
        height: 1,
        transform: [100, 0, 200_000 + col * 100, 0, -100, 5_000_000 - row * 100],
        crs: zone.crs,
      })!;
      expect(Math.abs(of.areaM2(col, row) / exact.areaM2(0, 0) - 1)).toBeLessThan(1e-5);
    }
  });

  it('is what the user says, where the user says it', () => {
    const of = pixelAreas({ grid: { ...utm(0), crs: null }, pixelSizeM: { x: 0.5, y: 0.5, stated: true } })!;
    expect(of.areaM2(7, 9)).toBe(0.25);
    expect(of.groundSize).toEqual({ x: 0.5, y: 0.5 });
  });

  it('does not mind a rotated grid', () => {
    // 6-8-10 triangle: columns and rows are 10 m long.
    const turned: Grid = { ...utm(0), transform: [8, 6, 500_000, 6, -8, 5_000_000] };
    expect(areas(turned)!.areaM2(0, 0)).toBeCloseTo(100.08, 2);
    expect(areas(turned)!.groundSize.x).toBeCloseTo(10.004, 2);
  });
});

describe('coordinate systems', () => {
  it.each([
    [4326, '+proj=longlat +datum=WGS84 +no_defs', 'degree'],
    [32755, '+proj=utm +zone=55 +south +datum=WGS84 +units=m +no_defs', 'metre'],
    [
      2193,
      '+proj=tmerc +lat_0=0 +lon_0=173 +k_0=0.9996 +x_0=1600000 +y_0=10000000 +ellps=GRS80 +a=6378137 +b=6356752.314140356 +no_defs',
      'metre',
    ],
  ])('EPSG:%i', (epsg, proj4, unit) => expect(crsOfEpsg(epsg)).toEqual({ epsg, name: `EPSG:${epsg}`, proj4, unit }));

  it('keeps the code of a system it does not know', () => {
    expect(crsOfEpsg(999_999)).toEqual({ epsg: 999_999, name: 'EPSG:999999', proj4: null, unit: 'other' });
  });

  it('reads feet', () => {
    // NAD83 / California zone 3 (ftUS), a survey foot = 0.3048006 m
    const crs = crsOfEpsg(2227);
    expect(crs.unit).toBe('other');
    const grid: Grid = { width: 2, height: 2, transform: [10, 0, 6_000_000, 0, -10, 2_000_000], crs };
    expect(areas(grid)!.groundSize.x).toBeCloseTo(3.048, 2);
  });

  it('takes keys apart: short, double and text values', () => {
    const directory = [1, 1, 0, 4, 1024, 0, 1, 32767, 2057, 34736, 1, 1, 1026, 34737, 5, 2, 9999, 0, 1, 1];
    expect(readGeoKeys(directory, [1, 6378137], 'xxname|')).toEqual({
      GTModelTypeGeoKey: 32767,
      GeogSemiMajorAxisGeoKey: 6378137,
      GTCitationGeoKey: 'name',
    });
  });

  it('takes nothing for a CRS when the keys only tell the raster type', () => {
    expect(crsOfGeoKeys({ GTRasterTypeGeoKey: 1 })).toBeNull();
  });

  it('reads ESRI text, without its vertical part', () => {
    const crs = crsOfWkt(
      'PROJCS["USA_Albers",GEOGCS["GCS_North_American_1983",DATUM["D_North_American_1983",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.017453292519943295]],PROJECTION["Albers"],PARAMETER["false_easting",0.0],PARAMETER["false_northing",0.0],PARAMETER["central_meridian",-96.0],PARAMETER["standard_parallel_1",29.5],PARAMETER["standard_parallel_2",45.5],PARAMETER["latitude_of_origin",23.0],UNIT["Meter",1.0],VERTCS["NAVD_1988",VDATUM["x"],UNIT["Centimeter",0.01]]]',
    )!;
    expect(crs.epsg).toBeNull();
    const grid: Grid = { width: 2, height: 2, transform: [10, 0, -14065, 0, -10, 2368525], crs };
    const [lon, lat] = lonLat(grid)!.of(0.5, 0.5)!;
    expect([lon.toFixed(6), lat.toFixed(6)]).toEqual(['-96.176732', '44.306660']);
    expect(areas(grid)!.areaM2(0, 0)).toBeCloseTo(100, 4);
  });
});
