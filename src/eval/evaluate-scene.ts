import type { Experiment, Words } from '../analysis/segment.ts';
import type { RegionAttribute } from '../domain/attribute.ts';
import type { BandName } from '../domain/band.ts';
import { LAND_COVERS, type LandCover } from '../domain/land-cover.ts';
import type { Mask, Raster } from '../domain/raster.ts';
import type { SceneInfo } from '../domain/scene.ts';
import type { Scene } from '../scene/sampling/scene-reader.ts';
import { agreement } from '../spectral/agreement.ts';
import { chooseIndex } from '../spectral/choose-index.ts';
import { baselines } from './baselines.ts';
import { type LabelledScene, openLabelled, readLabel } from './dataset.ts';
import { checkAnswer, type ExplanationCheck } from './explanations.ts';
import type { Looks } from './looks.ts';
import { countLogits, type LogitCounts } from './reliability.ts';
import { rememberedScene } from './remembered-scene.ts';
import { type Counts, countAgainst, hasPositives, scoresOf } from './scores.ts';
import type { Extract, Prediction } from './spex-extract.ts';

/** What a scene offers beside red, green and blue: results are grouped by it. */
export type BandGroup = 'nir' | 'rgb' | 'other';

/** What the evaluation takes away or swaps to see what it is worth. */
export const VARIANTS = [
  'without attributes',
  'without extra bands',
  'one condensation token',
  'attributes of another target',
  'attributes of another scene',
  'answer about another target',
  'turned looks',
  'half-size look',
] as const;

export type Variant = (typeof VARIANTS)[number];

/** A threshold mask on the same pixels. */
export interface BaselineCounts {
  readonly name: string;
  readonly kind: 'fixed' | 'otsu';
  readonly counts: Counts;
  /** null where neither the label nor the mask has a pixel. */
  readonly iou: number | null;
}

/** One target of one scene. */
export interface TargetResult {
  readonly scene: string;
  readonly target: LandCover;
  readonly resolution: 'high' | 'medium';
  readonly bands: BandGroup;
  readonly counts: Counts;
  readonly iou: number | null;
  readonly baselines: readonly BaselineCounts[];
  readonly variants: Partial<Record<Variant, Counts>>;
  /** With nothing but red, green and blue of a scene that has more: the variant, and the thresholds that are left then. */
  readonly onRgb: { readonly counts: Counts; readonly baselines: readonly BaselineCounts[] } | null;
  /** The "answer about another target": whose it was, what its mask is like, and how it fits every label. */
  readonly swapped: {
    readonly target: LandCover;
    readonly iouWithAsked: number | null;
    readonly iouWithSwapped: number | null;
    readonly against: Partial<Record<LandCover, Counts>>;
  } | null;
  /** The "attributes of another scene": IoU with this scene's label, and with that one's label stretched over this grid. */
  readonly otherScene: {
    readonly scene: string;
    readonly iouWithOwn: number;
    readonly iouWithOther: number;
  } | null;
  /** The mask against the label of every labelled target: its own should fit best. */
  readonly against: Partial<Record<LandCover, Counts>>;
  /** The same for further wordings of the question. */
  readonly wordings: readonly {
    readonly question: string;
    readonly misheard: boolean;
    readonly against: Partial<Record<LandCover, Counts>>;
  }[];
  /** IoU of the mask with what the index in use marks by itself; null without an index, or when both are empty. */
  readonly agreement: number | null;
  /** What the pack foretells of its mask; null where it does not. */
  readonly foretoldIou: number | null;
  readonly text: string;
  readonly explanation: ExplanationCheck;
  readonly seconds: number;
}

/** Another scene whose list is put into this scene's prompt. */
export interface Donor {
  readonly scene: string;
  /** Not empty. */
  readonly attributes: readonly RegionAttribute[];
  /** 1 = is; anything else counts as not. */
  readonly label: Mask;
}

export interface SceneWork {
  readonly extract: Extract;
  readonly variants: readonly Variant[];
  /** Further wordings to ask each target in. */
  readonly questions: Readonly<Record<LandCover, readonly string[]>>;
  /** null where no other scene has a list of the target. */
  donor(target: LandCover): Promise<Donor | null>;
  /** Receives every mask, for `--out`; with it, a scene without labels is predicted as well, for all targets. */
  readonly onMask: ((id: string, scene: Scene, target: LandCover, mask: Mask) => Promise<void>) | null;
}

