import { Resvg } from '@resvg/resvg-js';
import sharp from 'sharp';
import { cleanText, FONT_FAMILY, FONT_FILES, type FontWeight, fitText, measureText, wrapText } from './font.ts';
import type { Pixels } from './pixels.ts';
import { scaleBarOf } from './scale-bar.ts';
import type { Look } from './target-look.ts';

/** What stands around a map. All texts may come from strangers: they are cleaned, clipped and escaped here. */
export interface Frame {
  readonly title: string;
  /** Date · sensor · what the picture shows; may be empty. */
  readonly subtitle: string;
  /** `EPSG:32633`, or null without a CRS. */
  readonly crsName: string | null;
  /** Ground width of one *scene* pixel as drawn (of the given pixels, before display scaling), metres; null = unknown. */
  readonly metresPerPixel: number | null;
  /** The pixel size is not from the file: a person stated it. */
  readonly isPixelSizeStated?: boolean;
  /** True north, clockwise from up (`northAngleOf`); null = unknown, then there is no arrow. */
  readonly northAngleDegrees: number | null;
  /** Longitude and latitude of the map's centre, degrees. */
  readonly centreLonLat?: readonly [lon: number, lat: number] | null;
  readonly legend: readonly LegendEntry[];
  /** Small print: limits of what is shown; may be empty. */
  readonly note: string;
}

export interface LegendEntry {
  readonly look: Look;
  readonly label: string;
  /** `12.4 ha · 18 % · 7 regions`. */
  readonly value: string;
}

/** Extra drawing: SVG over the map in map pixels, and a block of its own height between map and legend. */
export interface FrameExtras {
  readonly overMap?: (unit: number) => string;
  readonly band?: (width: number, unit: number) => { readonly svg: string; readonly height: number };
}

/**
 * The finished picture: title, map, legend, scale bar, north arrow, CRS and small print on a white sheet.
 *
 * @param map           at display size; transparent pixels show as a grey checker
 * @param displayScale  display pixels per given pixel, from `displayOf`
 * @returns             PNG
 */
export async function drawFrame(
  map: Pixels,
  displayScale: number,
  frame: Frame,
  extras: FrameExtras = {},
): Promise<Uint8Array> {
  const layout = layOut(map, frame);
  const { unit, margin, sheetWidth, textWidth } = layout;
  const parts: string[] = [];
  let y = margin;

  y += layout.titleSize;
  parts.push(
    text(
      margin,
      y - layout.titleSize * 0.12,
      fitText(frame.title, textWidth, layout.titleSize, 'bold'),
      layout.titleSize,
      'bold',
      INK,
    ),
  );
  y += unit * 0.35;
  if (frame.subtitle) {
    y += unit;
    parts.push(text(margin, y, fitText(frame.subtitle, textWidth, unit, 'regular'), unit, 'regular', SOFT_INK));
    y += unit * 0.35;
  }
  y = Math.round(y + unit * 0.55);

  const mapX = Math.round((sheetWidth - map.width) / 2);
  const mapY = y;
  parts.push(`<g transform="translate(${mapX} ${mapY})">${extras.overMap?.(unit) ?? ''}</g>`);
  parts.push(
    `<rect x="${mapX - 0.5}" y="${mapY - 0.5}" width="${map.width + 1}" height="${map.height + 1}" fill="none" stroke="${INK}"/>`,
  );
  y += map.height + unit;

  if (extras.band) {
    const band = extras.band(textWidth, unit);
    parts.push(`<g transform="translate(${margin} ${y})">${band.svg}</g>`);
    y += band.height + unit * 0.8;
  }

  const corner = drawCorner(frame, displayScale, layout, y);
  const legendWidth = textWidth - corner.width - unit * 1.5;
  const legend = drawLegend(frame.legend, margin, y, legendWidth, unit);
  parts.push(corner.svg, legend.svg);
  // Without a legend the small print takes its place.
  const printWidth = frame.legend.length > 0 ? textWidth : legendWidth;
  const bottom = y + Math.max(corner.height, legend.height);
  if (frame.legend.length > 0) y = bottom + unit * 0.7;

  const small = unit * 0.8;
  const place = [
    frame.crsName ?? 'no coordinate system',
    ...(frame.centreLonLat
      ? [`centre ${degrees(frame.centreLonLat[1], 'N', 'S')} ${degrees(frame.centreLonLat[0], 'E', 'W')}`]
      : []),
  ].join('  ·  ');
  for (const line of [
    fitText(place, printWidth, small, 'regular'),
    ...wrapText(frame.note, printWidth, small, 'regular', 3),
  ]) {
    y += small * 1.35;
    parts.push(text(margin, y - small * 0.25, line, small, 'regular', SOFT_INK));
  }
  const sheetHeight = Math.round(Math.max(y, bottom) + margin * 0.9);

  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${sheetWidth}" height="${sheetHeight}">${parts.join('')}</svg>`;
  return encode(map, mapX, mapY, rasterize(svg), sheetWidth, sheetHeight);
}

