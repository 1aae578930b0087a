import { fromFile } from 'geotiff';
import { PNG } from 'pngjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { TEXTS } from '../../src/dialogue/language/texts.ts';
import { sensorName } from '../../src/domain/picture.ts';
import type { Mask, Raster } from '../../src/domain/raster.ts';
import { composeScene } from '../../src/render/compose.ts';
import { coverOf } from '../../src/render/cover.ts';
import { drawChangeMap } from '../../src/render/draw-change-map.ts';
import { drawIndexMap } from '../../src/render/draw-index-map.ts';
import { drawOverlay, type OverlayLayer } from '../../src/render/draw-overlay.ts';
import { drawScene } from '../../src/render/draw-scene.ts';
import type { Frame } from '../../src/render/frame.ts';
import type { Pixels } from '../../src/render/pixels.ts';
import { DEMO_SCENE } from '../../src/scene/demo/demo-scene.ts';
import { expectGolden } from './expect-golden.ts';

/** A corner of the demo scene: town, river, lake and fields. */
const [COL, ROW, WIDTH, HEIGHT] = [330, 150, 150, 110];

let bands: Record<'blue' | 'green' | 'red' | 'nir', Raster>;
let composite: Pixels;
let vegetation: Mask;
let water: Mask;

beforeAll(async () => {
  const tiff = await fromFile(DEMO_SCENE.path);
  const window = [COL, ROW, COL + WIDTH, ROW + HEIGHT];
  const read = (await (await tiff.getImage()).readRasters({ window })) as unknown as Uint16Array[];
  await tiff.close();
  const [blue, green, red, nir] = read.map(
    (values): Raster => ({ width: WIDTH, height: HEIGHT, values: Float32Array.from(values, (dn) => dn / 1e4) }),
  );
  bands = { blue: blue!, green: green!, red: red!, nir: nir! };
  composite = composeScene([bands.red, bands.green, bands.blue], 'reflectance');
  vegetation = above(normalized(bands.nir, bands.red), 0.65);
  water = above(normalized(bands.green, bands.nir), 0);
});

const FRAME: Omit<Frame, 'legend'> = {
  title: 'Invented valley',
  subtitle: '2025-09-04 · synthetic · true colour',
  crsName: 'WGS 84 / UTM zone 33N (EPSG:32633)',
  credit: 'Contains modified Copernicus Sentinel data 2025',
  model: 'spex-compact 2.0.0',
  metresPerPixel: 10,
  northAngleDegrees: 0.4,
  centreLonLat: [14.4307, 46.0148],
  words: TEXTS.en.map,
  note: '',
};

const layer = (
  target: OverlayLayer['target'],
  mask: OverlayLayer['mask'],
  over: Partial<OverlayLayer> = {},
): OverlayLayer => ({
  target,
  mask,
  legend: { label: TEXTS.en.Target(target), value: '12.4 ha · 8.1% · 7 regions' },
  regions: [],
  ...over,
});

/** A region to number; `side` of the square around it, in which it is all there is. */
const region = (id: number, centroid: readonly [number, number], side = 20): OverlayLayer['regions'][number] => ({
  id,
  centroid,
  area: side * side,
  window: { col: centroid[0] - side / 2, row: centroid[1] - side / 2, width: side, height: side },
});

