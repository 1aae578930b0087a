import { type Experiment, segment } from '../analysis/segment.ts';
import type { RegionAttribute } from '../domain/attribute.ts';
import type { LandCover } from '../domain/land-cover.ts';
import type { Mask, Raster } from '../domain/raster.ts';
import type { Scene } from '../scene/scene-reader.ts';
import type { SpexModel } from '../spex/spex-model.ts';

/** What the model says about one target of one scene, on the scene's grid. */
export interface Prediction {
  /** Nodata is 0. */
  readonly mask: Mask;
  /** 0–1; NaN = nodata. */
  readonly probability: Raster;
  readonly text: string;
  /** The list that was in the prompt. */
  readonly attributes: readonly RegionAttribute[] | null;
}

interface ExtractOptions {
  readonly question?: string;
  readonly experiment?: Experiment;
}

export type Extract = (scene: Scene, target: LandCover, options: ExtractOptions) => Promise<Prediction>;

/** SPEX as the bot runs it, with the mask in memory instead of in a file. */
export function spexExtract(model: SpexModel, signal: AbortSignal): Extract {
  return async (scene, target, options) => {
    const { width, height } = scene.info.grid;
    const mask = { width, height, values: new Uint8Array(width * height) };
    const probability = { width, height, values: new Float32Array(width * height) };
    const run = { signal, onProgress: () => {} };
    const { whole } = await segment(scene, model, { target, ...options }, run, async ({ row, logits }) => {
      for (let i = 0, at = row * width; i < logits.length; i++, at++) {
        const p = 1 / (1 + Math.exp(-logits[i]! / model.pack.temperature));
        probability.values[at] = p;
        mask.values[at] = p > 0.5 ? 1 : 0; // NaN > 0.5 is false
      }
    });
    return { mask, probability, text: whole.text, attributes: whole.attributes };
  };
}
