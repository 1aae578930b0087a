import { describe, expect, it } from 'vitest';
import type { BandName } from '../../src/domain/band.ts';
import { chooseComposite, composeScene } from '../../src/render/compose.ts';
import { coverOf, createCoverBuilder } from '../../src/render/cover.ts';
import { drawLabels } from '../../src/render/draw-labels.ts';
import { cleanText, fitText, measureText, wrapText } from '../../src/render/font.ts';
import { labelPlaces } from '../../src/render/label-place.ts';
import { drawLegend } from '../../src/render/map-furniture.ts';
import { northAngleOf } from '../../src/render/north-angle.ts';
import { paintCover } from '../../src/render/paint-cover.ts';
import { displayOf, type Pixels, toDisplay } from '../../src/render/pixels.ts';
import { scaleBarOf } from '../../src/render/scale-bar.ts';
import { text } from '../../src/render/svg.ts';
import { parseColor, TARGET_LOOKS } from '../../src/render/target-look.ts';
import { maskOf, rasterOf } from '../raster-of.ts';

describe('chooseComposite', () => {
  it.each<[string, (BandName | null)[], string, number[]]>([
    ['true colour wherever the bands lie', ['nir', 'blue', null, 'green', 'red'], 'true colour', [4, 3, 1]],
    ['colour infrared without blue', ['green', 'red', 'nir'], 'colour infrared', [2, 1, 0]],
    ['colour infrared from Landsat’s name', ['green', 'red', 'nir08'], 'colour infrared', [2, 1, 0]],
    ['the panchromatic band', ['nir', 'pan'], 'single band', [1]],
    ['red, if only red', ['swir16', 'red'], 'single band', [1]],
    ['the first band that is not alpha', ['alpha', null], 'single band', [1]],
    ['anything, if there is only that', ['alpha'], 'single band', [0]],
  ])('takes %s', (_case, bands, title, chosen) => {
    expect(chooseComposite(bands)).toEqual({ title, bands: chosen });
  });

  it('takes colour infrared first where that is wanted and there', () => {
    expect(chooseComposite(['blue', 'green', 'red', 'nir'], 'colour infrared')).toEqual({
      title: 'colour infrared',
      bands: [3, 2, 1],
    });
    expect(chooseComposite(['blue', 'green', 'red'], 'colour infrared').title).toBe('true colour');
  });

  it('refuses a scene without bands', () => expect(() => chooseComposite([])).toThrow(RangeError));
});

describe('composeScene', () => {
  const rgba = (pixels: Pixels, i: number): number[] => [...pixels.rgba.subarray(i * 4, i * 4 + 4)];

  it('leaves a photograph alone', () => {
    const photo = [rasterOf([[0, 1, 0.5]]), rasterOf([[0, 0.2, 0.5]]), rasterOf([[0, 0, 0.5]])];
    const picture = composeScene(photo, 'display');
    expect([rgba(picture, 0), rgba(picture, 1), rgba(picture, 2)]).toEqual([
      [0, 0, 0, 255],
      [255, 51, 0, 255],
      [128, 128, 128, 255],
    ]);
  });

  it('stretches dull grey values, all bands alike', () => {
    const picture = composeScene([rasterOf([[0.2, 0.4]]), rasterOf([[0.3, 0.3]]), rasterOf([[0.2, 0.2]])], 'display');
    expect([rgba(picture, 0), rgba(picture, 1)]).toEqual([
      [0, 128, 0, 255],
      [255, 128, 0, 255],
    ]);
  });

  it('stretches reflectance between its percentiles, with the dark half lifted', () => {
    // 101 values 0.10 … 0.30: 2 % is 0.104, 98 % is 0.296, so black is 0.8 · 0.104 = 0.0832 and white 0.104 + 0.192 = 0.296.
    const grey = rasterOf([Array.from({ length: 101 }, (_, i) => 0.1 + i * 0.002)]);
    const picture = composeScene([grey], 'reflectance');
    // A little beyond the 98th percentile: (0.298 − 0.0832) / (0.296 − 0.0832) = 1.0094 of the stretch, on the shoulder.
    expect(rgba(picture, 99)).toEqual([242, 242, 242, 255]);
    const share = (0.2 - 0.0832) / (0.296 - 0.0832);
    expect(picture.rgba[50 * 4]).toBeCloseTo(255 * share ** (1 / 1.4), -0.5);
  });

  it('does not let clouds take the whole range', () => {
    // Ground 0.05 … 0.15 with a tenth of cloud at 0.9.
    const values = Array.from({ length: 100 }, (_, i) => (i < 90 ? 0.05 + (i % 11) * 0.01 : 0.9));
    const picture = composeScene([rasterOf([values])], 'reflectance');
    // Low 0.05, median 0.11: white at 0.11 + 4 · 0.06 + 0.05 = 0.4 and not at 0.9, black at 0.04. The pixel is 0.1.
    expect(picture.rgba[5 * 4]).toBe(Math.round(255 * ((0.1 - 0.04) / 0.36) ** (1 / 1.4)));
  });

  it('makes a pixel transparent that any band lacks', () => {
    const picture = composeScene(
      [rasterOf([[0.1, 0.2]]), rasterOf([[null, 0.2]]), rasterOf([[0.1, 0.3]])],
      'reflectance',
    );
    expect(rgba(picture, 0)).toEqual([0, 0, 0, 0]);
    expect(rgba(picture, 1)[3]).toBe(255);
  });

  it.each([
    ['one value', [[0.3, 0.3]]],
    ['nodata only', [[null, null]]],
  ])('survives a raster of %s', (_case, rows) => {
    expect(composeScene([rasterOf(rows)], 'reflectance').rgba).toHaveLength(8);
    expect(composeScene([rasterOf(rows)], 'display').rgba).toHaveLength(8);
  });

  it('refuses other grids and other counts', () => {
    const one = rasterOf([[1]]);
    expect(() => composeScene([one, one, rasterOf([[1, 1]])], 'display')).toThrow('grids differ: 1x1 and 2x1');
    expect(() => composeScene([one, one], 'display')).toThrow('2 rasters');
  });
});

