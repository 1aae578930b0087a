import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export type FontWeight = 'regular' | 'bold';

interface Font {
  readonly family: string;
  readonly files: Readonly<Record<FontWeight, string>>;
}

const resolve = createRequire(import.meta.url).resolve;
const han = (file: string): string => join(dirname(resolve('@embedpdf/fonts-sc')), '../fonts', file);

/** Fonts that packages bring, so pictures look the same on every machine. A character is drawn with the first that has it. */
const FONTS: readonly Font[] = [
  {
    family: 'DejaVu Sans',
    files: {
      regular: resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
      bold: resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
    },
  },
  {
    // Chinese (simplified and traditional) and Japanese.
    family: 'Noto Sans S Chinese',
    files: { regular: han('NotoSansHans-Regular.otf'), bold: han('NotoSansHans-Bold.otf') },
  },
];

/** All files that text is drawn with. */
export const fontFiles = (): string[] => FONTS.flatMap(({ files }) => Object.values(files));

/** What most of a picture's text is set in. */
export const FONT_FAMILY = FONTS[0]!.family;

/** A clean text in pieces, each of one font. */
export function fontRuns(text: string): { readonly family: string; readonly text: string }[] {
  const runs: { family: string; text: string }[] = [];
  for (const char of text) {
    const { family } = fontOf(char.codePointAt(0)!) ?? FONTS[0]!;
    const last = runs.at(-1);
    if (last?.family === family) last.text += char;
    else runs.push({ family, text: char });
  }
  return runs;
}

/** The files needed to draw a text: the large ones only where it has a character of theirs. */
export function fontFilesFor(text: string): string[] {
  const used = new Set([...text].map((char) => fontOf(char.codePointAt(0)!)));
  return FONTS.filter((font, i) => i === 0 || used.has(font)).flatMap(({ files }) => Object.values(files));
}

/** Shown for a character that the font lacks. */
const MISSING = '□';

/**
 * One line of text that is safe to draw: no control, direction or zero-width characters (they could reorder what a
 * person reads), white space collapsed, and a box for every character that the font lacks.
 */
export function cleanText(text: string): string {
  const visible = text
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '');
  return [...visible]
    .map((char) => (fontOf(char.codePointAt(0)!) ? char : MISSING))
    .join('')
    .trim();
}

/** Width of one line in pixels at a font size in pixels; kerning is not counted. */
export function measureText(text: string, size: number, weight: FontWeight): number {
  let width = 0;
  for (const char of text) {
    const code = char.codePointAt(0)!;
    const { advances, unitsPerEm } = metrics((fontOf(code) ?? FONTS[0]!).files[weight]);
    width += (advances.get(code) ?? unitsPerEm) / unitsPerEm;
  }
  return width * size;
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

/** The first font that has a character. */
const fontOf = (code: number): Font | undefined => FONTS.find(({ files }) => metrics(files.regular).advances.has(code));

const loaded = new Map<string, Metrics>();

function metrics(file: string): Metrics {
  const known = loaded.get(file) ?? readMetrics(readFileSync(file));
  loaded.set(file, known);
  return known;
}

/** Advance widths from a TrueType or OpenType file: tables `head`, `hhea`, `hmtx` and the format 12 or 4 subtable of `cmap`. */
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
