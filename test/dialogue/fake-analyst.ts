import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Analyst, Run } from '../../src/domain/analyst.ts';
import type { BandName } from '../../src/domain/band.ts';
import type { Filter, Finding, Region } from '../../src/domain/finding.ts';
import type { LandCover } from '../../src/domain/land-cover.ts';
import type { Artefact } from '../../src/domain/picture.ts';
import type { SceneInfo } from '../../src/domain/scene.ts';
import { UserFacingError } from '../../src/errors.ts';

/** Areas of the regions each target has on every scene, m², in descending order. */
export const AREAS: Readonly<Record<LandCover, readonly number[]>> = {
  vegetation: [120_000, 50_000, 15_000, 5_000],
  water: [80_000, 20_000],
  building: [],
};

const SCENE_M2 = 1_000_000;
const PLACES = ['top-left', 'center', 'bottom-right', 'top-right'] as const;

/**
 * An analyst without pixels: it knows the numbers above, refuses what the real one would refuse (scenes it has not
 * opened, findings it has not made, missing bands) and counts what it was asked.
 */
export class FakeAnalyst implements Analyst {
  readonly calls: string[] = [];
  readonly drawn: Parameters<Analyst['draw']>[0][] = [];
  /** Files whose name contains `broken` cannot be read. */
  readonly #scenes = new Map<string, SceneInfo>();
  readonly #findings = new Map<string, Finding>();
  #next = 1;
  bands: readonly BandName[] = ['blue', 'green', 'red', 'nir'];
  pixelSize: number | null = 10;
  bandsGuessed = false;
  notes: readonly string[] = [];
  cloud: SceneInfo['cloud'] = { fraction: 0.01, source: 'brightness', rough: true };
  validFraction = 1;
  /** Of the index with each mask; null where neither marks anything. */
  agreement: number | null = 0.8;
  unsureShare = 0.02;
  dropAfterExtract: (() => void) | null = null;

  async prepare() {}

  async open({ files, correction }: Parameters<Analyst['open']>[0], run: Run): Promise<SceneInfo> {
    this.#log('open', run);
    const [first] = files;
    if (!first) throw new Error('no files');
    if (first.name.includes('broken'))
      throw new UserFacingError('scene-unreadable', 'This file is not an image I can read.');
    const bands = correction.bands ?? this.bands;
    const pixel = correction.pixelSizeM ?? this.pixelSize;
    const scene: SceneInfo = {
      id: `scene${this.#next++}`,
      name: first.name,
      files,
      grid: { width: 100, height: 100, transform: null, crs: null },
      bands: bands.map((name, index) => ({ name, label: `band ${index + 1}`, file: 0, index, scale: 1e-4, offset: 0 })),
      bandEvidence: `I read this as ${bands.map((b) => b ?? 'unknown').join(', ')}.`,
      values: 'reflectance',
      dataType: 'uint16',
      sensor: correction.sensor ?? null,
      acquiredAt: /\d{4}-\d\d-\d\d/.exec(first.name)?.[0] ?? null,
      pixelSizeM: pixel === null ? null : { x: pixel, y: pixel, stated: correction.pixelSizeM !== undefined },
      boundsLonLat: [13, 52, 13.1, 52.1],
      validFraction: this.validFraction,
      cloud: this.cloud,
      notes: this.notes,
      bandsGuessed: this.bandsGuessed,
      correction,
    };
    this.#scenes.set(scene.id, scene);
    return scene;
  }

  async extract({ scene, target }: Parameters<Analyst['extract']>[0], run: Run): Promise<Finding> {
    this.#log(`extract ${target}`, run);
    this.#known(scene);
    const finding = this.#finding(scene, target, regionsOf(AREAS[target], scene), null);
    this.dropAfterExtract?.();
    run.signal.throwIfAborted();
    return finding;
  }

