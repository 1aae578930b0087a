import type { LandCover } from '../domain/land-cover.ts';
import type { LegendText, Style } from '../domain/picture.ts';
import type { Mask } from '../domain/raster.ts';
import { type Cover, coverOf } from './cover.ts';
import { drawLabels, type LabelledRegion } from './draw-labels.ts';
import { drawFrame, type Frame } from './frame.ts';
import { paintCover } from './paint-cover.ts';
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
}

export interface Overlay {
  /** The scene, `composeScene`, at any size. */
  readonly composite: Pixels;
  readonly layers: readonly OverlayLayer[];
  readonly style: Style;
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
  const shown = toDisplay(composite, display);
  const map: Pixels = shown === composite ? { ...composite, rgba: composite.rgba.slice() } : shown;
  const looks = layers.map((layer) => lookOf(layer.target, layers.length === 1 ? style : null));
  const covers = layers.map((layer) => coverFor(layer.mask, composite, display));
  covers.forEach((cover, i) => {
    paintCover(map, cover, {
      ...looks[i]!,
      mode: style.mode,
      opacity: style.opacity,
    });
  });
  const labelled = layers.map(({ regions }, i) => ({ regions, cover: covers[i]!, color: looks[i]!.color }));
  const legend = layers.map((layer, i) => ({
    look: looks[i]!,
    ...layer.legend,
  }));
  return drawFrame(
    map,
    display.scale,
    { ...overlay.frame, legend },
    { overMap: (unit) => drawLabels(labelled, composite.width, display, unit) },
  );
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