/** One line of text as SVG; `content` must be clean, and is escaped here. `x` is its start, or its middle, or its end. */
export function text(
  x: number,
  baseline: number,
  content: string,
  size: number,
  weight: FontWeight,
  color: string,
  anchor: 'start' | 'middle' | 'end' = 'start',
): string {
  return (
    `<text x="${number(x)}" y="${number(baseline)}" font-family="${FONT_FAMILY}" font-size="${number(size)}" ` +
    `font-weight="${weight === 'bold' ? 700 : 400}" fill="${color}" text-anchor="${anchor}" xml:space="preserve">${escapeXml(content)}</text>`
  );
}

export const INK = '#1b1f24';
export const SOFT_INK = '#59636e';

/** Short decimal for SVG attributes. */
export const number = (value: number): string => String(Math.round(value * 100) / 100);

interface Layout {
  readonly sheetWidth: number;
  /** Body text size in pixels; everything else is a multiple of it. */
  readonly unit: number;
  readonly margin: number;
  readonly textWidth: number;
  readonly titleSize: number;
}

function layOut(map: Pixels, frame: Frame): Layout {
  // A tall map needs a sheet wide enough for its texts; sizes follow the longer side, so that a phone can show them.
  const sheetWidth = Math.round(Math.max(map.width * 1.06, map.height * 0.66, 560));
  const unit = Math.max(sheetWidth, map.height * 0.9) / 42;
  const margin = Math.round(sheetWidth * 0.028);
  const textWidth = sheetWidth - 2 * margin;
  // A title that would be cut may be set a little smaller first.
  const wanted = unit * 1.5;
  const width = measureText(cleanText(frame.title), wanted, 'bold');
  const titleSize = Math.max(unit * 1.1, wanted * Math.min(1, textWidth / Math.max(width, 1)));
  return { sheetWidth, unit, margin, textWidth, titleSize };
}

interface Block {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** Scale bar and north arrow, set against the right margin. */
function drawCorner(frame: Frame, displayScale: number, layout: Layout, top: number): Block {
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
    const words = 'Pixel size unknown';
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
  const label = frame.isPixelSizeStated ? `${bar.label}, as stated` : bar.label;
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

function drawLegend(entries: readonly LegendEntry[], left: number, top: number, width: number, unit: number): Block {
  const [swatchWidth, swatchHeight, lineHeight] = [unit * 1.7, unit * 1.05, unit * 1.6];
  const rows = entries.map((entry, i) => {
    const y = top + i * lineHeight;
    const textX = left + swatchWidth + unit * 0.6;
    const room = width - swatchWidth - unit * 0.6;
    const label = fitText(entry.label, room, unit, 'bold');
    const labelWidth = measureText(label, unit, 'bold') + unit * 0.6;
    const value = room - labelWidth > unit * 3 ? fitText(entry.value, room - labelWidth, unit, 'regular') : '';
    return (
      swatch(entry.look, left + unit / 10, y + unit / 20, swatchWidth, swatchHeight) +
      text(textX, y + unit * 0.9, label, unit, 'bold', INK) +
      text(textX + labelWidth, y + unit * 0.9, value, unit, 'regular', INK)
    );
  });
  return { svg: rows.join(''), width, height: entries.length * lineHeight };
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

/** SVG to premultiplied RGBA. */
function rasterize(svg: string): Buffer {
  const font = { fontFiles: Object.values(FONT_FILES), loadSystemFonts: false, defaultFontFamily: FONT_FAMILY };
  return new Resvg(svg, { font }).render().pixels;
}

/** Sheet, map and drawing in one PNG. `drawing`: premultiplied RGBA of the whole sheet. */
function encode(
  map: Pixels,
  mapX: number,
  mapY: number,
  drawing: Buffer,
  width: number,
  height: number,
): Promise<Uint8Array> {
  const rgb = new Uint8Array(width * height * 3).fill(255);
  const cell = Math.max(4, Math.round(map.width / 100));
  for (let row = 0; row < map.height; row++) {
    for (let col = 0; col < map.width; col++) {
      const from = (row * map.width + col) * 4;
      const to = ((row + mapY) * width + col + mapX) * 3;
      const alpha = map.rgba[from + 3]! / 255;
      // The checker that says "nothing here" in every drawing program.
      const under = (Math.floor(row / cell) + Math.floor(col / cell)) % 2 === 0 ? 224 : 202;
      for (let channel = 0; channel < 3; channel++) {
        rgb[to + channel] = map.rgba[from + channel]! * alpha + under * (1 - alpha);
      }
    }
  }
  for (let i = 0; i < width * height; i++) {
    const alpha = drawing[i * 4 + 3]!;
    if (alpha === 0) continue;
    for (let channel = 0; channel < 3; channel++) {
      rgb[i * 3 + channel] = drawing[i * 4 + channel]! + (rgb[i * 3 + channel]! * (255 - alpha)) / 255;
    }
  }
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 3 })
    .toBuffer();
}

const degrees = (value: number, positive: string, negative: string): string =>
  `${Math.abs(value).toFixed(4)}°${value < 0 ? negative : positive}`;

const escapeXml = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