describe('displayOf', () => {
  it.each([
    [512, 512, { width: 1024, height: 1024, scale: 2 }],
    [1200, 10, { width: 1200, height: 10, scale: 1 }],
    [601, 300, { width: 601, height: 300, scale: 1 }],
    [1, 1, { width: 1200, height: 1200, scale: 1200 }],
    [3200, 1000, { width: 1600, height: 500, scale: 0.5 }],
    [100_000, 1, { width: 1600, height: 1, scale: 0.016 }],
  ])('shows %i × %i as %o', (width, height, display) => expect(displayOf(width, height)).toEqual(display));
});

describe('toDisplay', () => {
  const pixels: Pixels = { width: 2, height: 1, rgba: Uint8Array.from([10, 20, 30, 255, 50, 60, 70, 255]) };

  it('repeats pixels when it grows', () => {
    const { rgba } = toDisplay(pixels, { width: 4, height: 2, scale: 2 });
    expect([...rgba].filter((_, i) => i % 4 === 0)).toEqual([10, 10, 50, 50, 10, 10, 50, 50]);
  });

  it('averages what was measured when it shrinks', () => {
    const to = { width: 1, height: 1, scale: 0.5 };
    expect([...toDisplay(pixels, to).rgba]).toEqual([30, 40, 50, 255]);
    const half: Pixels = { ...pixels, rgba: Uint8Array.from([10, 20, 30, 255, 0, 0, 0, 0]) };
    expect([...toDisplay(half, to).rgba]).toEqual([10, 20, 30, 128]);
  });
});

