import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Grid } from '../../domain/grid.ts';
import { createGeoTiffWriter } from '../../export/write-geotiff.ts';
import { DEMO_SCENE } from './demo-scene.ts';
import { makeLandscape } from './landscape.ts';
import { DEMO_BANDS } from './materials.ts';
import { DN_PER_REFLECTANCE, observe } from './sensor.ts';

/** Pixels a side. */
const SIDE = 512;
const SEED = 7;
const ACQUIRED = '2025-09-04T10:06:11Z';

/** 46.0° N in UTM zone 33N: where such valleys lie, though not this one. */
const GRID: Grid = {
  width: SIDE,
  height: SIDE,
  transform: [10, 0, 452_000, 0, -10, 5_098_000],
  crs: { epsg: 32633, name: 'EPSG:32633', proj4: '+proj=utm +zone=33 +datum=WGS84 +units=m +no_defs', unit: 'metre' },
};

/**
 * Write the demo scene: `npx tsx src/scene/demo/make-demo-scene.ts`. The same seed gives the same valley.
 * It is synthetic from end to end; nothing in it was measured anywhere.
 */
export async function makeDemoScene(path: string): Promise<void> {
  const bands = observe(makeLandscape(SIDE, SEED), SEED);
  const writer = await createGeoTiffWriter(path, GRID, {
    sampleType: 'uint16',
    bandDescriptions: DEMO_BANDS.map((band) => band.name),
    nodata: 0,
    scale: 1 / DN_PER_REFLECTANCE,
    dateTime: ACQUIRED.replace(/^(\d+)-(\d+)-(\d+)T([\d:]+)Z$/, '$1:$2:$3 $4'),
    metadata: {
      ACQUISITION_DATETIME: ACQUIRED,
      SENSOR: 'synthetic, with bands of Sentinel-2',
      WAVELENGTHS_NM: DEMO_BANDS.map((band) => band.wavelengthNm).join(' '),
      TITLE: 'An invented valley, made by make-demo-scene.ts',
    },
  });
  const samples = new Uint16Array(SIDE * SIDE * bands.length);
  bands.forEach((values, band) => {
    values.forEach((value, i) => {
      samples[i * bands.length + band] = value;
    });
  });
  await writer.writeRows(0, samples);
  await writer.close();
}

if (argv[1] === fileURLToPath(import.meta.url)) await makeDemoScene(DEMO_SCENE.path);
