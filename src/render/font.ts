import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export type FontWeight = 'regular' | 'bold';

/** Font files that the package `dejavu-fonts-ttf` brings: pictures look the same on every machine. */
export const FONT_FILES: Readonly<Record<FontWeight, string>> = {
  regular: fontFile('DejaVuSans.ttf'),
  bold: fontFile('DejaVuSans-Bold.ttf'),
};

export const FONT_FAMILY = 'DejaVu Sans';

/** Shown for a character that the font lacks. */
const MISSING = '□';

/**
 * One line of text that is safe to draw: no control, direction or zero-width characters (they could reorder what a
 * person reads), white space collapsed, and a box for every character that the font lacks.
 */
export function cleanText(text: string): string {
  const { advances } = metrics('regular');
  const visible = text
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '');
  return [...visible]
    .map((char) => (advances.has(char.codePointAt(0)!) ? char : MISSING))
    .join('')
    .trim();
}

/** Width of one line in pixels at a font size in pixels; kerning is not counted. */
export function measureText(text: string, size: number, weight: FontWeight): number {
  const { advances, unitsPerEm } = metrics(weight);
  let units = 0;
  for (const char of text) units += advances.get(char.codePointAt(0)!) ?? unitsPerEm;
  return (units * size) / unitsPerEm;
}

/** The text, cleaned, cut with an ellipsis where it is wider than `maxWidth`. */
export function fitText(text: string, maxWidth: number, size: number, weight: FontWeight): string {
  const clean = cleanText(text);
  if (measureText(clean, size, weight) <= maxWidth) return clean;
  const chars = [...clean];
  while (chars.length > 0 && measureText(`${chars.join('')}…`, size, weight) > maxWidth) chars.pop();
  return `${chars.join('').trimEnd()}…`;
}

/** Break a text into at most `maxLines` lines at spaces; the last one is cut where the rest does not fit. */
export function wrapText(text: string, maxWidth: number, size: number, weight: FontWeight, maxLines: number): string[] {
  const lines: string[] = [];
  let rest = cleanText(text);
  while (rest && lines.length < maxLines - 1) {
    if (measureText(rest, size, weight) <= maxWidth) break;
    let end = rest.length;
    while (end > 0 && measureText(rest.slice(0, end), size, weight) > maxWidth) end = rest.lastIndexOf(' ', end - 1);
    if (end <= 0) break; // one word wider than the line: it is cut below
    lines.push(rest.slice(0, end));
    rest = rest.slice(end + 1);
  }
  return rest ? [...lines, fitText(rest, maxWidth, size, weight)] : lines;
}

interface Metrics {
  readonly unitsPerEm: number;
  /** Advance width by code point, in font units. */
  readonly advances: ReadonlyMap<number, number>;
}

const loaded = new Map<FontWeight, Metrics>();

function metrics(weight: FontWeight): Metrics {
  const known = loaded.get(weight) ?? readMetrics(readFileSync(FONT_FILES[weight]));
  loaded.set(weight, known);
  return known;
}

/** Advance widths from a TrueType file: tables `head`, `hhea`, `hmtx` and the format 12 or 4 subtable of `cmap`. */
function readMetrics(font: Buffer): Metrics {
  const tables = new Map<string, number>();
  for (let i = 0; i < font.readUInt16BE(4); i++) {
    const at = 12 + i * 16;
    tables.set(font.toString('latin1', at, at + 4), font.readUInt32BE(at + 8));
  }
  const table = (tag: string): number => {
    const at = tables.get(tag);
    if (at === undefined) throw new Error(`the font has no ${tag} table`);
    return at;
  };
  const hmtx = table('hmtx');
  const lastWidth = font.readUInt16BE(table('hhea') + 34) - 1;
  const advances = new Map<number, number>();
  for (const [codePoint, glyph] of glyphsOf(font, table('cmap'))) {
    if (glyph > 0) advances.set(codePoint, font.readUInt16BE(hmtx + 4 * Math.min(glyph, lastWidth)));
  }
  return { unitsPerEm: font.readUInt16BE(table('head') + 18), advances };
}

function* glyphsOf(font: Buffer, cmap: number): Generator<[codePoint: number, glyph: number]> {
  for (let i = 0; i < font.readUInt16BE(cmap + 2); i++) {
    const at = cmap + font.readUInt32BE(cmap + 8 + i * 8);
    if (font.readUInt16BE(at) !== 12) continue;
    for (let group = 0; group < font.readUInt32BE(at + 12); group++) {
      const entry = at + 16 + group * 12;
      const [first, last, glyph] = [0, 4, 8].map((offset) => font.readUInt32BE(entry + offset)) as [
        number,
        number,
        number,
      ];
      for (let code = first; code <= last; code++) yield [code, glyph + code - first];
    }
    return;
  }
  throw new Error('the font has no full Unicode character map');
}

function fontFile(name: string): string {
  return createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${name}`);
}
