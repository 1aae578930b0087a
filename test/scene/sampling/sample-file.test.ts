import { expect, it } from 'vitest';
import type { PixelWindow } from '../../../src/domain/grid.ts';
import type { RasterFile } from '../../../src/scene/formats/raster-file.ts';
import { sampleForLooking } from '../../../src/scene/sampling/sample-file.ts';

const ALWAYS_VALID = { alpha: null, nodata: null, together: null };

/** A file whose pixel (col, row) of level 0 holds col + 100 000 · row; every level has half the pixels of the one before. */
function ramp(width: number, height: number, levels = 1) {
  const windows: (PixelWindow & { level: number })[] = [];
  const file: RasterFile = {
    format: 'tiff',
    grid: { width, height, transform: null, crs: null },
    bands: 1,
    type: 'float64',
    decodedBytes: 0,
    levels: Array.from({ length: levels }, (_, i) => ({ width: width >> i, height: height >> i })),
    nodata: null,
    hints: {
      descriptions: [null],
      interpretation: ['gray'],
      wavelengthsNm: [null],
      scales: [null],
      metadata: {},
      lossy: false,
      notes: [],
    },
    readDn: async (level, _bands, window) => {
      windows.push({ level, ...window });
      const at = (i: number): number =>
        window.col + (i % window.width) + 100_000 * (window.row + Math.floor(i / window.width));
      return [Float64Array.from({ length: window.width * window.height }, (_, i) => at(i) * 2 ** level)];
    },
    readMask: async () => null,
    close: async () => {},
  };
  return { file, windows };
}

it('averages what is small', async () => {
  const { file } = ramp(4, 2);
  const [values] = await sampleForLooking(file, ALWAYS_VALID, [0], { col: 0, row: 0, width: 4, height: 2 }, 2, 1);
  // Columns 0 and 1, then 2 and 3, of rows 0 and 1.
  expect([...values!]).toEqual([50_000.5, 50_002.5]);
});

it('takes single pixels of what is large, and reads no row that it does not show', async () => {
  const { file, windows } = ramp(6000, 4000);
  const whole = { col: 0, row: 0, width: 6000, height: 4000 };
  const [values] = await sampleForLooking(file, ALWAYS_VALID, [0], whole, 3, 2);
  // Middles of thirds of 6000 columns and of halves of 4000 rows; float32 keeps 24 bits.
  const expected = [1000, 3000].flatMap((row) => [1000, 3000, 5000].map((col) => col + 100_000 * row));
  expect([...values!]).toEqual(expected.map(Math.fround));
  expect(windows.map(({ row, height }) => [row, height])).toEqual([
    [1000, 1],
    [3000, 1],
  ]);
});

it('takes them from the overview that is fine enough, and averages one that is small', async () => {
  const whole = { col: 0, row: 0, width: 12_000, height: 8000 };
  const half = ramp(12_000, 8000, 2);
  await sampleForLooking(half.file, ALWAYS_VALID, [0], whole, 3, 2);
  expect(half.windows.map(({ level, row }) => [level, row])).toEqual([
    [1, 1000],
    [1, 3000],
  ]);
  const eighth = ramp(12_000, 8000, 4);
  await sampleForLooking(eighth.file, ALWAYS_VALID, [0], whole, 3, 2);
  expect(eighth.windows.every(({ level }) => level === 3)).toBe(true);
  expect(eighth.windows.reduce((rows, { height }) => rows + height, 0)).toBeGreaterThanOrEqual(1000);
});
