import type { LegendText } from '../domain/picture.ts';
import type { Mask } from '../domain/raster.ts';
import { coverOf } from './cover.ts';
import { drawFrame, type Frame } from './frame.ts';
import { muted } from './muted.ts';
import { paintCover } from './paint-cover.ts';
import { displayOf, type Pixels, toDisplay } from './pixels.ts';
import type { Look } from './target-look.ts';

export interface ChangeMap {
  /** The first scene, `composeScene`. */
  readonly composite: Pixels;
  /** 0 never, 1 kept, 2 gained, 3 lost, 255 nodata; at the composite's size or finer. */
  readonly classes: { readonly width: number; readonly height: number; readonly values: Uint8Array };
  readonly legend: Readonly<Record<'kept' | 'gained' | 'lost', LegendText>>;
  readonly frame: Omit<Frame, 'legend'>;
}

/** Blue against vermilion (Okabe and Ito), a texture on what is gone, and grey for what stayed. */
const CLASSES = [
  { code: 1, key: 'kept', look: { color: '#66707a', pattern: 'plain' } },
  { code: 2, key: 'gained', look: { color: '#0072b2', pattern: 'lines' } },
  { code: 3, key: 'lost', look: { color: '#d55e00', pattern: 'hatch' } },
] as const satisfies readonly { code: number; key: string; look: Look }[];

/** What changed between two scenes, over a muted picture of the first. @returns PNG */
export async function drawChangeMap({ composite, classes, legend, frame }: ChangeMap): Promise<Uint8Array> {
  const display = displayOf(composite.width, composite.height);
  const map = toDisplay(muted(composite), display);
  const size = display.scale < 1 ? display : composite;
  for (const { code, look } of CLASSES) {
    const mask: Mask = { ...classes, values: classes.values.map((value) => Number(value === code)) };
    paintCover(map, coverOf(mask, size.width, size.height), { ...look, mode: 'tint', opacity: 0.65 });
  }
  const rows = CLASSES.map(({ key, look }) => ({ look, ...legend[key] }));
  return drawFrame(map, display.scale, { ...frame, legend: rows });
}
