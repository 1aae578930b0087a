import { LAND_COVERS, type LandCover } from '../domain/land-cover.ts';
import { type BandGroup, type TargetResult, VARIANTS, type Variant } from './evaluate-scene.ts';
import { type Counts, hasPositives, markedShare, mean, type Scores, scoresOf, sumCounts } from './scores.ts';

/** One line of the result: a target on a group of scenes. */
export interface GroupScores {
  readonly target: LandCover;
  readonly resolution: 'all' | 'high' | 'medium';
  /** `nir hidden`: scenes with near infrared, shown as red, green and blue only; not part of `all`. */
  readonly bands: 'all' | BandGroup | 'nir hidden';
  /** Scenes whose label has the target, and those whose label has none of it but judges something. */
  readonly scenes: number;
  readonly emptyScenes: number;
  /** Mean over the scenes that have the target. */
  readonly mean: Scores;
  /** Over all judged pixels of the group, empty scenes included. */
  readonly pooled: Scores;
  /** Mean share of marked pixels on the empty scenes. */
  readonly falseAlarms: number | null;
  /** Every threshold that works on one of the scenes, the best first. */
  readonly baselines: readonly BaselineScore[];
  /** The best of them, chosen with the labels in hand: of those that work on most of the scenes, the highest mean IoU. */
  readonly best: BaselineScore | null;
  /** On how many of its scenes the model's IoU is higher than that one's. */
  readonly won: number;
  /** Mean IoU when the best threshold may be chosen anew for every scene, which nobody without labels can. */
  readonly oracleIou: number | null;
  readonly variants: Partial<Record<Variant, Compared>>;
}

/** Something else on the scenes where it works, and the model on the same scenes. */
interface Compared {
  readonly scenes: number;
  readonly iou: number | null;
  readonly modelIou: number | null;
}

export interface BaselineScore extends Compared {
  readonly name: string;
}

/** Every target on all scenes, by resolution, by bands, and by both. Groups without a scene are left out. */
export function summarise(results: readonly TargetResult[]): GroupScores[] {
  const groups: GroupScores[] = [];
  const hidden = results.flatMap((r) => (r.onRgb ? [{ ...r, ...r.onRgb, variants: {} }] : []));
  for (const target of LAND_COVERS) {
    for (const bands of ['all', 'nir', 'rgb', 'other', 'nir hidden'] as const) {
      for (const resolution of ['all', 'high', 'medium'] as const) {
        const members = (bands === 'nir hidden' ? hidden : results).filter(
          (r) =>
            r.target === target &&
            (bands === 'all' || bands === 'nir hidden' || r.bands === bands) &&
            (resolution === 'all' || r.resolution === resolution),
        );
        if (members.length > 0) groups.push(groupScores(target, resolution, bands, members));
      }
    }
  }
  return groups;
}

function groupScores(
  target: LandCover,
  resolution: GroupScores['resolution'],
  bands: GroupScores['bands'],
  members: readonly TargetResult[],
): GroupScores {
  const present = members.filter((r) => hasPositives(r.counts));
  const empty = members.filter((r) => !hasPositives(r.counts) && markedShare(r.counts) !== null);
  const each = present.map((r) => scoresOf(r.counts));
  const variants: Partial<Record<Variant, Compared>> = {};
  for (const variant of VARIANTS) {
    const compared = compare(present, (r) => r.variants[variant]);
    if (compared.scenes > 0) variants[variant] = compared;
  }
  const baselines = scoreBaselines(present);
  const widest = Math.max(...baselines.map((b) => b.scenes));
  const best = baselines.find((b) => b.scenes === widest) ?? null;
  return {
    target,
    resolution,
    bands,
    scenes: present.length,
    emptyScenes: empty.length,
    mean: {
      iou: mean(each.map((s) => s.iou)),
      f1: mean(each.map((s) => s.f1)),
      // Where nothing is marked there is no precision to average.
      precision: mean(each.map((s) => s.precision)),
      recall: mean(each.map((s) => s.recall)),
    },
    pooled: scoresOf(sumCounts(members.map((r) => r.counts))),
    falseAlarms: mean(empty.map((r) => markedShare(r.counts))),
    baselines,
    best,
    won: present.filter((r) => best && hasWon(r, best.name)).length,
    oracleIou: mean(
      present.flatMap((r) => (r.baselines.length > 0 ? [Math.max(...r.baselines.map((b) => b.iou ?? 0))] : [])),
    ),
    variants,
  };
}

/** Mean IoU of something else, and of the model, over the scenes where it exists. */
function compare(results: readonly TargetResult[], countsOf: (r: TargetResult) => Counts | undefined): Compared {
  const both = results.flatMap((r) => {
    const counts = countsOf(r);
    return counts ? [{ other: scoresOf(counts).iou, model: scoresOf(r.counts).iou }] : [];
  });
  return { scenes: both.length, iou: mean(both.map((b) => b.other)), modelIou: mean(both.map((b) => b.model)) };
}

/** Every threshold by name, on the scenes where it works; the highest mean IoU first. */
function scoreBaselines(results: readonly TargetResult[]): BaselineScore[] {
  const names = new Set(results.flatMap((r) => r.baselines.map((b) => b.name)));
  return [...names]
    .map((name) => ({ name, ...compare(results, (r) => baselineOf(r, name)) }))
    .sort((a, b) => (b.iou ?? 0) - (a.iou ?? 0));
}

const baselineOf = (result: TargetResult, name: string): Counts | undefined =>
  result.baselines.find((b) => b.name === name)?.counts;

function hasWon(result: TargetResult, name: string): boolean {
  const counts = baselineOf(result, name);
  return counts !== undefined && (scoresOf(result.counts).iou ?? 0) > (scoresOf(counts).iou ?? 0);
}
