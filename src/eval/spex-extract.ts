import { type Answering, type Experiment, segment } from '../analysis/segment.ts';
import type { RegionAttribute } from '../domain/attribute.ts';
import type { LandCover } from '../domain/land-cover.ts';
import type { Mask, Raster } from '../domain/raster.ts';
import type { Scene } from '../scene/sampling/scene-reader.ts';

/** What the model says about one target of one scene, on the scene's grid. */
export interface Prediction {
  /** Nodata is 0. */
  readonly mask: Mask;
  /** Mask logits, before any temperature; NaN = nodata. */
  readonly logits: Raster;
  /** What the index that the attributes come from would mark by itself; null where none can be computed. */
  readonly indexMask: Mask | null;
  readonly text: string;
  /** The list that was in the prompt. */
  readonly attributes: readonly RegionAttribute[] | null;
  /** The question got an answer about another target, and the canonical one was asked instead. */
  readonly misheard: boolean;
}

interface ExtractOptions {
  readonly question?: string;
  readonly experiment?: Experiment;
}

export type Extract = (scene: Scene, target: LandCover, options: ExtractOptions) => Promise<Prediction>;

/** SPEX as the bot runs it, with the mask in memory instead of in a file. */
export function spexExtract(model: Answering, signal: AbortSignal): Extract {
  return async (scene, target, options) => {
    const { width, height } = scene.info.grid;
    const mask = { width, height, values: new Uint8Array(width * height) };
    const indexMask = { width, height, values: new Uint8Array(width * height) };
    const logits = { width, height, values: new Float32Array(width * height) };
    const run = { signal, onProgress: () => {} };
    const { whole, rule } = await segment(scene, model, { target, ...options }, run, async (rows, cut) => {
      const at = rows.row * width;
      logits.values.set(rows.logits, at);
      indexMask.values.set(rows.marked, at);
      for (let i = 0; i < rows.logits.length; i++) mask.values[at + i] = rows.logits[i]! > cut ? 1 : 0;
    });
    const { text, attributes, misheard } = whole;
    return { mask, logits, indexMask: rule && indexMask, text, attributes, misheard };
  };
}