describe('coverOf', () => {
  it('is the share of each coarser pixel', () => {
    // Three columns onto two: the middle one belongs to both by half.
    expect([...coverOf(maskOf('##.'), 2, 1).share]).toEqual([1, expect.closeTo(1 / 3, 6)]);
    expect([...coverOf(maskOf('#.', '..', '##'), 1, 2).share]).toEqual([
      expect.closeTo(1 / 3, 6),
      expect.closeTo(2 / 3, 6),
    ]);
    expect([...coverOf(maskOf('#.', '.#'), 2, 2).share]).toEqual([1, 0, 0, 1]);
  });

  it('keeps the total area, in any row blocks', () => {
    const mask = maskOf('##..#', '.#.##', '#####', '....#', '..#..', '#....', '##..#');
    const builder = createCoverBuilder(5, 7, 3, 4);
    for (const [from, to] of [
      [0, 1],
      [1, 4],
      [4, 7],
    ] as const)
      builder.addRows(mask.values.subarray(from * 5, to * 5));
    const { share } = builder.finish();
    expect([...share]).toEqual([...coverOf(mask, 3, 4).share]);
    const area = share.reduce((sum, value) => sum + value, 0) * (5 / 3) * (7 / 4);
    expect(area).toBeCloseTo(
      mask.values.reduce((sum, value) => sum + value, 0),
      4,
    );
  });

  it('counts 1 only: 255 is nodata', () => {
    const { share } = coverOf({ width: 2, height: 1, values: Uint8Array.from([255, 1]) }, 1, 1);
    expect(share[0]).toBe(0.5);
  });

  it('refuses broken rows and missing ones', () => {
    const builder = createCoverBuilder(2, 2, 1, 1);
    expect(() => builder.addRows(new Uint8Array(3))).toThrow('3 pixels after row 0 of a 2x2 mask');
    expect(() => builder.addRows(new Uint8Array(6))).toThrow(RangeError);
    expect(() => builder.finish()).toThrow('0 of 2');
  });
});

describe('paintCover', () => {
  const grey = (side: number): Pixels => ({
    width: side,
    height: side,
    rgba: new Uint8Array(side * side * 4).fill(100).map((v, i) => (i % 4 === 3 ? 255 : v)),
  });
  const at = ({ width, rgba }: Pixels, col: number, row: number): number[] => [
    ...rgba.subarray((row * width + col) * 4, (row * width + col) * 4 + 4),
  ];
  const square = coverOf(
    maskOf(...Array.from({ length: 21 }, (_, row) => (row < 5 || row > 15 ? '.'.repeat(21) : '.....###########.....'))),
    21,
    21,
  );

  it('tints inside, draws three lines at the edge, and leaves the rest', () => {
    const map = grey(21);
    paintCover(map, square, { color: '#c80000', pattern: 'plain', mode: 'tint', opacity: 0.5 });
    expect(at(map, 10, 10)).toEqual([150, 50, 50, 255]); // half of 100 and half of 200, 0, 0
    expect(at(map, 5, 10)).toEqual([200, 0, 0, 255]); // the colour
    expect(at(map, 4, 10)).toEqual([28, 28, 28, 255]); // dark outside: 28 % of 100
    expect(at(map, 6, 10)).toEqual([207, 162, 162, 255]); // light inside: 45 % of the tint and 55 % of white
    expect(at(map, 2, 10)).toEqual([100, 100, 100, 255]);
  });

  it('leaves the inside alone in outline mode', () => {
    const map = grey(21);
    paintCover(map, square, { color: '#c80000', pattern: 'lines', mode: 'outline', opacity: 0.5 });
    expect(at(map, 10, 10)).toEqual([100, 100, 100, 255]);
    expect(at(map, 5, 10)).toEqual([200, 0, 0, 255]);
  });

  it('shows a region that covers a tenth of one pixel', () => {
    const map = grey(3);
    const cover = { width: 3, height: 3, share: Float32Array.from([0, 0, 0, 0, 0.1, 0, 0, 0, 0]) };
    paintCover(map, cover, { color: '#00c800', pattern: 'plain', mode: 'tint', opacity: 0.5 });
    expect(at(map, 1, 1)).toEqual([0, 200, 0, 255]);
  });

  it('colours what was not measured without a black ground', () => {
    const map: Pixels = { width: 21, height: 21, rgba: new Uint8Array(21 * 21 * 4) };
    paintCover(map, square, { color: '#c80000', pattern: 'plain', mode: 'tint', opacity: 0.5 });
    expect(at(map, 10, 10)).toEqual([200, 0, 0, 127]);
  });
});

describe('labelPlaces', () => {
  const cover = (...rows: string[]) => coverOf(maskOf(...rows), rows[0]!.length, rows.length);

  it('keeps a centroid that lies on its region', () => {
    expect(labelPlaces(cover('###'), [[1.5, 0.5]])).toEqual([[1.5, 0.5]]);
  });

  it('moves one that does not to the nearest pixel of the same region that has the region around it', () => {
    // A horseshoe with an island in its mouth, where the centroid of the horseshoe lies, too.
    const shape = cover('#######', '#######', '##...##', '##.#.##', '##...##');
    const horseshoe = [3.5, (7 * 0.5 + 7 * 1.5 + 4 * 2.5 + 4 * 3.5 + 4 * 4.5) / 26] as const;
    expect(labelPlaces(shape, [horseshoe, [3.5, 3.5]])).toEqual([
      [1.5, 1.5],
      [3.5, 3.5],
    ]);
  });

  it('leaves a centroid that belongs to no region it can see', () => {
    expect(labelPlaces(cover('#....'), [[4.5, 0.5]])).toEqual([[4.5, 0.5]]);
  });
});

