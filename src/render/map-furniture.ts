import { fitText, measureText } from './font.ts';
import type { Frame } from './frame.ts';
import { scaleBarOf } from './scale-bar.ts';
import { escapeXml, INK, number, SOFT_INK, text } from './svg.ts';
import type { Look } from './target-look.ts';

export interface LegendEntry {
  readonly look: Look;
  readonly label: string;
  /** `12.4 ha · 18 % · 7 regions`. */
  readonly value: string;
}

/** Sizes of a sheet, in pixels. */
export interface Layout {
  readonly sheetWidth: number;
  /** Body text size in pixels; everything else is a multiple of it. */
  readonly unit: number;
  readonly margin: number;
  readonly textWidth: number;
  readonly titleSize: number;
}

/** A piece of drawing and the room it takes. */
interface Block {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** Scale bar and north arrow, set against the right margin. */
export function drawCorner(frame: Frame, displayScale: number, layout: Layout, top: number): Block {
  const { unit } = layout;
  const right = layout.sheetWidth - layout.margin;
  const arrowSize = unit * 2.9;
  const hasArrow = frame.northAngleDegrees !== null;
  const barEnd = hasArrow ? right - arrowSize - unit : right;
  const arrow = hasArrow
    ? northArrow(right - arrowSize / 2, top + arrowSize / 2, arrowSize / 2, frame.northAngleDegrees!)
    : '';
  const arrowWidth = hasArrow ? arrowSize + unit : 0;
  if (frame.metresPerPixel === null) {
    const words = frame.words.noPixelSize;
    const label = text(barEnd, top + unit, words, unit * 0.9, 'regular', SOFT_INK, 'end');
    return {
      svg: label + arrow,
      width: measureText(words, unit * 0.9, 'regular') + arrowWidth,
      height: hasArrow ? arrowSize : unit * 1.2,
    };
  }
  const bar = scaleBarOf(frame.metresPerPixel / displayScale, layout.sheetWidth * 0.22);
  const start = barEnd - bar.pixels;
  const thick = unit * 0.36;
  const barTop = top + unit * 1.25;
  const half = number(bar.pixels / 2);
  const label = `${bar.value} ${frame.words.units[bar.unit]}${frame.isPixelSizeStated ? frame.words.asStated : ''}`;
  const labelWidth = measureText(label, unit * 0.9, 'bold');
  const svg =
    text(barEnd, top + unit * 0.85, label, unit * 0.9, 'bold', INK, 'end') +
    (bar.pixels > labelWidth + unit ? text(start, top + unit * 0.85, '0', unit * 0.9, 'regular', SOFT_INK) : '') +
    `<rect x="${number(start)}" y="${number(barTop)}" width="${number(bar.pixels)}" height="${number(thick)}" fill="#fff" stroke="${INK}" stroke-width="${number(unit / 16)}"/>` +
    `<rect x="${number(start)}" y="${number(barTop)}" width="${half}" height="${number(thick)}" fill="${INK}"/>`;
  return {
    svg: svg + arrow,
    width: Math.max(bar.pixels, labelWidth) + arrowWidth,
    height: hasArrow ? arrowSize : unit * 1.8,
  };
}

/** A needle with its dark half to the west, and an upright N at its tip. */
function northArrow(x: number, y: number, radius: number, angleDegrees: number): string {
  const r = radius * 0.66;
  const [tip, tail, side] = [number(-r), number(r), number(r * 0.5)];
  const radians = (angleDegrees * Math.PI) / 180;
  // The letter sits beyond the tip, wherever that points.
  const [nx, ny] = [Math.sin(radians) * radius * 0.95, -Math.cos(radians) * radius * 0.95];
  const size = radius * 0.5;
  return (
    `<g transform="translate(${number(x)} ${number(y)})"><g transform="rotate(${number(angleDegrees)})">` +
    `<path d="M0 ${tip}L${number(-r * 0.5)} ${tail}L0 ${number(r * 0.55)}Z" fill="${INK}"/>` +
    `<path d="M0 ${tip}L${side} ${tail}L0 ${number(r * 0.55)}Z" fill="#fff" stroke="${INK}" stroke-width="${number(radius / 24)}" stroke-linejoin="round"/></g>` +
    `${text(nx, ny + size * 0.36, 'N', size, 'bold', INK, 'middle')}</g>`
  );
}

export function drawLegend(
  entries: readonly LegendEntry[],
  left: number,
  top: number,
  width: number,
  unit: number,
): Block {
  const [swatchWidth, swatchHeight, lineHeight] = [unit * 1.7, unit * 1.05, unit * 1.6];
  const rows = entries.map((entry, i) => {
    const y = top + i * lineHeight;
    const textX = left + swatchWidth + unit * 0.6;
    const room = width - swatchWidth - unit * 0.6;
    const label = fitText(entry.label, room, unit, 'bold');
    const labelWidth = measureText(label, unit, 'bold') + unit * 0.6;
    const value = room - labelWidth > unit * 3 ? fitValue(entry.value, room - labelWidth, unit) : '';
    return (
      swatch(entry.look, left + unit / 10, y + unit / 20, swatchWidth, swatchHeight) +
      text(textX, y + unit * 0.9, label, unit, 'bold', INK) +
      text(textX + labelWidth, y + unit * 0.9, value, unit, 'regular', INK)
    );
  });
  return { svg: rows.join(''), width, height: entries.length * lineHeight };
}

/** Where not all the numbers fit, the last ones are left out. */
function fitValue(value: string, width: number, unit: number): string {
  const numbers = value.split(' · ');
  while (numbers.length > 1 && measureText(numbers.join(' · '), unit, 'regular') > width) numbers.pop();
  return fitText(numbers.join(' · '), width, unit, 'regular');
}

/** A piece of the map's look: tint, texture and edge. */
function swatch(look: Look, x: number, y: number, width: number, height: number): string {
  const color = escapeXml(look.color);
  const line = Math.max(1, height / 12);
  const ink: string[] = [];
  const step = height / 3;
  if (look.pattern === 'lines') {
    for (let at = step / 2; at < height; at += step) ink.push(`M${number(x)} ${number(y + at)}h${number(width)}`);
  } else if (look.pattern === 'hatch') {
    for (let at = step; at < width; at += step)
      ink.push(
        `M${number(x + at)} ${number(y)}L${number(Math.max(x, x + at - height))} ${number(y + Math.min(height, at))}`,
      );
  } else if (look.pattern === 'dots') {
    for (let row = 0; row < 3; row++) {
      for (let at = step * (row % 2 ? 1 : 0.5); at < width - line; at += step) {
        ink.push(`M${number(x + at)} ${number(y + step * (row + 0.5))}h${number(line * 1.6)}`);
      }
    }
  }
  const stroke = look.pattern === 'dots' ? line * 1.6 : line;
  return (
    `<rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}" fill="${color}" fill-opacity="0.55"/>` +
    `<path d="${ink.join('')}" stroke="${color}" stroke-width="${number(stroke)}" fill="none"/>` +
    `<rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}" fill="none" stroke="${color}" stroke-width="${number(line * 2)}"/>` +
    `<rect x="${number(x - line)}" y="${number(y - line)}" width="${number(width + 2 * line)}" height="${number(height + 2 * line)}" fill="none" stroke="${INK}" stroke-width="${number(line)}"/>`
  );
}
