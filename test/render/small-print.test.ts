import { expect, it } from 'vitest';
import { creditLine } from '../../src/render/credit-line.ts';
import { crsLabel } from '../../src/render/crs-label.ts';

it.each([
  ['Sentinel-2', '2017-02-16', 'Contains modified Copernicus Sentinel data 2017'],
  ['Sentinel-2', null, 'Contains modified Copernicus Sentinel data'],
  ['Sentinel-2 (synthetic)', '2025-09-04', ''],
  ['Landsat 8/9', '2013-06-01', 'Landsat image courtesy of the U.S. Geological Survey'],
  [
    'HLS Landsat (L30)',
    '2020-01-01',
    'NASA Harmonized Landsat and Sentinel-2; contains modified Copernicus Sentinel data 2020; Landsat: USGS',
  ],
  ['NAIP aerial', '2018-07-01', 'NAIP imagery: USDA Farm Production and Conservation'],
  ['PlanetScope SuperDove', '2022-05-05', '© 2022 Planet Labs PBC'],
  ['Pléiades Neo', null, '© Airbus DS'],
  ['Pléiades', '2021-03-03', '© CNES 2021, distribution Airbus DS'],
  ['DJI Mavic 3M', '2024-01-01', ''],
  [null, '2024-01-01', ''],
])('the credit of %s of %s is %j', (sensor, date, credit) => {
  expect(creditLine(sensor, date)).toBe(credit);
});

it.each([
  [32633, 'WGS 84 / UTM zone 33N (EPSG:32633)'],
  [32701, 'WGS 84 / UTM zone 1S (EPSG:32701)'],
  [25832, 'ETRS89 / UTM zone 32N (EPSG:25832)'],
  [26918, 'NAD83 / UTM zone 18N (EPSG:26918)'],
  [4326, 'WGS 84 (EPSG:4326)'],
  [9999, 'EPSG:9999'],
])('EPSG code %i is %s', (epsg, label) => {
  expect(crsLabel({ epsg, name: `EPSG:${epsg}`, proj4: null, unit: 'metre' })).toBe(label);
});

it('a CRS of somebody’s own keeps its name', () => {
  expect(crsLabel({ epsg: null, name: 'user-defined', proj4: null, unit: 'other' })).toBe('user-defined');
});
