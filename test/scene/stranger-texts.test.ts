import { expect, it } from 'vitest';
import { bandCode, bandOfWords } from '../../src/scene/bands/band-words.ts';
import { sensorIn } from '../../src/scene/bands/sensors.ts';
import { parseGdalMetadata } from '../../src/scene/formats/tiff/gdal-metadata.ts';
import { xmlElements } from '../../src/scene/formats/tiff/xml-elements.ts';
import { crsOfWkt, readGeoKeys } from '../../src/scene/place/crs.ts';
import { parseProjectionFile, parseWorldFile } from '../../src/scene/place/world-file.ts';
import { acquiredAt } from '../../src/scene/values/acquired-at.ts';
import { parseLandsatMtl } from '../../src/scene/values/landsat-mtl.ts';

/** What reads a stranger's text, with pieces that its own form is made of. */
const READERS: readonly (readonly [string, (text: string) => unknown, readonly string[]])[] = [
  [
    'MTL',
    parseLandsatMtl,
    [
      'GROUP = L1_METADATA_FILE\n',
      'GROUP =',
      'A = "',
      '\n',
      ' ',
      '"',
      '=',
      'REFLECTANCE_MULT_BAND_1 = 2\n',
      'A = ""\r',
    ],
  ],
  [
    'GDAL metadata',
    (text) => parseGdalMetadata(text, 3),
    [
      '<Item ',
      '<Item name="',
      '<Item name="a" sample="0">',
      '<Item>a</Item>',
      '<',
      '"',
      '&amp;',
      '&',
      '<!--',
      '-->',
      ' name=',
    ],
  ],
  [
    'XML',
    (text) => [...xmlElements(text)],
    ['<gml:origin>', '<gml:pos>1 1</gml:pos>', 'srsName="EPSG', "<a b='", '<?', '<!', '</', '/>', '<a', '=""', '\0'],
  ],
  ['world file', parseWorldFile, ['1 ', '\n', '1e', '-', ' \t', '0.5\r\n']],
  [
    '.prj',
    parseProjectionFile,
    ['PROJCS["', 'PROJCS[', 'UNIT["",1', 'AUTHORITY["EPSG",', ' ', ']', ',AXIS[', '"', ',VERTCS['],
  ],
  ['WKT', crsOfWkt, ['GEOGCS["a",', 'UNIT["",1]', ',AXIS', 'ID["EPSG",', ' ]', 'EXTENSION["PROJ4","', '+proj=']],
  [
    'GeoKeys',
    (text) =>
      readGeoKeys([1, 1, 0, 250, ...Array(250).fill([1026, 34737, 60_000, 0]).flat()], [], text.slice(0, 16_384)),
    ['|', 'a|', '\0'],
  ],
  [
    'dates',
    (text) => acquiredAt([text]),
    ['2020', '2020-', '20200101', '2020-01-01T', '1', '2020_01_', 'T10:', '20200101T'],
  ],
  ['band codes', bandCode, ['B4', '_B', 'SR_B', 'QA', 'MSK_', 'band ', 'QA_', '0']],
  ['band words', bandOfWords, ['nir', 're', 'red edge', 'short wave ', 'short-', 'infra', ' ', '_', 'water ']],
  ['sensors', sensorIn, ['s2', 't33', 'landsat', 'l8', 'hls', '-', '_', 'sentinel']],
];

const MEGABYTE = 1_000_000;
const filled = (piece: string, length = MEGABYTE): string =>
  piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

it.each(READERS)('a megabyte of pieces of its form does not keep the reader of %s busy', (_name, read, pieces) => {
  const texts = pieces.flatMap((piece) => [
    filled(piece),
    pieces[0] + filled(piece), // the beginning of a good text, and never its end
    ...pieces.map((other) => filled(piece + other, MEGABYTE / 10)),
    ...pieces.map((other) => pieces[0] + piece + filled(other, MEGABYTE / 10)),
  ]);
  for (const text of texts) {
    const began = performance.now();
    read(text);
    expect(performance.now() - began, `${JSON.stringify(text.slice(0, 60))} …`).toBeLessThan(1000);
  }
});

it('elements of an XML text, whatever is broken between them', () => {
  const xml = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e "x">]><g:a b="1 > 0" c='it''s'>one &amp; &e; two<!-- <no/> --></g:a>
    <d<e f="g">text</e><h i/><j k=`;
  expect(
    [...xmlElements(xml)].map(({ name, attributes, text }) => [name, Object.fromEntries(attributes), text.trim()]),
  ).toEqual([
    ['a', { b: '1 > 0', c: 'it' }, 'one & &e; two'],
    ['e', { f: 'g' }, 'text'],
    ['h', {}, ''],
  ]);
});
