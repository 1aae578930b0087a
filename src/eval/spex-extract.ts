import { explain } from '../analysis/explain.ts';
import { type Answering, type Experiment, segment, type Words } from '../analysis/segment.ts';
import type { LandCover } from '../domain/land-cover.ts';
import type { Mask, Raster } from '../domain/raster.ts';
import type { Scene } from '../scene/sampling/scene-reader.ts';
import { countOnes } from '../spectral/facts.ts';
import { findComponents } from '../spectral/find-components.ts';
import type { Looks } from './looks.ts';

/** What the model says about one target of one scene, on the scene's grid. */
export interface Prediction {
  /** Nodata is 0. */
  readonly mask: Mask;
  /** Mask logits, before any temperature; NaN = nodata. */
  readonly logits: Raster;
  /** What the index that the attributes come from would mark by itself; null where none can be computed. */
  readonly indexMask: Mask | null;
  readonly foretoldIou: number | null;
  /** What the bot would show beside the mask, before the checker. */
  explain(): Promise<Words>;
  /** The question got an answer about another target, and the canonical one was asked instead. */
  readonly misheard: boolean;
}

interface ExtractOptions {
  readonly question?: string;
  readonly experiment?: Experiment;
  readonly looks?: Looks;
}

export type Extract = (scene: Scene, target: LandCover, options: ExtractOptions) => Promise<Prediction>;

/**
 * SPEX as the bot runs it, with the mask in memory instead of in a file.
 *
 * @param modelWith  the model as it is, or with further looks
 */
export function spexExtract(modelWith: (looks?: Looks) => Answering, signal: AbortSignal): Extract {
  return async (scene, target, { looks, ...options }) => {
    const model = modelWith(looks);
    const { width, height } = scene.info.grid;
    const mask = { width, height, values: new Uint8Array(width * height) };
    const indexMask = { width, height, values: new Uint8Array(width * height) };
    const logits = { width, height, values: new Float32Array(width * height) };
    const run = { signal, onProgress: () => {} };
    const { whole, rule, foretoldIou } = await segment(scene, model, { target, ...options }, run, async (rows, cut) => {
      const at = rows.row * width;
      logits.values.set(rows.logits, at);
      indexMask.values.set(rows.marked, at);
      for (let i = 0; i < rows.logits.length; i++) mask.values[at + i] = rows.logits[i]! > cut ? 1 : 0;
    });
    return {
      mask,
      logits,
      indexMask: rule && indexMask,
      foretoldIou,
      explain: () =>
        explain(model, target, whole, { components: findComponents(mask), share: shareOf(mask, logits) }, signal),
      misheard: whole.misheard,
    };
  };
}

/** Of the pixels that the model judged. */
function shareOf(mask: Mask, { values }: Raster): number {
  const judged = values.reduce((sum, logit) => sum + Number(!Number.isNaN(logit)), 0);
  return judged > 0 ? countOnes(mask.values) / judged : 0;
}
