import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Run } from '../domain/analyst.ts';
import type { Finding, IndexEvidence } from '../domain/finding.ts';
import type { LandCover } from '../domain/land-cover.ts';
import type { Scene } from '../scene/sampling/scene-reader.ts';
import { ComponentScan } from '../spectral/find-components.ts';
import { checkAgainstMask } from './check-against-mask.ts';
import { explain } from './explain.ts';
import { landBands } from './look.ts';
import { measure } from './measure.ts';
import { requireLight } from './require-light.ts';
import type { BlendedRows } from './row-blender.ts';
import { type Answering, type Segmentation, segment } from './segment.ts';
import { sentenceStream } from './sentence-stream.ts';
import { createMaskWriter, createRasterWriter, NODATA } from './write-mask.ts';

/** Probabilities between these are called unsure. */
const [UNSURE_LOW, UNSURE_HIGH] = [0.3, 0.7];

/**
 * One target of one scene: look, write the mask and probability GeoTIFFs on the scene's grid, measure, explain.
 *
 * @param request.question  the person's own words for the model; absent = the pack's canonical question
 */
export async function extract(
  scene: Scene,
  model: Answering,
  request: { readonly target: LandCover; readonly question?: string },
  run: Run,
): Promise<Finding> {
  const started = performance.now();
  const { info } = scene;
  const { target } = request;
  requireLight(info, landBands(scene), model.pack.input.bands);
  const { width, height } = info.grid;
  const id = randomUUID();
  const [maskFile, probabilityFile] = [join(run.folder, `${id}.mask.tif`), join(run.folder, `${id}.probability.tif`)];
  const maskWriter = await createMaskWriter(maskFile, info, target);
  const probabilityWriter = await createRasterWriter(probabilityFile, info, `probability of ${target}`);
  const scan = new ComponentScan(width, height);
  const tally = new Tally();
  const receive = async ({ row, logits, index, marked }: BlendedRows, cut: number): Promise<void> => {
    const probability = new Float32Array(logits.length);
    const stored = new Uint8Array(logits.length);
    for (let i = 0; i < logits.length; i++) {
      const p = 1 / (1 + Math.exp(-logits[i]! / model.pack.temperature));
      const measured = !Number.isNaN(p);
      const inside = logits[i]! > cut;
      probability[i] = p;
      stored[i] = measured ? Number(inside) : NODATA;
      if (measured) tally.add(inside, p, index[i]!, marked[i] === 1);
    }
    scan.addRows(stored);
    await maskWriter.writeRows(row, stored);
    await probabilityWriter.writeRows(row, probability);
  };

  const sentences = (stage: 'looking' | 'explaining') =>
    sentenceStream(target, (sentence) => run.onProgress({ stage, done: 0, total: 0, sentence }));
  const shown = model.pack.explanation === 'from-mask' ? undefined : sentences('looking');
  let result: Segmentation;
  try {
    result = await segment(scene, model, request, run, receive, shown);
    await Promise.all([maskWriter.close(), probabilityWriter.close()]);
  } catch (error) {
    await Promise.all([maskWriter.abort(), probabilityWriter.abort()]);
    throw error;
  }

  const components = scan.finish();
  run.onProgress({ stage: 'measuring', done: 0, total: 0 });
  const facts = measure(info, target, { components, validPixels: tally.valid });
  run.onProgress({ stage: 'explaining', done: 0, total: 0 });
  const mask = { components, share: facts.share };
  const words = await explain(model, target, result.whole, mask, run.signal, sentences('explaining'));
  return {
    id,
    sceneId: info.id,
    facts,
    // What is shown in the end must fit the mask that stands beside it, not only what the model was told.
    ...checkAgainstMask(words.text, components, facts),
    prompt: result.whole.prompt,
    evidence: tally.evidence(result),
    confidence: { ...tally.confidence(), foretoldIou: result.foretoldIou, oddity: result.oddity },
    provenance: {
      pack: model.pack.name,
      packVersion: model.pack.version,
      promptVersion: model.pack.prompt.version,
      threshold: result.threshold,
      chips: result.chips,
      resolutionFactor: result.factor,
      bandsUsed: result.bandsUsed,
      bandsMissing: model.pack.input.bands.filter((band) => !covers(result.bandsUsed, band)),
      question: questionIn(result.whole.prompt),
      seconds: (performance.now() - started) / 1000,
    },
    maskFile,
    probabilityFile,
    refines: null,
  };
}

/** What was asked, without the image marker and the list of attributes. */
const questionIn = (prompt: string): string =>
  prompt.replace('<image>\n', '').replace(/(?::?\s*\[|\nAttributes:| No attributes are available).*$/s, '');

const covers = (used: readonly string[], band: string): boolean =>
  used.includes(band) || (band === 'nir' && used.includes('nir08'));

/** Sums over the valid pixels, as rows come by. */
class Tally {
  valid = 0;
  #unsure = 0;
  #inside = 0;
  #probabilityInside = 0;
  #both = 0;
  #either = 0;
  readonly #index = { inside: 0, insideCount: 0, outside: 0, outsideCount: 0 };

  /** @param index  NaN where it has no value; `marked`: the index alone would mark this pixel */
  add(inside: boolean, probability: number, index: number, marked: boolean): void {
    this.valid++;
    if (probability > UNSURE_LOW && probability < UNSURE_HIGH) this.#unsure++;
    if (inside) {
      this.#inside++;
      this.#probabilityInside += probability;
    }
    if (inside && marked) this.#both++;
    if (inside || marked) this.#either++;
    if (Number.isNaN(index)) return;
    this.#index[inside ? 'inside' : 'outside'] += index;
    this.#index[inside ? 'insideCount' : 'outsideCount']++;
  }

  confidence() {
    return {
      meanInside: mean(this.#probabilityInside, this.#inside),
      unsureShare: mean(this.#unsure, this.valid) ?? 0,
    };
  }

  evidence({ rule }: Segmentation): IndexEvidence | null {
    if (!rule) return null;
    return {
      index: rule.choice.index,
      threshold: rule.threshold,
      method: rule.method,
      meanInside: mean(this.#index.inside, this.#index.insideCount),
      meanOutside: mean(this.#index.outside, this.#index.outsideCount),
      agreement: mean(this.#both, this.#either),
    };
  }
}

const mean = (sum: number, count: number): number | null => (count > 0 ? sum / count : null);
