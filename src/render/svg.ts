import { FONT_FAMILY, type FontWeight, fontRuns } from './font.ts';

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
  // Left to itself, the drawing library would set the whole line in the font that has its rarest character.
  const runs = fontRuns(content).map(({ family, text }) =>
    family === FONT_FAMILY ? escapeXml(text) : `<tspan font-family="${family}">${escapeXml(text)}</tspan>`,
  );
  return (
    `<text x="${number(x)}" y="${number(baseline)}" font-family="${FONT_FAMILY}" font-size="${number(size)}" ` +
    `font-weight="${weight === 'bold' ? 700 : 400}" fill="${color}" text-anchor="${anchor}" xml:space="preserve">${runs.join('')}</text>`
  );
}

export const INK = '#1b1f24';
export const SOFT_INK = '#59636e';

/** Short decimal for SVG attributes. */
export const number = (value: number): string => String(Math.round(value * 100) / 100);

export const escapeXml = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
