import { Resvg } from '@resvg/resvg-js';
import { FONT_FAMILY, fontFilesFor } from './font.ts';

/** SVG with our own fonts to premultiplied RGBA, row-major. */
export function rasterize(svg: string): Buffer {
  const font = { fontFiles: fontFilesFor(svg), loadSystemFonts: false, defaultFontFamily: FONT_FAMILY };
  return new Resvg(svg, { font }).render().pixels;
}
