import { type FontWeight, fontRuns, measureText } from './font.ts';

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
  const runs = fontRuns(content);
  // Pieces of several fonts are placed one by one: in one element, the drawing library would set all in the last resort.
  const width = runs.length > 1 ? measureText(content, size, weight) : 0;
  let start = x - (anchor === 'start' ? 0 : anchor === 'middle' ? width / 2 : width);
  return runs
    .map((run) => {
      const at = start;
      if (runs.length > 1) start += measureText(run.text, size, weight);
      return (
        `<text x="${number(at)}" y="${number(baseline)}" font-family="${run.family}" font-size="${number(size)}" ` +
        `font-weight="${weight === 'bold' ? 700 : 400}" fill="${color}" text-anchor="${runs.length > 1 ? 'start' : anchor}" xml:space="preserve">${escapeXml(run.text)}</text>`
      );
    })
    .join('');
}

export const INK = '#1b1f24';
export const SOFT_INK = '#59636e';

/** Short decimal for SVG attributes. */
export const number = (value: number): string => String(Math.round(value * 100) / 100);

export const escapeXml = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
