import { describe, expect, it } from 'vitest';
import { type Look, modelInput } from '../../src/analysis/look.ts';
import { whitePoint } from '../../src/analysis/white-point.ts';
import type { BandName } from '../../src/domain/band.ts';

const BANDS = ['blue', 'green', 'red', 'nir', 'swir16', 'swir22'];

/** 10 × 5 pixels in 32 × 32; pixel i of a band is i × `step`, and the last pixel has no data. */
function lookOf(steps: Partial<Record<BandName, number>>): Look {
  const [width, height] = [10, 5];
  const bands = new Map(
    Object.entries(steps).map(([name, step]) => {
      const values = Float32Array.from({ length: width * height }, (_, i) => (i === 49 ? NaN : i * step));
      return [name as BandName, { width, height, values }];
    }),
  );
  const valid = new Uint8Array(width * height).fill(1);
  valid[49] = 0;
  return { chip: { window: { col: 0, row: 0, width, height }, width, height, side: 32 }, bands, valid };
}

describe('the white point of three visible bands', () => {
  it('is the 98th percentile of the brightest band', () => {
    // 49 measured pixels: the 98th percentile is the one at round(0.98 × 48) = 47
    expect(whitePoint(lookOf({ blue: 0.001, green: 0.01, red: 0.005 }), 'reflectance', BANDS)).toBeCloseTo(0.47, 6);
  });

  it('is no less than 0.2, so that a dark lake stays dark', () => {
    expect(whitePoint(lookOf({ blue: 0.001, green: 0.002, red: 0.001 }), 'reflectance', BANDS)).toBe(0.2);
  });

  it('is absent for pictures, and for scenes with more bands or other ones', () => {
    expect(whitePoint(lookOf({ blue: 0.01, green: 0.01, red: 0.01 }), 'display', BANDS)).toBeNull();
    expect(whitePoint(lookOf({ blue: 0.01, green: 0.01, red: 0.01, nir: 0.01 }), 'reflectance', BANDS)).toBeNull();
    expect(whitePoint(lookOf({ green: 0.01, red: 0.01, nir: 0.01 }), 'reflectance', BANDS)).toBeNull();
    expect(whitePoint(lookOf({ green: 0.01, red: 0.01 }), 'reflectance', BANDS)).toBeNull();
  });

  it('looks at the bands that the model sees', () => {
    const look = lookOf({ blue: 0.001, green: 0.01, red: 0.005, nir: 0.02 });
    expect(whitePoint(look, 'reflectance', ['red', 'green', 'blue'])).toBeCloseTo(0.47, 6);
  });

  it('is shown to the model as 0.8, with the dark half lifted; what has no data stays 0', () => {
    const look = lookOf({ blue: 0.001, green: 0.01, red: 0.005 });
    const { pixels, bandPresent } = modelInput(look, BANDS, whitePoint(look, 'reflectance', BANDS), 'reflectance');
    expect([...bandPresent]).toEqual([1, 1, 1, 0, 0, 0]);
    const at = (band: number, pixel: number) => pixels[band * 1024 + Math.floor(pixel / 10) * 32 + (pixel % 10)];
    expect(at(1, 47)).toBeCloseTo(0.8 ** 0.85, 6);
    expect(at(2, 47)).toBeCloseTo((0.8 * (0.235 / 0.47)) ** 0.85, 6);
    expect(at(0, 0)).toBe(0);
    expect(at(1, 49)).toBe(0);
    expect(at(3, 47)).toBe(0);
  });

  it('leaves other scenes as they are', () => {
    const look = lookOf({ blue: 0.001, green: 0.01, red: 0.005, nir: 0.01 });
    const { pixels } = modelInput(look, BANDS, whitePoint(look, 'reflectance', BANDS), 'reflectance');
    expect(pixels[1024 + 4 * 32 + 7]).toBeCloseTo(0.47, 6);
  });
});
