import sharp from 'sharp';
import type { MapWords } from '../domain/picture.ts';
import { cleanText, fitText, measureText, wrapText } from './font.ts';
import { drawCorner, drawLegend, type Layout, type LegendEntry } from './map-furniture.ts';
import type { Pixels } from './pixels.ts';
import { rasterize } from './rasterize.ts';
import { INK, SOFT_INK, text } from './svg.ts';

/** What stands around a map. All texts may come from strangers: they are cleaned, clipped and escaped here. */
export interface Frame {
  readonly title: string;
  /** Date · sensor · what the picture shows; may be empty. */
  readonly subtitle: string;
  /** `WGS 84 / UTM zone 33N (EPSG:32633)`, or null without a CRS. */
  readonly crsName: string | null;
  /** What the provider of the image wants to be said; may be empty. */
  readonly credit: string;
  /** `spex-compact 2.0.0`: what found the regions; null where no model did. */
  readonly model: string | null;
  /** Ground width of one *scene* pixel as drawn (of the given pixels, before display scaling), metres; null = unknown. */
  readonly metresPerPixel: number | null;
  /** The pixel size is not from the file: a person stated it. */
  readonly isPixelSizeStated?: boolean;
  /** True north, clockwise from up (`northAngleOf`); null = unknown, then there is no arrow. */
  readonly northAngleDegrees: number | null;
  /** Longitude and latitude of the map's centre, degrees. */
  readonly centreLonLat?: readonly [lon: number, lat: number] | null;
  readonly legend: readonly LegendEntry[];
  readonly words: MapWords;
  /** Small print: limits of what is shown; may be empty. */
  readonly note: string;
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
  for (const line of wrapText(frame.subtitle, textWidth, unit, 'regular', 2)) {
    y += unit;
    parts.push(text(margin, y, line, unit, 'regular', SOFT_INK));
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
    frame.crsName ?? frame.words.noCrs,
    ...(frame.centreLonLat
      ? [
          `${frame.words.centre} ${degrees(frame.centreLonLat[1], 'N', 'S')} ${degrees(frame.centreLonLat[0], 'E', 'W')}`,
        ]
      : []),
  ].join('  ·  ');
  const made = frame.words.made.replace('{}', frame.model ? ` · ${frame.model}` : '');
  for (const line of [place, frame.note, [frame.credit, made].filter(Boolean).join('  ·  ')].flatMap((words) =>
    wrapText(words, printWidth, small, 'regular', 3),
  )) {
    y += small * 1.35;
    parts.push(text(margin, y - small * 0.25, line, small, 'regular', SOFT_INK));
  }
  const sheetHeight = Math.round(Math.max(y, bottom) + margin * 0.9);

  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${sheetWidth}" height="${sheetHeight}">${parts.join('')}</svg>`;
  return encode(map, mapX, mapY, rasterize(svg), sheetWidth, sheetHeight);
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
