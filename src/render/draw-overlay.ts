import type { LandCover } from '../domain/land-cover.ts';
import type { LegendText, Style } from '../domain/picture.ts';
import type { Mask } from '../domain/raster.ts';
import { type Cover, coverOf } from './cover.ts';
import { drawLabels, type LabelledRegion } from './draw-labels.ts';
import { drawFrame, type Frame } from './frame.ts';
import { type Locator, paintLocator } from './locator.ts';
import { muted } from './muted.ts';
import { edgeLine, paintCover } from './paint-cover.ts';
import { type Display, displayOf, type Pixels, toDisplay } from './pixels.ts';
import { type Look, TARGET_LOOKS } from './target-look.ts';

/** One target on the map. */
export interface OverlayLayer {
  readonly target: LandCover;
  /** On the composite's ground: at its size or finer. A cover must have the composite's size. */
  readonly mask: Mask | Cover;
  /** As it stands in the legend. */
  readonly legend: LegendText;
  /** Regions to number on the map. */
  readonly regions: readonly LabelledRegion[];
  /** The one region that the picture is about, as large as the composite; the others step back. */
  readonly highlight?: Cover;
}

export interface Overlay {
  /** The scene, `composeScene`, at any size. */
  readonly composite: Pixels;
  readonly layers: readonly OverlayLayer[];
  readonly style: Style;
  /** Where the picture lies in its scene. */
  readonly locator?: Locator;
  readonly frame: Omit<Frame, 'legend'>;
}

/**
 * The picture of findings on their scene: tint and edge a target, numbered regions, legend, scale bar, north arrow.
 * A single layer takes the style's colour; several keep their own.
 *
 * @returns PNG
 */
export async function drawOverlay(overlay: Overlay): Promise<Uint8Array> {
  const { composite, layers, style } = overlay;
  const display = displayOf(composite.width, composite.height);
  // What is outlined only is seen in its own colours.
  const ground = style.mode === 'tint' ? muted(composite) : { ...composite, rgba: composite.rgba.slice() };
  const map = toDisplay(ground, display);
  const looks = layers.map((layer) => lookOf(layer.target, layers.length === 1 ? style : null));
  const covers = layers.map((layer) => coverFor(layer.mask, composite, display));
  const least = covers.map((cover, i) => {
    const { highlight } = layers[i]!;
    const paint = { ...looks[i]!, mode: style.mode, opacity: style.opacity };
    if (!highlight) return paintCover(map, cover, paint);
    const least = paintCover(map, cover, { ...paint, opacity: style.opacity * STEPPED_BACK, line: 1 });
    const line = 2 * edgeLine(map);
    paintCover(map, coverFor(highlight, composite, display), { ...paint, line });
    return least;
  });
  if (overlay.locator) paintLocator(map, overlay.locator);
  const labelled = layers.map(({ regions }, i) => ({ regions, cover: covers[i]!, color: looks[i]!.color }));
  const legend = layers.map((layer, i) => ({
    look: looks[i]!,
    ...layer.legend,
  }));
  return drawFrame(
    map,
    display.scale,
    { ...overlay.frame, legend, note: noteOf(overlay, Math.max(1, ...least), covers[0]!.width) },
    { overMap: (unit) => drawLabels(labelled, composite.width, display, unit) },
  );
}

/** Of the opacity of a region, what is left to those that the picture is not about. */
const STEPPED_BACK = 0.4;

/** What the frame says, and how small a patch must be to have no outline. @param least  pixels of the covers */
function noteOf({ composite, frame }: Overlay, least: number, coverWidth: number): string {
  if (least === 1) return frame.note;
  const side = (Math.sqrt(least) * composite.width) / coverWidth;
  const metres = frame.metresPerPixel && Number((side * frame.metresPerPixel).toPrecision(1));
  const { m, cm } = frame.words.units;
  const size =
    metres === null
      ? `${Math.ceil(side)} × ${Math.ceil(side)} px`
      : metres < 1
        ? `${metres * 100} × ${metres * 100} ${cm}`
        : `${metres} × ${metres} ${m}`;
  return [frame.note, frame.words.smallPatches.replace('{}', size)].filter(Boolean).join(' ');
}

/** How a target is drawn. `style`: null where several targets share a picture and must stay apart. */
function lookOf(target: LandCover, style: Style | null): Look {
  return style?.color ? { ...TARGET_LOOKS[target], color: style.color } : TARGET_LOOKS[target];
}

/** The mask at composite size, or at display size where the picture shrinks. */
function coverFor(mask: Mask | Cover, composite: Pixels, display: Display): Cover {
  const size = display.scale < 1 ? display : composite;
  if ('share' in mask) {
    if (mask.width === size.width && mask.height === size.height) return mask;
    throw new RangeError(`a cover of ${mask.width}x${mask.height} for a map of ${size.width}x${size.height}`);
  }
  return coverOf(mask, size.width, size.height);
}
