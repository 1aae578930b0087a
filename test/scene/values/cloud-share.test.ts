import { expect, it } from 'vitest';
import type { BandName } from '../../../src/domain/band.ts';
import type { SceneInfo } from '../../../src/domain/scene.ts';
import { cloudShare } from '../../../src/scene/values/cloud-share.ts';

/** A scene of four pixels in a row: its bands by name, or one quality band. */
function sketch(
  bands: Partial<Record<BandName, number[]>>,
  quality?: { label: string; values: number[] },
  more: Partial<SceneInfo> = {},
) {
  const names = Object.keys(bands) as BandName[];
  const info = {
    grid: { width: 4, height: 1, transform: null, crs: null },
    bands: [
      ...names.map((name) => ({ name, label: name })),
      ...(quality ? [{ name: null, label: quality.label }] : []),
    ],
    values: 'reflectance',
    pixelSizeM: { x: 10, y: 10, stated: false },
    ...more,
  } as unknown as SceneInfo;
  const raster = (values: number[]) => ({ width: 4, height: 1, values: Float32Array.from(values) });
  return {
    info,
    read: async (wanted: readonly BandName[]) => wanted.map((name) => raster(bands[name]!)),
    readNearest: async () => [raster(quality!.values)],
  };
}

it.each([
  ['SCL', [4, 8, 9, 10], 3 / 4],
  ['SCL', [0, 3, 8, 6], 1 / 3], // 0 is no data, 3 is shadow
  ['QA_PIXEL', [0b1, 0b1000, 0b100, 0b10000], 2 / 3],
  ['QA60', [0, 1024, 2048, 1], 2 / 4],
  ['T14_Fmask', [255, 0b10, 0b1000, 64], 1 / 3],
])('quality band %s', async (label, values, fraction) => {
  expect(await cloudShare(sketch({ blue: [0, 0, 0, 0] }, { label, values }))).toMatchObject({ fraction, rough: false });
});

it('tells cloud from water, sand and snow, roughly', async () => {
  //                cloud, water, sand, snow
  const scene = sketch({
    blue: [0.45, 0.06, 0.24, 0.7],
    green: [0.44, 0.05, 0.27, 0.68],
    red: [0.43, 0.03, 0.32, 0.65],
    swir16: [0.35, 0.01, 0.4, 0.08],
  });
  expect(await cloudShare(scene)).toEqual({
    fraction: 0.25,
    source: 'a rough test of brightness and whiteness',
    rough: true,
  });
});

it('says that snow looks like cloud without short-wave infrared', async () => {
  const scene = sketch({
    blue: [0.45, 0.7, Number.NaN, 0.06],
    green: [0.44, 0.68, 0, 0.05],
    red: [0.43, 0.65, 0, 0.03],
  });
  expect(await cloudShare(scene)).toEqual({
    fraction: 2 / 3,
    source: 'a rough test of brightness and whiteness, which takes snow for cloud here',
    rough: true,
  });
});

it.each([
  ['grey values', sketch({ blue: [1], green: [1], red: [1] }, undefined, { values: 'display' })],
  [
    'fine pixels',
    sketch({ blue: [1], green: [1], red: [1] }, undefined, { pixelSizeM: { x: 1, y: 1, stated: false } }),
  ],
  ['no red band', sketch({ blue: [1], green: [1] })],
])('does not judge %s', async (_name, scene) => expect(await cloudShare(scene)).toBeNull());