/** A scene judged. Plain data: it may come from another process. */
export interface JudgedScene {
  readonly results: readonly TargetResult[];
  readonly logits: Readonly<Partial<Record<LandCover, LogitCounts>>>;
  /** Why it could not be judged. */
  readonly skipped: string | null;
}

/** All labelled targets of one scene: predictions, baselines and variants on the same pixels. */
export async function evaluateScene(labelled: LabelledScene, work: SceneWork): Promise<JudgedScene> {
  const scene = rememberedScene(await openLabelled(labelled));
  try {
    const { grid } = scene.info;
    const labels = new Map<LandCover, Uint8Array>();
    for (const [target, path] of labelled.labels) labels.set(target, await readLabel(path, grid));
    // A scene without labels enters no score, but whoever keeps predictions wants all of them.
    const targets = labels.size > 0 ? [...labels.keys()] : work.onMask ? LAND_COVERS : [];
    const predictions = new Map<LandCover, Prediction & { words: Words; seconds: number }>();
    for (const target of targets) {
      const started = performance.now();
      const prediction = await work.extract(scene, target, {});
      const words = await prediction.explain();
      predictions.set(target, { ...prediction, words, seconds: (performance.now() - started) / 1000 });
      await work.onMask?.(labelled.id, scene, target, prediction.mask);
    }
    if (labels.size === 0) return { results: [], logits: {}, skipped: null };
    const bands = await readBands(scene);
    const results: TargetResult[] = [];
    const counted: Partial<Record<LandCover, LogitCounts>> = {};
    for (const [target, label] of labels) {
      const { mask, logits, indexMask, foretoldIou, words, seconds } = predictions.get(target)!;
      const { text, attributes } = words;
      counted[target] = countLogits(logits.values, label);
      const against = (other: Mask) =>
        Object.fromEntries([...labels].map(([t, l]) => [t, countAgainst(other.values, l)] as const));
      const tried = await tryVariants(scene, target, labels, predictions, bands, work);
      const wordings: TargetResult['wordings'][number][] = [];
      for (const question of work.questions[target]) {
        const other = await work.extract(scene, target, { question });
        wordings.push({ question, misheard: other.misheard, against: against(other.mask) });
      }
      const counts = countAgainst(mask.values, label);
      results.push({
        scene: labelled.id,
        target,
        resolution: labelled.resolution,
        bands: groupOf(bands),
        counts,
        iou: scoresOf(counts).iou,
        baselines: countBaselines(target, bands, scene.info.values, label),
        ...tried,
        against: against(mask),
        wordings,
        agreement: indexMask && agreement(mask, indexMask, null),
        foretoldIou,
        text,
        explanation: checkAnswer({ target, text, mask, valid: countValid(logits), attributes, label }),
        seconds,
      });
    }
    return { results, logits: counted, skipped: null };
  } finally {
    await scene.close();
  }
}

