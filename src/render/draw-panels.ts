import sharp from 'sharp';
import { fitText, wrapText } from './font.ts';
import { type Pixels, toDisplay } from './pixels.ts';
import { rasterize } from './rasterize.ts';
import { INK, SOFT_INK, text } from './svg.ts';

/** One picture of a row; all of a row have the same size. */
export interface Panel {
  readonly title: string;
  readonly pixels: Pixels;
}

const GAP = 8;
const TITLE_SIZE = 13;
const CAPTION_SIZE = 12;
const LINE = 16;

/**
 * Pictures side by side, each under its title, a caption below: for documents, so small files matter more than detail.
 *
 * @param side  longest side of a panel, pixels
 * @returns     PNG with a palette of 48 colours
 */
export async function drawPanels(panels: readonly Panel[], caption: string, side: number): Promise<Uint8Array> {
  const [first] = panels;
  if (!first) throw new RangeError('no panel to draw');
  const scale = side / Math.max(first.pixels.width, first.pixels.height);
  const display = {
    width: Math.max(1, Math.round(first.pixels.width * scale)),
    height: Math.max(1, Math.round(first.pixels.height * scale)),
    scale,
  };
  const width = GAP + panels.length * (display.width + GAP);
  const lines = wrapText(caption, width - 2 * GAP, CAPTION_SIZE, 'regular', 4);
  const top = LINE + GAP;
  const height = top + display.height + GAP + lines.length * LINE + GAP / 2;
  const left = (i: number) => GAP + i * (display.width + GAP);
  const titles = panels.map(({ title }, i) =>
    text(left(i), LINE, fitText(title, display.width, TITLE_SIZE, 'bold'), TITLE_SIZE, 'bold', INK),
  );
  const captions = lines.map((line, i) =>
    text(GAP, top + display.height + (i + 1) * LINE, line, CAPTION_SIZE, 'regular', SOFT_INK),
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${titles.join('')}${captions.join('')}</svg>`;
  const raw = { width: display.width, height: display.height, channels: 4 as const };
  const layers = panels.map(({ pixels }, i) => ({
    input: Buffer.from(toDisplay(pixels, display).rgba),
    raw,
    left: left(i),
    top,
  }));
  const words = {
    input: rasterize(svg),
    raw: { width, height, channels: 4 as const, premultiplied: true },
    left: 0,
    top: 0,
  };
  return sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .composite([...layers, words])
    .png({ palette: true, colours: 48, compressionLevel: 9 })
    .toBuffer();
}
