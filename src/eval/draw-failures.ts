import { LAND_COVERS } from '../domain/land-cover.ts';
import type { Mask } from '../domain/raster.ts';
import { chooseComposite, composeScene } from '../render/compose.ts';
import { drawPanels } from '../render/draw-panels.ts';
import type { Pixels } from '../render/pixels.ts';
import { parseColor } from '../render/target-look.ts';
import { baselines } from './baselines.ts';
import { type Dataset, openLabelled, readLabel } from './dataset.ts';
import { readBands, type TargetResult } from './evaluate-scene.ts';
import { rememberedScene } from './remembered-scene.ts';
import { hasPositives, markedShare } from './scores.ts';
import type { Extract } from './spex-extract.ts';

/** A picture of a scene on which the model does badly: scene, label, prediction and best threshold side by side. */
export interface FailurePicture {
  readonly result: TargetResult;
  readonly caption: string;
  readonly png: Uint8Array;
}

/** Right, marked wrongly, missed, not judged (Okabe and Ito 2008). */
export const FAILURE_COLOURS = { right: '#0072b2', wrong: '#d55e00', missed: '#f0e442', unjudged: '#999999' } as const;

/** Longest side of a panel, pixels: twelve pictures stay below 1 MB. */
const SIDE = 176;

/**
 * Pictures of the worst of an evaluation, which it looks at once more.
 *
 * Of each target the three scenes with the lowest IoU, at most two of one source (the id up to its first "/"), and of the
 * scenes without the target the one with the largest false alarm.
 */
export async function* drawFailures(
  dataset: Dataset,
  results: readonly TargetResult[],
  extract: Extract,
): AsyncGenerator<FailurePicture> {
  for (const result of worstOf(results)) {
    const labelled = dataset.scenes.find(({ id }) => id === result.scene)!;
    const scene = rememberedScene(await openLabelled(labelled));
    try {
      const { width, height } = scene.info.grid;
      const label = await readLabel(labelled.labels.get(result.target)!, { width, height });
      const { mask } = await extract(scene, result.target, {});
      const { bands: chosen } = chooseComposite(scene.info.bands.map((band) => band.name));
      const rasters = await scene.readAt(chosen, { col: 0, row: 0, width, height });
      const picture = composeScene(rasters, scene.info.values);
      const best = bestBaseline(result);
      const thresholds = baselines(result.target, await readBands(scene), scene.info.values);
      const threshold = best && [...thresholds].find(({ name }) => name === best.name)!.mask;
      const caption = captionOf(result);
      const panels = [
        { title: 'scene', pixels: picture },
        { title: `label: ${result.target}`, pixels: painted(picture, null, label) },
        { title: 'SPEX', pixels: painted(picture, mask, label) },
        ...(best && threshold ? [{ title: best.name, pixels: painted(picture, threshold, label) }] : []),
      ];
      yield { result, caption, png: await drawPanels(panels, caption, SIDE) };
    } finally {
      await scene.close();
    }
  }
}

function worstOf(results: readonly TargetResult[]): TargetResult[] {
  return LAND_COVERS.flatMap((target) => {
    const mine = results.filter((r) => r.target === target);
    const present = mine.filter((r) => hasPositives(r.counts)).sort((a, b) => (a.iou ?? 0) - (b.iou ?? 0));
    const source = (r: TargetResult) => r.scene.split('/')[0];
    const worst = present.filter((r, i) => present.slice(0, i).filter((o) => source(o) === source(r)).length < 2);
    const alarms = mine
      .filter((r) => !hasPositives(r.counts) && (markedShare(r.counts) ?? 0) > 0)
      .sort((a, b) => markedShare(b.counts)! - markedShare(a.counts)!);
    return [...worst.slice(0, 3), ...alarms.slice(0, 1)];
  });
}

/** On this scene; where there is nothing to find, the index in use. */
function bestBaseline({ baselines: all, counts }: TargetResult): TargetResult['baselines'][number] | null {
  if (!hasPositives(counts)) return all.find((b) => b.name === 'index in use') ?? null;
  return all.toSorted((a, b) => (b.iou ?? 0) - (a.iou ?? 0))[0] ?? null;
}

function captionOf(result: TargetResult): string {
  const { scene, target, counts, iou } = result;
  if (!hasPositives(counts)) {
    return `${scene}: no ${target} in the label, ${(100 * markedShare(counts)!).toFixed(1)} % of the scene marked.`;
  }
  const best = bestBaseline(result);
  const beside = best ? `; ${best.name}, its best threshold, ${(best.iou ?? 0).toFixed(2)}` : '';
  return `${scene}: ${target}, IoU ${(iou ?? 0).toFixed(2)}${beside}.`;
}

/** Hits, false alarms and misses over the paled scene; without a mask the label itself. */
function painted({ width, height, rgba }: Pixels, mask: Mask | null, label: Uint8Array): Pixels {
  const out = new Uint8Array(rgba.length);
  const { right, wrong, missed, unjudged } = FAILURE_COLOURS;
  const colours = [right, wrong, missed, unjudged].map(parseColor);
  for (let i = 0; i < label.length; i++) {
    const grey = (rgba[i * 4]! + rgba[i * 4 + 1]! + rgba[i * 4 + 2]!) / 3;
    const pale = 128 + grey / 2;
    const marked = mask ? mask.values[i] === 1 : label[i] === 1;
    const which = label[i]! > 1 ? 3 : label[i] === 1 ? (marked ? 0 : 2) : marked ? 1 : -1;
    const weight = which === 3 ? 0.5 : 0.8;
    for (let channel = 0; channel < 3; channel++) {
      out[i * 4 + channel] = which < 0 ? pale : weight * colours[which]![channel]! + (1 - weight) * pale;
    }
    out[i * 4 + 3] = 255;
  }
  return { width, height, rgba: out };
}