async function tryVariants(
  scene: Scene,
  target: LandCover,
  labels: ReadonlyMap<LandCover, Uint8Array>,
  predictions: ReadonlyMap<LandCover, Prediction>,
  bands: ReadonlyMap<BandName, Raster>,
  work: SceneWork,
): Promise<Pick<TargetResult, 'variants' | 'onRgb' | 'swapped' | 'otherScene'>> {
  const label = labels.get(target)!;
  const variants: Partial<Record<Variant, Counts>> = {};
  let onRgb: TargetResult['onRgb'] = null;
  let swapped: TargetResult['swapped'] = null;
  let otherScene: TargetResult['otherScene'] = null;
  const hasList = (of: LandCover) => chooseIndex(of, new Set(bands.keys()), scene.info.values) !== null;
  const ask = async (variant: Variant, experiment: Experiment, looks?: Looks): Promise<Mask> => {
    const { mask } = await work.extract(scene, target, { experiment, ...(looks && { looks }) });
    variants[variant] = countAgainst(mask.values, label);
    return mask;
  };
  for (const variant of work.variants) {
    switch (variant) {
      case 'without attributes':
        // A prompt that has no list anyway stays as it is.
        if (hasList(target)) await ask(variant, { attributes: 'none' });
        break;
      case 'without extra bands': {
        const visible = new Map([...bands].filter(([name]) => !EXTRA_BANDS.has(name)));
        if (visible.size === bands.size) break;
        await ask(variant, { hide: EXTRA_BANDS });
        if (groupOf(visible) !== 'rgb') break;
        onRgb = {
          counts: variants[variant]!,
          baselines: countBaselines(target, visible, scene.info.values, label),
        };
        break;
      }
      case 'one condensation token':
        await ask(variant, { singleCondensationToken: true });
        break;
      case 'attributes of another target': {
        const other = othersOf(target).find(hasList);
        if (other) await ask(variant, { attributes: other });
        break;
      }
      case 'attributes of another scene': {
        const donor = await work.donor(target);
        if (!donor) break;
        const mask = await ask(variant, { attributes: donor.attributes });
        if (!hasPositives(variants[variant]!)) break;
        otherScene = {
          scene: donor.scene,
          iouWithOwn: scoresOf(variants[variant]!).iou!,
          iouWithOther: scoresOf(countAgainst(mask.values, stretched(donor.label, mask))).iou ?? 0,
        };
        break;
      }
      case 'turned looks':
        await ask(variant, {}, 'turned');
        break;
      case 'half-size look':
        await ask(variant, {}, 'half');
        break;
      case 'answer about another target': {
        const other = othersOf(target).find((o) => labels.has(o)) ?? othersOf(target)[0]!;
        const mask = await ask(variant, { answerOf: other });
        const others = predictions.get(other)?.mask ?? (await work.extract(scene, other, {})).mask;
        swapped = {
          target: other,
          iouWithAsked: agreement(mask, predictions.get(target)!.mask, null),
          iouWithSwapped: agreement(mask, others, null),
          against: Object.fromEntries([...labels].map(([t, l]) => [t, countAgainst(mask.values, l)] as const)),
        };
      }
    }
  }
  return { variants, onRgb, swapped, otherScene };
}

const EXTRA_BANDS: ReadonlySet<BandName> = new Set(['nir', 'nir08', 'swir16', 'swir22']);
const INDEX_BANDS: readonly BandName[] = ['blue', 'green', 'red', 'nir', 'swir16', 'swir22'];

/** The bands that indices read, at native size; `nir08` under the name of `nir` where there is no other. */
export async function readBands(scene: Scene): Promise<Map<BandName, Raster>> {
  const { width, height } = scene.info.grid;
  const has = (name: BandName) => scene.info.bands.some((band) => band.name === name);
  const names = INDEX_BANDS.filter((name) => has(name) || (name === 'nir' && has('nir08')));
  const rasters = await scene.read(names, { col: 0, row: 0, width, height });
  return new Map(names.map((name, i) => [name, rasters[i]!]));
}

function groupOf(bands: ReadonlyMap<BandName, Raster>): BandGroup {
  if (bands.has('nir')) return 'nir';
  return (['red', 'green', 'blue'] as const).every((name) => bands.has(name)) ? 'rgb' : 'other';
}

const countBaselines = (
  target: LandCover,
  bands: ReadonlyMap<BandName, Raster>,
  values: SceneInfo['values'],
  label: Uint8Array,
): BaselineCounts[] =>
  Array.from(baselines(target, bands, values), ({ name, kind, mask }) => {
    const counts = countAgainst(mask.values, label);
    return { name, kind, counts, iou: scoresOf(counts).iou };
  });

/** The other targets, the one after this first. */
function othersOf(target: LandCover): LandCover[] {
  const after = LAND_COVERS.indexOf(target) + 1;
  return [...LAND_COVERS.slice(after), ...LAND_COVERS.slice(0, after - 1)];
}

/** A label on another grid, nearest pixel, as attributes mean it: both scenes reach from 0 to 1. */
function stretched({ width: w, height: h, values }: Mask, { width, height }: Mask): Uint8Array {
  const out = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * h) / height) * w;
    for (let x = 0; x < width; x++) {
      out[y * width + x] = values[row + Math.floor(((x + 0.5) * w) / width)] === 1 ? 1 : 0;
    }
  }
  return out;
}

function countValid({ values }: Raster): number {
  let valid = 0;
  for (const value of values) if (!Number.isNaN(value)) valid++;
  return valid;
}