describe('drawLabels', () => {
  const display = { width: 400, height: 300, scale: 1 };
  const empty = { width: 400, height: 300, share: new Float32Array(400 * 300) };
  const region = (id: number, col: number, row: number, side: number) => ({
    id,
    centroid: [col, row] as const,
    area: side * side,
    window: { col: col - side / 2, row: row - side / 2, width: side, height: side },
  });
  /** Centre and radius of every disc. */
  const discs = (svg: string): number[][] =>
    [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)" fill="#fff"/g)].map((m) =>
      m.slice(1).map(Number),
    );
  const draw = (...regions: ReturnType<typeof region>[]) =>
    drawLabels([{ regions, cover: empty, color: '#000' }], 400, display, 20);

  it('stands on a region with room for it, without a line', () => {
    const svg = draw(region(1, 100, 120, 60));
    expect(discs(svg).map(([x, y]) => [x, y])).toEqual([[100, 120]]);
    expect(svg).not.toContain('<path');
  });

  it.each([
    ['in the middle', 100, 120],
    ['in a corner', 396, 3],
    ['in the other corner', 3, 297],
  ])('stands beside a small region %s, wholly on the map', (_case, col, row) => {
    const svg = draw(region(1, col, row, 6));
    const [[x, y, r]] = discs(svg) as [[number, number, number]];
    expect(Math.hypot(x - col, y - row)).toBeGreaterThan(r + 3);
    expect(x >= r && y >= r && x <= 400 - r && y <= 300 - r).toBe(true);
    expect(svg).toContain(`<path d="M${col} ${row}L${x} ${y}"`);
  });

  it('keeps neighbours apart and hides nothing that is marked', () => {
    const cover = { ...empty, share: Float32Array.from(empty.share, (_, i) => (i % 400 > 110 ? 1 : 0)) };
    const regions = [region(1, 100, 120, 6), region(2, 104, 126, 6)];
    const [a, b] = discs(drawLabels([{ regions, cover, color: '#000' }], 400, display, 20)) as [number[], number[]];
    expect(Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!)).toBeGreaterThanOrEqual(a[2]! + b[2]!);
    expect([a, b].every(([x, , r]) => x! + r! <= 111)).toBe(true);
  });
});

describe('scaleBarOf', () => {
  it.each([
    [10, 250, 2000, 2, 'km'],
    [10, 199, 1000, 1, 'km'],
    [0.3, 100, 20, 20, 'm'],
    [0.001, 300, 0.2, 20, 'cm'],
    [10, 100, 1000, 1, 'km'],
    [3333, 300, 500_000, 500, 'km'],
  ])('at %d m a pixel, %d pixels hold %d m', (metresPerPixel, maxPixels, metres, value, unit) => {
    const bar = scaleBarOf(metresPerPixel, maxPixels);
    expect(bar.metres).toBeCloseTo(metres, 9);
    expect(bar).toMatchObject({ value, unit });
    expect(bar.pixels).toBeCloseTo(metres / metresPerPixel, 6);
    expect(bar.pixels).toBeLessThanOrEqual(maxPixels + 1e-6);
  });
});