describe('golden pictures', () => {
  it('overlay of two targets with numbered regions', async () => {
    const layers = [
      layer('vegetation', vegetation, {
        regions: [region(1, [40, 80]), region(2, [41, 80])],
      }),
      layer('water', water, {
        regions: [region(1, [78, 45]), region(12, [149.5, 0.5])],
      }),
    ];
    const style = { mode: 'tint', opacity: 0.65 } as const;
    const note = 'Analysed at 1/4 of the scene’s resolution. '.repeat(6);
    expectGolden('overlay-two-targets', await drawOverlay({ composite, layers, style, frame: { ...FRAME, note } }));
  });

  it('numbers of small regions stand beside them, at the end of a line', async () => {
    const specks: readonly (readonly [number, number])[] = [
      [60, 50],
      [66, 54],
      [148, 2],
      [3, 107],
    ];
    const mask: Mask = { width: WIDTH, height: HEIGHT, values: new Uint8Array(WIDTH * HEIGHT) };
    for (const [col, row] of specks) {
      for (const y of [row - 1, row]) mask.values.fill(1, y * WIDTH + col - 1, y * WIDTH + col + 1);
    }
    const regions = specks.map((centroid, i) => region(i + 1, centroid, 2));
    const style = { mode: 'tint', opacity: 0.65 } as const;
    const layers = [layer('building', mask, { regions })];
    expectGolden('overlay-small-regions', await drawOverlay({ composite, layers, style, frame: FRAME }));
  });

  it('zoom: its region stands out from the others, and a small scene shows where it is', async () => {
    const own: Mask = { ...vegetation, values: vegetation.values.map((v, i) => (i % WIDTH < 60 ? v : 0)) };
    const layers = [layer('vegetation', vegetation, { highlight: coverOf(own, WIDTH, HEIGHT) })];
    const locator = { scene: composite, window: { left: 0.1, top: 0.5, width: 0.2, height: 0.3 } };
    const style = { mode: 'tint', opacity: 0.65 } as const;
    expectGolden('overlay-zoom', await drawOverlay({ composite, layers, style, locator, frame: FRAME }));
  });

  it('outline in another colour, rotated, with hostile texts and nothing known of the ground', async () => {
    const frame: Omit<Frame, 'legend'> = {
      ...FRAME,
      title: `</text><script>alert(1)</script>&amp; \u202egnp.exe 村庄 ${'a very long name '.repeat(9)}`,
      subtitle: '\u0000\u001b[31m<image href="http://example.org/x.png"/> \ud800',
      crsName: null,
      metresPerPixel: null,
      northAngleDegrees: 143,
      centreLonLat: null,
    };
    const style = { mode: 'outline', opacity: 0.45, color: '#CC79A7' } as const;
    const layers = [layer('water', water, { legend: { label: 'Water', value: `${'9'.repeat(60)} ha` } })];
    expectGolden('overlay-hostile', await drawOverlay({ composite, layers, style, frame }));
  });

  it('Chinese names in both weights', async () => {
    const frame = {
      ...FRAME,
      title: '太湖 2025（东岸）.tif',
      subtitle: `${sensorName('Sentinel-2 (synthetic)', TEXTS.zh.map)} · 真彩色 · 臺灣`,
      words: TEXTS.zh.map,
      crsName: null,
      note: TEXTS.zh.map.overview.replace('{}', '4'),
    };
    const legend = { label: TEXTS.zh.Target('water'), value: `12.4 公顷 · 8.1% · ${TEXTS.zh.legendRegions(7, '7')}` };
    const style = { mode: 'tint', opacity: 0.65 } as const;
    expectGolden(
      'overlay-chinese',
      await drawOverlay({ composite, layers: [layer('water', water, { legend })], style, frame }),
    );
  });

  it('index map with its threshold', async () => {
    const raster = normalized(bands.nir, bands.red);
    raster.values.fill(Number.NaN, 0, WIDTH * 12);
    const picture = await drawIndexMap({
      raster,
      index: 'ndvi',
      symbol: 'NDVI',
      formula: '(nir - red) / (nir + red)',
      threshold: { value: 0.5, above: true },
      frame: FRAME,
    });
    expectGolden('index-map', picture);
  });

  it('change map', async () => {
    const classes = {
      width: WIDTH,
      height: HEIGHT,
      values: vegetation.values.map((value, i) => (i % WIDTH < 60 ? value : i % WIDTH < 100 ? value * 2 : value * 3)),
    };
    const legend = {
      kept: { label: 'Vegetation kept', value: '60 ha · 40%' },
      gained: { label: 'Vegetation gained', value: '1.2 ha · 0.4%' },
      lost: { label: 'Vegetation lost', value: '900 m² · 0.1%' },
    };
    expectGolden('change-map', await drawChangeMap({ composite, classes, legend, frame: FRAME }));
  });

  it('tall scene with nodata and a stated pixel size', async () => {
    const tall: Pixels = { width: 40, height: 110, rgba: new Uint8Array(40 * 110 * 4) };
    for (let i = 0; i < 40 * 110; i++) {
      const from = Math.floor(i / 40) * WIDTH + (i % 40) + 60;
      if ((i % 40) + Math.floor(i / 40) > 30) tall.rgba.set(composite.rgba.subarray(from * 4, from * 4 + 4), i * 4);
    }
    const frame = { ...FRAME, isPixelSizeStated: true, metresPerPixel: 0.031, northAngleDegrees: null };
    expectGolden('scene-tall', await drawScene({ composite: tall, frame }));
  });
});

describe('drawOverlay', () => {
  const style = { mode: 'tint', opacity: 0.5 } as const;

  it('takes a finer mask, and a cover made from it row by row, for the same picture', async () => {
    const fine: Mask = { width: WIDTH * 2, height: HEIGHT * 2, values: new Uint8Array(4 * WIDTH * HEIGHT) };
    for (let i = 0; i < fine.values.length; i++) {
      fine.values[i] = water.values[Math.floor(i / fine.width / 2) * WIDTH + Math.floor((i % fine.width) / 2)]!;
    }
    const draw = (mask: OverlayLayer['mask']) =>
      drawOverlay({ composite, layers: [layer('water', mask)], style, frame: FRAME });
    const whole = await draw(water);
    expect(Buffer.compare(await draw(fine), whole)).toBe(0);
    expect(Buffer.compare(await draw(coverOf(fine, WIDTH, HEIGHT)), whole)).toBe(0);
  });

  it('refuses a cover of another size', async () => {
    const cover = coverOf(water, 10, 10);
    await expect(drawOverlay({ composite, layers: [layer('water', cover)], style, frame: FRAME })).rejects.toThrow(
      'a cover of 10x10 for a map of 150x110',
    );
  });

  it('leaves the composite as it was', async () => {
    const before = composite.rgba.slice();
    await drawOverlay({ composite, layers: [layer('water', water)], style, frame: FRAME });
    expect(composite.rgba).toEqual(before);
  });

  it('shrinks a large scene to 1600 pixels and keeps a line of one pixel visible', async () => {
    const large: Pixels = { width: 3200, height: 800, rgba: new Uint8Array(3200 * 800 * 4).fill(255) };
    const line: Mask = { width: 3200, height: 800, values: new Uint8Array(3200 * 800) };
    line.values.fill(1, 3200 * 401, 3200 * 402);
    const png = await drawOverlay({ composite: large, layers: [layer('water', line)], style, frame: FRAME });
    const { width, height, data } = PNG.sync.read(Buffer.from(png));
    expect(width).toBe(Math.round(1600 * 1.06));
    // Down the middle of the map, some pixel is the water's own blue.
    const column = Array.from({ length: height }, (_, row) => [
      ...data.subarray((row * width + width / 2) * 4, (row * width + width / 2) * 4 + 3),
    ]);
    expect(column.map(String)).toContain('26,53,216');
  });
});

const normalized = (a: Raster, b: Raster): Raster => ({
  ...a,
  values: a.values.map((value, i) => (value - b.values[i]!) / (value + b.values[i]!)),
});

const above = ({ width, height, values }: Raster, threshold: number): Mask => ({
  width,
  height,
  values: Uint8Array.from(values, (value) => Number(value > threshold)),
});