  async refine({ scene, finding, filter, near }: Parameters<Analyst['refine']>[0], run: Run): Promise<Finding> {
    this.#log('refine', run);
    this.#known(scene);
    if (!this.#findings.has(finding.id)) throw new Error(`unknown finding ${finding.id}`);
    if (finding.refines) throw new Error('refine of a refined finding');
    if (filter.near && !near) throw new Error('near without its finding');
    const kept = finding.facts.regions.filter((r) => passes(r, filter));
    const largest = filter.largest === undefined ? kept : kept.slice(0, filter.largest);
    const areas = (filter.smallest === undefined ? largest : largest.slice(-filter.smallest)).map(
      (r) => r.share * SCENE_M2,
    );
    return this.#finding(scene, finding.facts.target, regionsOf(areas, scene), { finding: finding.id, filter });
  }

  async index({ scene, index, threshold }: Parameters<Analyst['index']>[0], run: Run) {
    this.#log(`index ${index}`, run);
    this.#known(scene);
    if (['ndbi', 'mndwi'].includes(index)) {
      throw new UserFacingError('band-missing', `I can't compute ${index.toUpperCase()}: it has no swir16 band.`);
    }
    const rasterFile = join(run.folder, `${index}.tif`);
    writeFileSync(rasterFile, 'raster');
    return {
      id: `i${this.#next++}`,
      sceneId: scene.id,
      title: index.toUpperCase(),
      formula: '(a - b) / (a + b)',
      reference: 'somebody 1974',
      statistics: { index, mean: 0.25, median: 0.2, min: -0.5, max: 0.9, standardDeviation: 0.1, pixels: 10_000 },
      // 30 ha, and 10 ha of it from 0.5 up.
      threshold: threshold
        ? {
            ...threshold,
            ...(threshold.value < 0.5 ? { areaM2: 300_000, share: 0.3 } : { areaM2: 100_000, share: 0.1 }),
          }
        : null,
      rasterFile,
    };
  }

  async statistics({ scene, finding, region, index }: Parameters<Analyst['statistics']>[0], run: Run) {
    this.#log(`statistics ${index}${region ? ` of region ${region}` : ''}`, run);
    this.#known(scene);
    if (region && !finding.facts.regions.some((r) => r.id === region)) throw new Error('no such region');
    return { index, mean: 0.7, median: 0.71, min: 0.4, max: 0.9, standardDeviation: 0.05, pixels: 500 };
  }

  async distance({ scene, from, to }: Parameters<Analyst['distance']>[0], run: Run) {
    const other = from.finding.facts.target === to.finding.facts.target ? '' : ` of ${to.finding.facts.target}`;
    this.#log(`distance ${from.region ?? 'any'} ${to.region ?? 'any'}${other}`, run);
    this.#known(scene);
    return scene.pixelSizeM === null ? null : { metres: 240, from: from.region ?? 2, to: to.region ?? 3 };
  }

  async compare({ target, before, after }: Parameters<Analyst['compare']>[0], run: Run) {
    this.#log(`compare ${target} ${before.scene.name} ${after.scene.name}`, run);
    this.#known(before.scene);
    this.#known(after.scene);
    return {
      id: `c${this.#next++}`,
      target,
      before: before.scene.id,
      after: after.scene.id,
      gainedM2: 30_000,
      lostM2: 10_000,
      keptM2: 160_000,
      gainedShare: 0.03,
      lostShare: 0.01,
      keptShare: 0.16,
      commonFraction: 0.9,
      notes: [],
      changeFile: 'change.tif',
    };
  }

  async draw(request: Parameters<Analyst['draw']>[0], run: Run): Promise<Artefact> {
    const style = request.kind === 'overlay' ? ` ${JSON.stringify(request.style)}` : '';
    this.#log(`draw ${request.kind}${style}`, run);
    this.drawn.push(request);
    return { name: `${request.kind}.png`, path: join(run.folder, 'a.png'), mediaType: 'image/png', bytes: 10 };
  }

  async layers({ scene, findings, labels }: Parameters<Analyst['layers']>[0], run: Run) {
    this.#log('layers', run);
    const layer = (name: string): Artefact => ({
      name,
      path: join(run.folder, name),
      mediaType: 'image/png',
      bytes: 10,
    });
    return {
      width: scene.grid.width,
      height: scene.grid.height,
      pixelSizeM: 10,
      ground: layer('ground.png'),
      targets: findings.map(({ facts: { target } }, i) => ({
        target,
        label: labels[i]!,
        color: '#123456',
        mask: layer(target),
        regions: [],
      })),
      lonLat: null,
    };
  }

  async export({ finding, format }: Parameters<Analyst['export']>[0], run: Run): Promise<readonly Artefact[]> {
    this.#log(`export ${format}`, run);
    return [{ name: `${finding.facts.target}.${format}`, path: join(run.folder, 'a'), mediaType: 'x/y', bytes: 10 }];
  }

  async stop(): Promise<void> {}

  #log(call: string, run: Run): void {
    run.signal.throwIfAborted();
    this.calls.push(call);
  }

  #known(scene: SceneInfo): void {
    if (!this.#scenes.has(scene.id)) throw new Error(`unknown scene ${scene.id}`);
  }

  #finding(scene: SceneInfo, target: LandCover, regions: readonly Region[], refines: Finding['refines']): Finding {
    const areaM2 = scene.pixelSizeM === null ? null : regions.reduce((sum, r) => sum + r.areaM2!, 0);
    const pixels = regions.reduce((sum, r) => sum + r.pixels, 0);
    const finding: Finding = {
      id: `f${this.#next++}`,
      sceneId: scene.id,
      facts: {
        target,
        areaM2,
        pixels,
        share: pixels / 10_000,
        count: regions.length,
        regions,
        validFraction: this.validFraction,
      },
      explanation: [`There is ${target} here.`],
      dropped: [],
      prompt: 'prompt',
      evidence: {
        index: 'ndvi',
        threshold: 0.3,
        method: 'fixed',
        meanInside: 0.7,
        meanOutside: 0.1,
        agreement: this.agreement,
      },
      confidence: { meanInside: 0.9, unsureShare: this.unsureShare },
      provenance: {
        pack: 'fake',
        packVersion: '1',
        promptVersion: '1',
        threshold: 0.44,
        chips: 1,
        resolutionFactor: 1,
        bandsUsed: ['blue', 'green', 'red', 'nir'],
        bandsMissing: [],
        question: `Segment the ${target}.`,
        seconds: 1,
      },
      maskFile: 'mask.tif',
      probabilityFile: 'probability.tif',
      refines,
    };
    this.#findings.set(finding.id, finding);
    return finding;
  }
}

function regionsOf(areas: readonly number[], scene: SceneInfo): Region[] {
  return areas.map((area, i) => ({
    id: i + 1,
    pixels: area / 100,
    areaM2: scene.pixelSizeM === null ? null : area,
    share: area / SCENE_M2,
    centroid: [10 * i, 10],
    centroidLonLat: [13.05, 52.05],
    location: PLACES[i % PLACES.length]!,
    window: { col: 0, row: 0, width: 1, height: 1 },
  }));
}

/** Size, id and part (`north` = a place in the top row); `near` keeps all. */
function passes(region: Region, filter: Filter): boolean {
  if (filter.minAreaM2 !== undefined && region.areaM2! < filter.minAreaM2) return false;
  if (filter.maxAreaM2 !== undefined && region.areaM2! > filter.maxAreaM2) return false;
  if (filter.regions && !filter.regions.includes(region.id)) return false;
  return filter.part !== 'north' || region.location.startsWith('top');
}
