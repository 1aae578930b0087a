import { describe, expect, it } from 'vitest';
import { LAND_COVERS } from '../../src/domain/land-cover.ts';
import { DEFAULT_STYLE } from '../../src/domain/picture.ts';
import { colorMapOf, colorOf } from '../../src/render/color-maps.ts';
import { MUTED, muted } from '../../src/render/muted.ts';
import { toOklab } from '../../src/render/oklab.ts';
import { parseColor, TARGET_LOOKS } from '../../src/render/target-look.ts';
import { INDICES } from '../../src/spectral/indices.ts';

type Rgb = readonly [number, number, number];

/**
 * What people with each kind of colour vision see, on linear RGB: Machado, Oliveira and Fernandes 2009, "A
 * Physiologically-based Model for Simulation of Color Vision Deficiency", severity 1.0 (doi:10.1109/TVCG.2009.113).
 */
const VISIONS: Readonly<Record<string, readonly Rgb[]>> = {
  common: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const linear = (v: number): number => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
const gamma = (v: number): number => 255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);

const seenBy = (vision: string, rgb: Rgb): Rgb => {
  const light = rgb.map(linear);
  return VISIONS[vision]!.map((row) =>
    gamma(Math.min(1, Math.max(0, row[0] * light[0]! + row[1] * light[1]! + row[2] * light[2]!))),
  ) as unknown as Rgb;
};

/** Distance in OKLab; of two greys 25 of 255 apart about 0.1. */
const distance = (vision: string, a: Rgb, b: Rgb): number => {
  const [x, y] = [toOklab(seenBy(vision, a)), toOklab(seenBy(vision, b))];
  return Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
};

const tint = (color: string, ground: number, opacity: number): Rgb =>
  parseColor(color).map((v) => v * opacity + ground * (1 - opacity)) as unknown as Rgb;

const GROUNDS = [MUTED.dark, (MUTED.dark + MUTED.light) / 2, MUTED.light];

describe.each(Object.keys(VISIONS))('to people with %s vision', (vision) => {
  it('every target stands out from the ground it lies on, dark or bright', () => {
    for (const target of LAND_COVERS) {
      for (const ground of GROUNDS) {
        const shown = tint(TARGET_LOOKS[target].color, ground, DEFAULT_STYLE.opacity);
        expect(distance(vision, shown, [ground, ground, ground]), `${target} on ${ground}`).toBeGreaterThan(0.11);
      }
    }
  });

  it('no target looks like another, on whatever ground each lies', () => {
    for (const [i, a] of LAND_COVERS.entries()) {
      for (const b of LAND_COVERS.slice(i + 1)) {
        for (const under of GROUNDS) {
          for (const below of GROUNDS) {
            const first = tint(TARGET_LOOKS[a].color, under, DEFAULT_STYLE.opacity);
            const second = tint(TARGET_LOOKS[b].color, below, DEFAULT_STYLE.opacity);
            expect(distance(vision, first, second), `${a} on ${under}, ${b} on ${below}`).toBeGreaterThan(0.11);
          }
        }
      }
    }
  });

  it.each([...Object.keys(INDICES), 'unheard-of'])('the lightness of %s goes one way', (index) => {
    const { table } = colorMapOf(index);
    const lightness = Array.from(
      { length: 256 },
      (_, i) => toOklab(seenBy(vision, [table[i * 3]!, table[i * 3 + 1]!, table[i * 3 + 2]!]))[0],
    );
    const way = Math.sign(lightness[255]! - lightness[0]!);
    // In sixteenths of the bar: single steps are smaller than the rounding to 8 bits.
    for (let i = 16; i < 256; i += 16) {
      expect(way * (lightness[i]! - lightness[i - 16]!), `${i}`).toBeGreaterThan(0.01);
    }
    expect(Math.abs(lightness[255]! - lightness[0]!)).toBeGreaterThan(0.5);
  });
});

it('an index has the same colours in every scene, and its own ends', () => {
  expect(colorMapOf('ndvi')).toMatchObject({ low: -0.2, high: 1 });
  for (const index of Object.keys(INDICES)) expect(colorMapOf(index).low, index).toBeGreaterThan(-1);
  const colors = colorMapOf('ndvi');
  expect(colorOf(colors, -0.9)).toEqual(parseColor('#f9f0e1'));
  expect(colorOf(colors, 1.4)).toEqual(parseColor('#06351b'));
  expect(colorOf(colors, 0.4)).not.toEqual(colorOf(colors, 0.5));
});

it('the ground under a tint is grey, light, and its holes stay holes', () => {
  const picture = { width: 3, height: 1, rgba: Uint8Array.of(0, 0, 0, 255, 255, 255, 255, 255, 0, 0, 0, 0) };
  expect([...muted(picture).rgba]).toEqual([150, 150, 150, 255, 235, 235, 235, 255, 150, 150, 150, 0]);
  expect(picture.rgba[0]).toBe(0);
});
