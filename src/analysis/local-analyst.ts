import type { Analyst, Run } from '../domain/analyst.ts';
import type { SceneInfo } from '../domain/scene.ts';
import { UserFacingError } from '../errors.ts';
import { DEFAULT_LIMITS } from '../scene/limits.ts';
import { openScene } from '../scene/open-scene.ts';
import { pixelAreas } from '../scene/place/pixel-areas.ts';
import type { Scene } from '../scene/sampling/scene-reader.ts';
import type { OpenRemote } from '../scene/sources/byte-source.ts';
import { openRemoteSource } from '../scene/sources/remote-source.ts';
import { regionDistance } from '../spectral/region-distance.ts';
import type { AnalysisOptions } from './analysis-options.ts';
import { compare } from './compare.ts';
import { draw } from './draw.ts';
import { exportFinding } from './export-finding.ts';
import { extract } from './extract.ts';
import { mapIndex } from './map-index.ts';
import { mapLayers } from './map-layers.ts';
import { readComponents } from './read-finding.ts';
import { refine } from './refine.ts';
import type { Answering } from './segment.ts';
import { statistics } from './statistics.ts';

export type LocalAnalyst = Omit<Analyst, 'stop'>;

type LocalOptions = Pick<
  AnalysisOptions,
  'pack' | 'threads' | 'memoryMb' | 'executionProviders' | 'maxSceneMegapixels' | 'allowedHosts'
>;

/** What a process behind glass has only through its parent. */
export interface Outside {
  loadModel(): Promise<Answering>;
  readonly openRemote: OpenRemote;
}

type OpenRun = Pick<Run, 'folder' | 'room'>;

/** Scenes kept open between calls: a conversation rarely goes back and forth between more. */
const OPEN_SCENES = 4;

/**
 * The analyst in this process: what runs inside the children of `scene-pool.ts`, and directly in commands whose files are
 * their user's own. Loads the model at the first question that needs it, or when told to prepare.
 *
 * @param outside  without it, a model in this process and the network are used
 */
export function createLocalAnalyst(options: LocalOptions, outside: Outside = outsideOf(options)): LocalAnalyst {
  const scenes = new Map<string, Promise<Scene>>();
  let model: Promise<Answering> | null = null;

  const loadModel = (): Promise<Answering> => {
    model ??= outside.loadModel();
    // A failed load is not kept: memory may be there next time.
    model.catch(() => {
      model = null;
    });
    return model;
  };

  const open = async (request: Pick<SceneInfo, 'files' | 'correction'>, { folder, room }: OpenRun): Promise<Scene> => {
    // What an archive holds is unpacked beside the results, so that the scene can be opened again.
    const unpackedBytes = Math.min(DEFAULT_LIMITS.unpackedBytes, (await room?.()) ?? Number.POSITIVE_INFINITY);
    const limits = { ...DEFAULT_LIMITS, unpackedBytes };
    const scene = await openScene(request.files, request.correction, { folder, remote: outside.openRemote, limits });
    const { width, height } = scene.info.grid;
    if (width * height <= options.maxSceneMegapixels * 1e6) return scene;
    await scene.close();
    throw new UserFacingError(
      'scene-too-large',
      `This scene has ${Math.round((width * height) / 1e6)} million pixels, and I take ${options.maxSceneMegapixels} million. Please send a part of it.`,
    );
  };

  /** The scene, opened again if this process has not opened it or has closed it since. */
  const sceneOf = async (info: SceneInfo, run: OpenRun): Promise<Scene> => {
    const opening = scenes.get(info.id) ?? open(info, run);
    keep(info.id, opening);
    return opening;
  };

  /** The newest last. What it replaces is closed, and so are the oldest. */
  const keep = (id: string, opening: Promise<Scene>): void => {
    const replaced = scenes.get(id);
    scenes.delete(id);
    if (replaced && replaced !== opening) close(replaced);
    scenes.set(id, opening);
    opening.catch(() => scenes.delete(id));
    for (const [oldest, scene] of scenes) {
      if (scenes.size <= OPEN_SCENES) break;
      scenes.delete(oldest);
      close(scene);
    }
  };

  return {
    async prepare() {
      await loadModel();
    },
    async open(request, run) {
      run.onProgress({ stage: 'reading', done: 0, total: 0 });
      const scene = await open(request, run);
      keep(scene.info.id, Promise.resolve(scene));
      return scene.info;
    },
    extract: async (request, run) => extract(await sceneOf(request.scene, run), await loadModel(), request, run),
    refine,
    index: async (request, run) => mapIndex(await sceneOf(request.scene, run), request, run),
    statistics: async (request, run) => statistics(await sceneOf(request.scene, run), request, run),
    async distance({ scene, from, to }) {
      const areas = pixelAreas(scene);
      if (!areas) return null;
      const { components } = await readComponents(from.finding);
      const other = to.finding.id === from.finding.id ? components : (await readComponents(to.finding)).components;
      return regionDistance(
        { components, region: from.region },
        { components: other, region: to.region },
        areas.groundSize,
      );
    },
    compare,
    draw: async (request, run) => draw(await sceneOf(request.scene, run), request, run),
    layers: async (request, run) => mapLayers(await sceneOf(request.scene, run), request, run),
    export: async (request, run) => exportFinding(await sceneOf(request.scene, run), request, run),
  };
}

function close(opening: Promise<Scene>): void {
  opening.then((scene) => scene.close()).catch(() => undefined);
}

function outsideOf({ pack, threads, executionProviders, memoryMb, allowedHosts }: LocalOptions): Outside {
  return {
    async loadModel() {
      // Loaded when needed: a process that reads files has no place for it.
      const { SpexModel } = await import('../spex/spex-model.ts');
      return SpexModel.load(pack, { threads, executionProviders, ...(memoryMb !== null && { memoryMb }) });
    },
    openRemote: (address) => openRemoteSource(address, { hosts: allowedHosts }),
  };
}
