import { Resvg } from '@resvg/resvg-js';
import { FONT_FAMILY, FONT_FILES } from './font.ts';

/** SVG with our own fonts to premultiplied RGBA, row-major. */
export function rasterize(svg: string): Buffer {
  const font = { fontFiles: Object.values(FONT_FILES), loadSystemFonts: false, defaultFontFamily: FONT_FAMILY };
  return new Resvg(svg, { font }).render().pixels;
}
