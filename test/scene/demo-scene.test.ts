import { statSync } from 'node:fs';
import { fromFile } from 'geotiff';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEMO_SCENE } from '../../src/scene/demo/demo-scene.ts';
import { makeLandscape } from '../../src/scene/demo/landscape.ts';
import { DEMO_BANDS, MATERIALS } from '../../src/scene/demo/materials.ts';
import { fractalNoise, hash, smoothstep, valueNoise } from '../../src/scene/demo/noise.ts';
import { observe } from '../../src/scene/demo/sensor.ts';
import { openScene } from '../../src/scene/open-scene.ts';

describe('the demo scene', () => {
  let bands: Uint16Array[];
  beforeAll(async () => {
    const tiff = await fromFile(DEMO_SCENE.path);
    bands = (await (await tiff.getImage()).readRasters()) as unknown as Uint16Array[];
    await tiff.close();
  });

  it('is read as six bands of reflectance on the ground, with its date', async () => {
    const scene = await openScene([DEMO_SCENE], {});
    expect(scene.info.bands.map((band) => [band.name, band.scale, band.offset])).toEqual(
      DEMO_BANDS.map(({ name }) => [name, 1e-4, 0]),
    );
    expect(scene.info.bandEvidence).toMatch(/^I read this as Sentinel-2 \(synthetic\): /);
    expect(scene.info).toMatchObject({
      sensor: 'Sentinel-2 (synthetic)',
      values: 'reflectance',
      acquiredAt: '2025-09-04T10:06:11Z',
      validFraction: 1,
      grid: { width: 512, height: 512, crs: { epsg: 32633 } },
    });
    expect(scene.info.pixelSizeM!.x).toBeCloseTo(10, 1);
    await scene.close();
  });

  it('is small enough to ship', () => expect(statSync(DEMO_SCENE.path).size).toBeLessThan(3 * 2 ** 20));

  it('has reflectances of this world', () => {
    for (const values of bands) {
      const sorted = values.toSorted();
      expect(sorted[0]).toBeGreaterThan(0); // 0 is nodata
      expect(sorted.at(-1)).toBeLessThan(8000);
    }
  });

  it('has what people ask for: vegetation, water and a town', () => {
    const [, green, red, nir, swir16] = bands as [Uint16Array, Uint16Array, Uint16Array, Uint16Array, Uint16Array];
    const share = (test: (i: number) => boolean): number =>
      red.reduce((sum, _, i) => sum + Number(test(i)), 0) / red.length;
    const vegetation = share((i) => (nir[i]! - red[i]!) / (nir[i]! + red[i]!) > 0.5);
    const water = share((i) => (green[i]! - swir16[i]!) / (green[i]! + swir16[i]!) > 0.3);
    expect(vegetation).toBeGreaterThan(0.4);
    expect(vegetation).toBeLessThan(0.8);
    expect(water).toBeGreaterThan(0.03);
    expect(water).toBeLessThan(0.1);
    // The industrial estate, by its place in the plan: bright in every band.
    const roofs = [...red.subarray(130 * 512 + 262, 130 * 512 + 290)];
    expect(Math.max(...roofs)).toBeGreaterThan(1500);
  });

  it('can be made again: the same seed gives the same corner', () => {
    // 32 pixels of 10 m: the whole scene takes half a minute.
    const size = 32;
    const corner = observe(makeLandscape(size, 7), 7);
    let equal = 0;
    for (let row = 4; row < size - 4; row++) {
      for (let col = 4; col < size - 4; col++) {
        for (const [band, values] of corner.entries()) {
          // Away from the cut edges, where blur and shadows of the neighbourhood are missing.
          if (Math.abs(values[row * size + col]! - bands[band]![row * 512 + col]!) <= 1) equal++;
        }
      }
    }
    expect(equal / (6 * (size - 8) ** 2)).toBeGreaterThan(0.99);
  });
});

describe('noise', () => {
  it('is the same on every machine', () => {
    expect([hash(1, 2, 3), hash(-5, 7, 1)].map((value) => value.toFixed(6))).toEqual(['0.662549', '0.699232']);
  });

  it('is even and stays between 0 and 1', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => hash(i % 100, Math.floor(i / 100), 9));
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(0.5, 1);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
  });

  it('meets its lattice values and is continuous', () => {
    expect(valueNoise(3, 4, 5)).toBe(hash(3, 4, 5));
    expect(Math.abs(valueNoise(2.9999, 4.2, 5) - valueNoise(3.0001, 4.2, 5))).toBeLessThan(1e-6);
    expect(fractalNoise(1.5, 2.5, 1, 5)).toBe(valueNoise(1.5, 2.5, 5));
  });

  it('steps smoothly', () => {
    expect([0, 1, 1.5, 2, 3].map((value) => smoothstep(1, 2, value))).toEqual([0, 0, 0.5, 1, 1]);
  });
});

describe('materials', () => {
  it('look like what they are', () => {
    const ndvi = ([, , red, nir]: readonly number[]): number => (nir! - red!) / (nir! + red!);
    for (const name of ['conifer', 'broadleaf', 'meadow', 'maize', 'clover'] as const)
      expect(ndvi(MATERIALS[name])).toBeGreaterThan(0.7);
    for (const name of ['drySoil', 'asphalt', 'concrete', 'metalRoof'] as const)
      expect(ndvi(MATERIALS[name])).toBeLessThan(0.3);
    for (const name of ['deepWater', 'riverWater'] as const)
      expect(MATERIALS[name][1]).toBeGreaterThan(MATERIALS[name][3]);
    for (const spectrum of Object.values(MATERIALS)) {
      expect(Math.min(...spectrum)).toBeGreaterThan(0);
      expect(Math.max(...spectrum)).toBeLessThan(1);
    }
  });
});
