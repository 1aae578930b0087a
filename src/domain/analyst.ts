import type { Change, Filter, Finding, IndexFinding, IndexStatistics } from './finding.ts';
import type { LandCover } from './land-cover.ts';
import type { Progress } from './message.ts';
import type { Artefact, FileFormat, LegendText, MapLayers, MapWords, Style } from './picture.ts';
import type { SceneCorrection, SceneFile, SceneInfo } from './scene.ts';

/** How a long call is watched and ended, and where it may write. */
export interface Run {
  /** Aborting, also while the call waits, rejects it at once with `signal.reason`, and kills the process that computes. */
  readonly signal: AbortSignal;
  onProgress(progress: Progress): void;
  /** Existing folder for the files this call makes. It stands for the conversation: no other shares a process with it. */
  readonly folder: string;
  /** For whom this computes: who has taken much of the machine lately goes after the others. */
  readonly person?: string;
  /** Bytes that may still be unpacked to it; absent = as many as the reader's own limit. */
  room?(): Promise<number>;
}

/**
 * Everything that needs pixels. Runs in child processes (`analysis/`); the parent knows this interface only.
 * Every method rejects with a `UserFacingError` for what a person can mend, and with another error for a bug.
 */
export interface Analyst {
  /** Gets ready what the first extraction would wait for. Rejects as that would, and does not stand in its way. */
  prepare(): Promise<void>;
  open(request: { files: readonly SceneFile[]; correction: SceneCorrection }, run: Run): Promise<SceneInfo>;
  /** Runs SPEX. `question`: the person's own words for the model; absent = the pack's canonical question. */
  extract(request: { scene: SceneInfo; target: LandCover; question?: string }, run: Run): Promise<Finding>;
  /** A finding with less in it. No model run, except that `filter.near` needs `near`, the finding of the other target. */
  refine(request: { scene: SceneInfo; finding: Finding; filter: Filter; near?: Finding }, run: Run): Promise<Finding>;
  index(
    request: { scene: SceneInfo; index: string; threshold?: { above: boolean; value: number } },
    run: Run,
  ): Promise<IndexFinding>;
  /** Index statistics inside a finding, or inside one of its regions. */
  statistics(
    request: { scene: SceneInfo; finding: Finding; region?: number; index: string },
    run: Run,
  ): Promise<IndexStatistics>;
  /**
   * Shortest distance in metres between two regions, edge to edge, or between the nearest two where an id is left out,
   * and the ids of both; null when the pixel size is unknown. Both findings have a region at least.
   */
  distance(
    request: {
      scene: SceneInfo;
      from: { finding: Finding; region?: number };
      to: { finding: Finding; region?: number };
    },
    run: Run,
  ): Promise<{ metres: number; from: number; to: number } | null>;
  compare(
    request: {
      target: LandCover;
      before: { scene: SceneInfo; finding: Finding };
      after: { scene: SceneInfo; finding: Finding };
    },
    run: Run,
  ): Promise<Change>;
  /** A PNG with legend, scale bar, north arrow and title. Several findings share one picture. */
  draw(
    request: /** `legend`: a row a finding. */
      | {
          kind: 'overlay';
          scene: SceneInfo;
          findings: readonly Finding[];
          legend: readonly LegendText[];
          style: Style;
          words: MapWords;
        }
      | { kind: 'index'; scene: SceneInfo; index: IndexFinding; words: MapWords }
      | {
          kind: 'change';
          /** The first of the two. */
          scene: SceneInfo;
          after: SceneInfo;
          change: Change;
          legend: Readonly<Record<'kept' | 'gained' | 'lost', LegendText>>;
          words: MapWords;
        }
      /** `composite`: absent = the scene's best. */
      | { kind: 'scene'; scene: SceneInfo; composite?: 'colour infrared'; words: MapWords },
    run: Run,
  ): Promise<Artefact>;
  /** What a map on a screen is made of. */
  layers(
    /** `labels`: of the targets, one a finding. */
    request: { scene: SceneInfo; findings: readonly Finding[]; labels: readonly string[] },
    run: Run,
  ): Promise<MapLayers>;
  export(request: { scene: SceneInfo; finding: Finding; format: FileFormat }, run: Run): Promise<readonly Artefact[]>;
  /** Kills the children; what is still under way rejects. */
  stop(): Promise<void>;
}
