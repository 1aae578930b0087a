import type { Mask, Raster } from '../domain/raster.ts';
import { type ColorMap, colorMapOf, colorOf } from './color-maps.ts';
import { coverOf } from './cover.ts';
import { fitText, measureText } from './font.ts';
import { drawFrame, type Frame } from './frame.ts';
import { paintCover } from './paint-cover.ts';
import { type Display, displayOf, overlap, toDisplay } from './pixels.ts';
import { INK, number, SOFT_INK, text } from './svg.ts';

export interface IndexMap {
  /** The index; NaN is nodata. */
  readonly raster: Raster;
  /** Key of the index, `ndvi`: chooses the colours. */
  readonly index: string;
  /** As people write it: `NDVI`, `ExG`. */
  readonly symbol: string;
  /** `(nir - red) / (nir + red)`. */
  readonly formula: string;
  /** Draw the outline of what passes, and mark it on the colour bar. */
  readonly threshold: { readonly value: number; readonly above: boolean } | null;
  readonly frame: Omit<Frame, 'legend'>;
}

/**
 * An index as a map, with a colour bar and the formula. The bar is the same for every scene.
 *
 * @returns PNG
 */
export async function drawIndexMap(indexMap: IndexMap): Promise<Uint8Array> {
  const { threshold } = indexMap;
  const display = displayOf(indexMap.raster.width, indexMap.raster.height);
  const raster = display.scale < 1 ? shrinkRaster(indexMap.raster, display) : indexMap.raster;
  const colors = colorMapOf(indexMap.index);
  const rgba = new Uint8Array(raster.width * raster.height * 4);
  raster.values.forEach((value, i) => {
    if (!Number.isNaN(value)) rgba.set([...colorOf(colors, value), 255], i * 4);
  });
  const map = toDisplay({ width: raster.width, height: raster.height, rgba }, displayOf(raster.width, raster.height));
  if (threshold) {
    const mask = passing(indexMap.raster, threshold);
    const look = { color: INK, pattern: 'plain', mode: 'outline', opacity: 0, line: 1 } as const;
    paintCover(map, coverOf(mask, raster.width, raster.height), look);
  }
  const band = (width: number, unit: number) => colorBar(indexMap, colors, width, unit);
  return drawFrame(map, display.scale, { ...indexMap.frame, legend: [] }, { band });
}

/** Between the ticks of the colour bar. */
const TICK = 0.2;

/** The colours at the ends stand for what lies beyond them as well, where an index goes on. */
const beyond = (value: number, { low, high }: ColorMap): string =>
  Math.abs(value) > 0.99 ? '' : value === low ? '≤ ' : value > high - TICK / 2 ? '≥ ' : '';

function passing({ width, height, values }: Raster, { value, above }: { value: number; above: boolean }): Mask {
  return { width, height, values: Uint8Array.from(values, (v) => Number(above ? v > value : v < value)) };
}

function colorBar(
  { symbol, formula, threshold, frame: { words: drawn } }: IndexMap,
  colors: ColorMap,
  width: number,
  unit: number,
): { svg: string; height: number } {
  const { low, high } = colors;
  const x = (value: number): number => Math.min(Math.max((value - low) / (high - low), 0), 1) * width;
  const top = unit * 1.5;
  const tall = unit * 0.9;
  const words = `${symbol} = ${formula.replaceAll(' - ', ' − ').replaceAll('*', '×')}`;
  const rule = threshold ? `${drawn.outlined} ${threshold.above ? '>' : '<'} ${decimal(threshold.value, 0.001)}` : '';
  const ruleWidth = rule ? measureText(rule, unit, 'regular') + unit : 0;
  const parts = [
    text(0, unit * 0.9, fitText(words, width - ruleWidth, unit, 'bold'), unit, 'bold', INK),
    text(width, unit * 0.9, rule, unit, 'regular', INK, 'end'),
  ];
  const slices = 240;
  for (let i = 0; i < slices; i++) {
    const [red, green, blue] = colorOf(colors, low + ((i + 0.5) / slices) * (high - low));
    // A little overlap, or antialiasing shows seams.
    parts.push(
      `<rect x="${number((i / slices) * width)}" y="${number(top)}" width="${number(width / slices + 0.6)}" height="${number(tall)}" fill="rgb(${red},${green},${blue})"/>`,
    );
  }
  parts.push(
    `<rect x="0" y="${number(top)}" width="${number(width)}" height="${number(tall)}" fill="none" stroke="${INK}" stroke-width="${number(unit / 20)}"/>`,
  );
  const ticks = Math.round((high - low) / TICK);
  for (let i = 0; i <= ticks; i++) {
    const value = low + i * TICK;
    const anchor = i === 0 ? 'start' : i === ticks ? 'end' : 'middle';
    parts.push(
      `<path d="M${number(x(value))} ${number(top + tall)}v${number(unit * 0.3)}" stroke="${INK}" stroke-width="${number(unit / 16)}"/>`,
      text(
        x(value),
        top + tall + unit * 1.15,
        `${beyond(value, colors)}${decimal(value, TICK)}`,
        unit * 0.85,
        'regular',
        SOFT_INK,
        anchor,
      ),
    );
  }
  if (threshold && threshold.value >= low && threshold.value <= high) {
    const [at, half] = [x(threshold.value), unit * 0.3];
    parts.push(
      `<path d="M${number(at)} ${number(top)}v${number(tall)}" stroke="#fff" stroke-width="${number(unit / 5)}"/>` +
        `<path d="M${number(at)} ${number(top)}v${number(tall)}" stroke="${INK}" stroke-width="${number(unit / 10)}"/>` +
        `<path d="M${number(at - half)} ${number(top - half * 1.2)}h${number(2 * half)}L${number(at)} ${number(top)}Z" fill="${INK}"/>`,
    );
  }
  return { svg: parts.join(''), height: top + tall + unit * 1.3 };
}

/** As many decimals as the step needs, a true minus sign, and no negative zero. */
function decimal(value: number, step: number): string {
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const rounded = Number(value.toFixed(digits)) + 0;
  const shown = step < 0.01 ? String(rounded) : rounded.toFixed(digits);
  return shown.replace('-', '−');
}

/** Mean of what was measured in each display pixel; NaN where nothing was. */
function shrinkRaster(raster: Raster, { width, height }: Display): Raster {
  const values = new Float32Array(width * height);
  const columns = Array.from({ length: width }, (_, col) => overlap(col, width, raster.width));
  for (let row = 0; row < height; row++) {
    const [top, bottom, topShare, bottomShare] = overlap(row, height, raster.height);
    for (let col = 0; col < width; col++) {
      const [left, right, leftShare, rightShare] = columns[col]!;
      let [sum, area] = [0, 0];
      for (let y = top; y <= bottom; y++) {
        const tall = y === top ? topShare : y === bottom ? bottomShare : 1;
        for (let x = left; x <= right; x++) {
          const value = raster.values[y * raster.width + x]!;
          if (Number.isNaN(value)) continue;
          const share = tall * (x === left ? leftShare : x === right ? rightShare : 1);
          sum += value * share;
          area += share;
        }
      }
      values[row * width + col] = area > 0 ? sum / area : Number.NaN;
    }
  }
  return { width, height, values };
}
