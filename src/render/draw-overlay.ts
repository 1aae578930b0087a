import type { LandCover } from '../domain/land-cover.ts';
import type { LegendText, Style } from '../domain/picture.ts';
import type { Mask } from '../domain/raster.ts';
import { type Cover, coverOf } from './cover.ts';
import { measureText } from './font.ts';
import { drawFrame, type Frame } from './frame.ts';
import { labelPlaces } from './label-place.ts';
import { paintCover } from './paint-cover.ts';
import { type Display, displayOf, type Pixels, toDisplay } from './pixels.ts';
import { INK, number, text } from './svg.ts';
import { type Look, TARGET_LOOKS } from './target-look.ts';

/** One target on the map. */
export interface OverlayLayer {
  readonly target: LandCover;
  /** On the composite's ground: at its size or finer. A cover must have the composite's size. */
  readonly mask: Mask | Cover;
  /** As it stands in the legend. */
  readonly legend: LegendText;
  /** Regions to number on the map. */
  readonly regions: readonly { readonly id: number; readonly centroid: readonly [col: number, row: number] }[];
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
 * Region centroids are in pixels of the composite. A single layer takes the style's colour; several keep their own.
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
  const placed = layers.map((layer, i) => placeLabels(layer, covers[i]!, composite));
  const legend = layers.map((layer, i) => ({
    look: looks[i]!,
    ...layer.legend,
  }));
  return drawFrame(
    map,
    display.scale,
    { ...overlay.frame, legend },
    { overMap: (unit) => drawLabels(placed, looks, display, unit) },
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

/** The layer's regions with their numbers on the area, still in pixels of the composite. */
function placeLabels({ regions }: OverlayLayer, cover: Cover, composite: Pixels): Pick<OverlayLayer, 'regions'> {
  const scale = cover.width / composite.width;
  const places = labelPlaces(
    cover,
    regions.map(({ centroid }) => [centroid[0] * scale, centroid[1] * scale] as const),
  );
  return {
    regions: regions.map(({ id }, i) => ({ id, centroid: [places[i]![0] / scale, places[i]![1] / scale] as const })),
  };
}

/** Region numbers at their places; one that would lie on another is left out. */
function drawLabels(
  layers: readonly Pick<OverlayLayer, 'regions'>[],
  looks: readonly Look[],
  display: Display,
  unit: number,
): string {
  const size = unit * 0.8;
  const taken: { x: number; y: number; radius: number }[] = [];
  const labels: string[] = [];
  layers.forEach((layer, i) => {
    for (const region of layer.regions) {
      const content = String(region.id);
      const radius = Math.max(size * 0.85, measureText(content, size, 'bold') / 2 + size * 0.3);
      const inMap = (value: number, side: number): number =>
        Math.min(Math.max(value, radius + 2), Math.max(side - radius - 2, radius + 2));
      const x = inMap(region.centroid[0] * display.scale, display.width);
      const y = inMap(region.centroid[1] * display.scale, display.height);
      if (taken.some((other) => Math.hypot(other.x - x, other.y - y) < other.radius + radius)) continue;
      taken.push({ x, y, radius });
      labels.push(
        `<circle cx="${number(x)}" cy="${number(y)}" r="${number(radius)}" fill="#fff" stroke="${INK}" stroke-width="${number(size / 6)}"/>` +
          `<circle cx="${number(x)}" cy="${number(y)}" r="${number(radius - size / 8)}" fill="none" stroke="${looks[i]!.color}" stroke-width="${number(size / 8)}"/>` +
          text(x, y + size * 0.36, content, size, 'bold', INK, 'middle'),
      );
    }
  });
  return labels.join('');
}