describe('northAngleOf', () => {
  it.each<[string, (col: number, row: number) => readonly [number, number] | null, number | null]>([
    ['north up', (col, row) => [10 + col * 0.001, 50 - row * 0.001], 0],
    ['south up', (col, row) => [10 - col * 0.001, 50 + row * 0.001], 180],
    ['columns to the north: north is right', (col, row) => [10 + row * 0.001, 0 + col * 0.001], 90],
    ['rows to the east: north is left', (col, row) => [0 + row * 0.001, 0 - col * 0.001], -90],
    ['across the antimeridian', (col, row) => [col < 5 ? 179.999 : -179.999 + row * 0, 50 - row * 0.001], 0],
    ['off the Earth', () => null, null],
    ['one point', () => [1, 1], null],
  ])('%s', (_case, toLonLat, angle) => {
    const found = northAngleOf(10, 10, toLonLat);
    if (angle === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(angle, 9);
  });

  it('counts metres, not degrees: at 60° a degree of longitude is half as long', () => {
    // One step right goes 0.002° east (= 0.001° of latitude on the ground) and 0.001° south, one step down as much to the west.
    const found = northAngleOf(10, 10, (col, row) => [10 + col * 0.002 + row * -0.002, 60 - col * 0.001 - row * 0.001]);
    expect(found).toBeCloseTo(-45, 1);
  });
});

describe('text', () => {
  it('measures with the widths of the font', () => {
    // DejaVu Sans, 2048 units an em: H 1540, e 1260, l 569, l 569, o 1253.
    expect(measureText('Hello', 2048, 'regular')).toBe(5191);
    expect(measureText('Hello', 2048, 'bold')).toBeGreaterThan(5191);
    // A Chinese character is an em wide.
    expect(measureText('湖H', 2048, 'regular')).toBe(2048 + 1540);
  });

  it.each([
    ['direction overrides', 'a\u202eb\u2066c', 'abc'],
    ['control and zero-width characters', 'a\u0000\u001b\u200bb\ufeff', 'ab'],
    ['line breaks and runs of space', ' a \n\t b ', 'a b'],
    ['glyphs that no font has', 'a\u{10ffff}한', 'a□□'],
    ['Chinese and Japanese', '太湖 臺灣 カスミ', '太湖 臺灣 カスミ'],
    ['half a surrogate pair', 'a\ud800', 'a□'],
    ['decomposed accents', 'e\u0301', 'é'],
  ])('cleans %s', (_case, given, clean) => expect(cleanText(given)).toBe(clean));

  it('cuts what is too wide, wraps at spaces', () => {
    expect(fitText('short', 1000, 10, 'regular')).toBe('short');
    const cut = fitText('a very long title indeed', 80, 10, 'regular');
    expect(cut).toMatch(/^a very .*…$/);
    expect(measureText(cut, 10, 'regular')).toBeLessThanOrEqual(80);
    expect(wrapText('one two three four', 46, 10, 'regular', 3)).toEqual(['one two', 'three', 'four']);
    expect(wrapText('one two three four', 46, 10, 'regular', 2)).toEqual(['one two', 'three f…']);
    expect(wrapText('Donaudampfschiff', 50, 10, 'regular', 3)).toEqual(['Donaud…']);
    expect(wrapText('', 50, 10, 'regular', 3)).toEqual([]);
  });

  it('leaves the last numbers of a legend out where there is no room', () => {
    const entry = { look: TARGET_LOOKS.water, label: 'Water', value: '456.4 km² · 31.5 % · 1,422 regions' };
    const shown = (width: number) => />(456[^<]*)</.exec(drawLegend([entry], 0, 0, width, 20).svg)?.[1];
    expect(shown(600)).toBe('456.4 km² · 31.5 % · 1,422 regions');
    expect(shown(400)).toBe('456.4 km² · 31.5 %');
    expect(shown(190)).toMatch(/^456.*…$/);
  });

  it('escapes what would be markup', () => {
    expect(text(0, 0, '<a>&"', 10, 'regular', '#000')).toContain('>&lt;a&gt;&amp;&quot;</text>');
  });

  it('sets every piece in a font that has it, one after the other, up to the end', () => {
    // The Chinese character is 10 pixels wide.
    const svg = text(100, 0, '湖H', 10, 'bold', '#000', 'end');
    const h = measureText('H', 10, 'bold');
    const pieces = [...svg.matchAll(/x="([\d.]+)"[^>]*font-family="([^"]+)"[^>]*>([^<]+)</g)].map(
      ([, ...found]) => found,
    );
    expect(pieces).toEqual([
      [(90 - h).toFixed(2), 'Noto Sans S Chinese', '湖'],
      [(100 - h).toFixed(2), 'DejaVu Sans', 'H'],
    ]);
  });
});

describe('colours', () => {
  it('reads hex colours only', () => {
    expect(parseColor('#0aF')).toEqual([0, 170, 255]);
    expect(parseColor('#102030')).toEqual([16, 32, 48]);
    for (const bad of ['red', '#12345', '#1234567', 'url(#x)', '#10203g'])
      expect(() => parseColor(bad)).toThrow(RangeError);
  });
});
