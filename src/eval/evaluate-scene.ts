import type { Experiment } from '../analysis/segment.ts';
import type { BandName } from '../domain/band.ts';
import { LAND_COVERS, type LandCover } from '../domain/land-cover.ts';
import type { Mask, Raster } from '../domain/raster.ts';
import type { Scene } from '../scene/scene-reader.ts';
import { agreement } from '../spectral/agreement.ts';
import { baselines } from './baselines.ts';
import { type LabelledScene, openLabelled, readLabel } from './dataset.ts';
import { checkAnswer, type ExplanationCheck } from './explanations.ts';
import type { Reliability } from './reliability.ts';
import { type Counts, countAgainst } from './scores.ts';
import type { Extract, Prediction } from './spex-extract.ts';

/** What a scene offers beside red, green and blue: results are grouped by it. */
export type BandGroup = 'nir' | 'rgb' | 'other';

/** What the evaluation takes away to see what it is worth. */
export const VARIANTS = [
  'without attributes',
  'without extra bands',
  'one condensation token',
  'attributes of another target',
  'answer about another target',
] as const;

export type Variant = (typeof VARIANTS)[number];

/** One target of one scene. */
export interface TargetResult {
  readonly scene: string;
  readonly target: LandCover;
  readonly resolution: 'high' | 'medium';
  readonly bands: BandGroup;
  readonly counts: Counts;
  readonly baselines: readonly { readonly name: string; readonly kind: 'fixed' | 'otsu'; readonly counts: Counts }[];
  readonly variants: Partial<Record<Variant, Counts>>;
  /** The "answer about another target": whose it was, and whether its mask agrees more with that target's own mask. */
  readonly swapped: {
    readonly target: LandCover;
    readonly iouWithAsked: number | null;
    readonly iouWithSwapped: number | null;
  } | null;
  /** The mask against the label of every labelled target: its own should fit best. */
  readonly against: Partial<Record<LandCover, Counts>>;
  /** The same for further wordings of the question. */
  readonly wordings: readonly {
    readonly question: string;
    readonly against: Partial<Record<LandCover, Counts>>;
  }[];
  readonly text: string;
  readonly explanation: ExplanationCheck;
  readonly seconds: number;
}

export interface SceneWork {
  readonly extract: Extract;
  readonly variants: readonly Variant[];
  /** Further wordings to ask each target in. */
  readonly questions: Readonly<Record<LandCover, readonly string[]>>;
  readonly reliability: Readonly<Record<LandCover, Reliability>>;
  /** Receives every mask, for `--out`; with it, a scene without labels is predicted as well, for all targets. */
  readonly onMask: ((scene: Scene, target: LandCover, mask: Mask) => Promise<void>) | null;
}

/** All labelled targets of one scene: predictions, baselines and variants on the same pixels. */
export async function evaluateScene(labelled: LabelledScene, work: SceneWork): Promise<TargetResult[]> {
  const scene = await openLabelled(labelled);
  try {
    const { grid } = scene.info;
    const labels = new Map<LandCover, Uint8Array>();
    for (const [target, path] of labelled.labels) labels.set(target, await readLabel(path, grid));
    // A scene without labels enters no score, but whoever keeps predictions wants all of them.
    const targets = labels.size > 0 ? [...labels.keys()] : work.onMask ? LAND_COVERS : [];
    const predictions = new Map<LandCover, Prediction & { seconds: number }>();
    for (const target of targets) {
      const started = performance.now();
      const prediction = await work.extract(scene, target, {});
      predictions.set(target, { ...prediction, seconds: (performance.now() - started) / 1000 });
      await work.onMask?.(scene, target, prediction.mask);
    }
    if (labels.size === 0) return [];
    const bands = await readBands(scene);
    const results: TargetResult[] = [];
    for (const [target, label] of labels) {
      const { mask, probability, text, attributes, seconds } = predictions.get(target)!;
      work.reliability[target].add(probability.values, label);
      const against = (other: Mask) =>
        Object.fromEntries([...labels].map(([t, l]) => [t, countAgainst(other.values, l)] as const));
      const variants: Partial<Record<Variant, Counts>> = {};
      let swapped: TargetResult['swapped'] = null;
      for (const variant of work.variants) {
        const other = nextOf(target, labels);
        const experiment = experimentOf(variant, other, bands);
        if (!experiment) continue;
        const tried = await work.extract(scene, target, { experiment });
        variants[variant] = countAgainst(tried.mask.values, label);
        if (variant !== 'answer about another target') continue;
        const others = predictions.get(other)?.mask ?? (await work.extract(scene, other, {})).mask;
        swapped = {
          target: other,
          iouWithAsked: agreement(tried.mask, mask, null),
          iouWithSwapped: agreement(tried.mask, others, null),
        };
      }
      const wordings: { question: string; against: Partial<Record<LandCover, Counts>> }[] = [];
      for (const question of work.questions[target]) {
        wordings.push({ question, against: against((await work.extract(scene, target, { question })).mask) });
      }
      results.push({
        scene: labelled.id,
        target,
        resolution: labelled.resolution,
        bands: bands.has('nir')
          ? 'nir'
          : ['red', 'green', 'blue'].every((b) => bands.has(b as BandName))
            ? 'rgb'
            : 'other',
        counts: countAgainst(mask.values, label),
        baselines: Array.from(baselines(target, bands, scene.info.values), ({ name, kind, mask: marked }) => ({
          name,
          kind,
          counts: countAgainst(marked.values, label),
        })),
        variants,
        swapped,
        against: against(mask),
        wordings,
        text,
        explanation: checkAnswer({ target, text, mask, valid: countValid(probability), attributes, label }),
        seconds,
      });
    }
    return results;
  } finally {
    await scene.close();
  }
}

const EXTRA_BANDS: ReadonlySet<BandName> = new Set(['nir', 'nir08', 'swir16', 'swir22']);
const INDEX_BANDS: readonly BandName[] = ['blue', 'green', 'red', 'nir', 'swir16', 'swir22'];

/** The bands that indices read, at native size; `nir08` under the name of `nir` where there is no other. */
async function readBands(scene: Scene): Promise<Map<BandName, Raster>> {
  const { width, height } = scene.info.grid;
  const has = (name: BandName) => scene.info.bands.some((band) => band.name === name);
  const names = INDEX_BANDS.filter((name) => has(name) || (name === 'nir' && has('nir08')));
  const rasters = await scene.read(names, { col: 0, row: 0, width, height });
  return new Map(names.map((name, i) => [name, rasters[i]!]));
}

/** null where the variant changes nothing on these bands. */
function experimentOf(variant: Variant, other: LandCover, bands: ReadonlyMap<BandName, Raster>): Experiment | null {
  if (variant === 'without attributes') return { attributes: 'none' };
  if (variant === 'one condensation token') return { singleCondensationToken: true };
  if (variant === 'attributes of another target') return { attributes: other };
  if (variant === 'answer about another target') return { answerOf: other };
  return bands.has('nir') || bands.has('swir16') || bands.has('swir22') ? { hide: EXTRA_BANDS } : null;
}

/** Another target to confuse the model with: the next one, labelled ones first. */
function nextOf(target: LandCover, labels: ReadonlyMap<LandCover, Uint8Array>): LandCover {
  const after = LAND_COVERS.indexOf(target) + 1;
  const others = [...LAND_COVERS.slice(after), ...LAND_COVERS.slice(0, after - 1)];
  return others.find((other) => labels.has(other)) ?? others[0]!;
}

function countValid({ values }: Raster): number {
  let valid = 0;
  for (const value of values) if (!Number.isNaN(value)) valid++;
  return valid;
}
