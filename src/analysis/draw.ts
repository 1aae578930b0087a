import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Analyst, Run } from '../domain/analyst.ts';
import type { Finding } from '../domain/finding.ts';
import type { PixelWindow } from '../domain/grid.ts';
import { type Artefact, type MapWords, sensorName } from '../domain/picture.ts';
import type { Raster } from '../domain/raster.ts';
import type { SceneInfo } from '../domain/scene.ts';
import { readMaskRows, readRaster, readRows } from '../export/read-mask.ts';
import { chooseComposite, composeScene } from '../render/compose.ts';
import { type Cover, createCoverBuilder } from '../render/cover.ts';
import { creditLine } from '../render/credit-line.ts';
import { crsLabel } from '../render/crs-label.ts';
import { drawChangeMap } from '../render/draw-change-map.ts';
import { drawIndexMap } from '../render/draw-index-map.ts';
import { drawOverlay } from '../render/draw-overlay.ts';
import { drawScene } from '../render/draw-scene.ts';
import type { Frame } from '../render/frame.ts';
import type { Locator } from '../render/locator.ts';
import { northAngleOf } from '../render/north-angle.ts';
import { MAX_DISPLAY_SIDE, type Pixels } from '../render/pixels.ts';
import { lonLat } from '../scene/place/lon-lat.ts';
import type { Scene } from '../scene/sampling/scene-reader.ts';
import { componentsWhere, paintComponents } from '../spectral/find-components.ts';
import { rankComponents, sumComponents } from '../spectral/find-regions.ts';
import { readComponents } from './read-finding.ts';

/** Regions that get their number on the map; more would hide it. */
const NUMBERED_REGIONS = 5;

/** Ground around a region that is zoomed to, as a share of its longer side. */
const ZOOM_MARGIN = 0.4;

type Request<Kind> = Extract<Parameters<Analyst['draw']>[0], { kind: Kind }>;

/** A picture for people: the scene with findings, an index, a change or nothing on it. PNG. */
export async function draw(scene: Scene, request: Parameters<Analyst['draw']>[0], run: Run): Promise<Artefact> {
  run.onProgress({ stage: 'drawing', done: 0, total: 0 });
  const { info } = scene;
  switch (request.kind) {
    case 'overlay':
      return write(run, info, suffixOf(request.findings), await overlay(scene, request));
    case 'scene': {
      const { composite, shown } = await (request.composite
        ? compositeOf(scene, wholeOf(info), request.composite)
        : wholeComposite(scene));
      const frame = frameOf(info, wholeOf(info), composite.width, request.words);
      const subtitle = [frame.subtitle, request.words.composites[shown]].filter(Boolean).join(' · ');
      const picture = await drawScene({ composite, frame: { ...frame, title: titleOf(null, info), subtitle } });
      return write(run, info, request.composite ? 'infrared' : 'scene', picture);
    }
    case 'index':
      return write(run, info, 'index', await indexMap(info, request));
    case 'change':
      return write(run, info, 'change', await changeMap(scene, request));
  }
}

async function overlay(scene: Scene, request: Request<'overlay'>): Promise<Uint8Array> {
  const { info } = scene;
  const { findings, legend, style, words } = request;
  const window = zoomWindow(info, findings[0]!, style.zoomRegion);
  const isPart = window.width < info.grid.width || window.height < info.grid.height;
  const { composite } = await (isPart ? compositeOf(scene, window) : wholeComposite(scene));
  const scale = composite.width / window.width;
  const layers = await Promise.all(
    findings.map(async (finding, i) => ({
      target: finding.facts.target,
      mask: await readCover(finding, window, composite),
      ...(isPart && { highlight: await coverOfRegion(finding, style.zoomRegion!, window, composite) }),
      legend: legend[i]!,
      regions: finding.facts.regions
        .filter(({ centroid: [col, row] }) => inside(window, col, row))
        .slice(0, NUMBERED_REGIONS)
        .map(({ id, centroid: [col, row], pixels, window: around }) => ({
          id,
          centroid: [(col - window.col) * scale, (row - window.row) * scale] as const,
          area: pixels * scale ** 2,
          window: {
            col: (around.col - window.col) * scale,
            row: (around.row - window.row) * scale,
            width: around.width * scale,
            height: around.height * scale,
          },
        })),
    })),
  );
  const factor = Math.max(...findings.map((finding) => finding.provenance.resolutionFactor));
  const note = factor > 1 ? words.overview.replace('{}', String(factor)) : '';
  const { pack, packVersion } = findings[0]!.provenance;
  const frame = {
    ...frameOf(info, window, composite.width, words),
    title: titleOf(legend.map(({ label }) => label).join(', '), info),
    model: `${pack} ${packVersion}`,
    note,
  };
  return drawOverlay({ composite, layers, style, ...(isPart && { locator: await locatorOf(scene, window) }), frame });
}

/** Longer side of the small picture of a whole scene, pixels. */
const LOCATOR_SIDE = 300;

async function locatorOf(scene: Scene, window: PixelWindow): Promise<Locator> {
  const { width, height } = scene.info.grid;
  const { composite } = await compositeOf(scene, wholeOf(scene.info), undefined, LOCATOR_SIDE);
  const [left, top] = [window.col / width, window.row / height];
  return { scene: composite, window: { left, top, width: window.width / width, height: window.height / height } };
}

/** What a map shows, when and where; a long name is cut at its end. */
const titleOf = (theme: string | null, info: SceneInfo, dates: readonly SceneInfo[] = [info]): string =>
  [
    theme,
    [...new Set(dates.flatMap(({ acquiredAt }) => acquiredAt?.slice(0, 10) ?? []))].join(' → '),
    info.name.replace(/\.[a-z0-9]{1,5}$/i, ''),
  ]
    .filter(Boolean)
    .join(' · ');

/** Whole scenes as they are shown, by scene: what the sheet has read, the map and the next sheet need not read again. */
const shownWhole = new WeakMap<Scene, ReturnType<typeof compositeOf>>();

/** The scene's best composite, at most as large as it is shown. Nobody may paint on it. */
export function wholeComposite(scene: Scene): ReturnType<typeof compositeOf> {
  const known = shownWhole.get(scene) ?? compositeOf(scene, wholeOf(scene.info));
  shownWhole.set(scene, known);
  known.catch(() => shownWhole.delete(scene));
  return known;
}

/** The scene's best composite in a window, at most as large as it is shown, and what it is. */
export async function compositeOf(
  scene: Scene,
  window: PixelWindow,
  preferred?: 'colour infrared',
  side = MAX_DISPLAY_SIDE,
): Promise<{ composite: Pixels; shown: keyof MapWords['composites'] }> {
  const { info } = scene;
  const { bands, title } = chooseComposite(
    info.bands.map((band) => band.name),
    preferred,
  );
  const shrink = Math.min(1, side / Math.max(window.width, window.height));
  const size = {
    width: Math.max(1, Math.round(window.width * shrink)),
    height: Math.max(1, Math.round(window.height * shrink)),
  };
  const rasters = await scene.readForLooking(bands, window, size);
  return { composite: composeScene(rasters, info.values), shown: title };
}

/** What a map says of its ground. @param width  of the map, pixels before display scaling */
function frameOf(
  info: SceneInfo,
  window: PixelWindow,
  width: number,
  words: MapWords,
): Omit<Frame, 'legend' | 'title'> {
  const places = lonLat(info.grid);
  const toLonLat = places && ((col: number, row: number) => places.of(window.col + col, window.row + row));
  return {
    subtitle: info.sensor ? sensorName(info.sensor, words) : '',
    crsName: info.grid.crs && crsLabel(info.grid.crs),
    credit: creditLine(info.sensor, info.acquiredAt),
    model: null,
    metresPerPixel: info.pixelSizeM && (info.pixelSizeM.x * window.width) / width,
    isPixelSizeStated: info.pixelSizeM?.stated ?? false,
    northAngleDegrees: toLonLat && northAngleOf(window.width, window.height, toLonLat),
    centreLonLat: toLonLat?.(window.width / 2, window.height / 2) ?? null,
    words,
    note: '',
  };
}

async function indexMap(info: SceneInfo, { index, words }: Request<'index'>): Promise<Uint8Array> {
  const raster = await readSmaller(index.rasterFile, info.grid);
  const { threshold } = index;
  const frame = frameOf(info, wholeOf(info), raster.width, words);
  const subtitle = [frame.subtitle, index.title].filter(Boolean).join(' · ');
  return drawIndexMap({
    raster,
    index: index.statistics.index.toLowerCase(),
    symbol: index.statistics.index,
    formula: index.formula,
    threshold: threshold && { value: threshold.value, above: threshold.above },
    frame: { ...frame, title: titleOf(index.statistics.index, info), subtitle },
  });
}

/** An index file for drawing: where it is far larger than its picture, means over square blocks of what was measured. */
async function readSmaller(path: string, grid: SceneInfo['grid']): Promise<Raster> {
  const factor = Math.floor(Math.max(grid.width, grid.height) / (2 * MAX_DISPLAY_SIDE));
  if (factor < 2) return readRaster(path);
  const [width, height] = [Math.ceil(grid.width / factor), Math.ceil(grid.height / factor)];
  const values = new Float32Array(width * height);
  const counts = new Uint32Array(width * height);
  for await (const block of readRows(path)) {
    for (let i = 0; i < block.values.length; i++) {
      if (Number.isNaN(block.values[i]!)) continue;
      const row = block.row + Math.floor(i / block.width);
      const to = Math.floor(row / factor) * width + Math.floor((i % block.width) / factor);
      values[to]! += block.values[i]!;
      counts[to]!++;
    }
  }
  return { width, height, values: values.map((sum, i) => sum / counts[i]!) };
}

async function changeMap(scene: Scene, { after, change, legend, words }: Request<'change'>): Promise<Uint8Array> {
  const { info } = scene;
  const { composite } = await wholeComposite(scene);
  const frame = frameOf(info, wholeOf(info), composite.width, words);
  const credits = [frame.credit, creditLine(after.sensor, after.acquiredAt)];
  const classes = await readRaster(change.changeFile);
  return drawChangeMap({
    composite,
    classes: { width: classes.width, height: classes.height, values: Uint8Array.from(classes.values) },
    legend,
    frame: {
      ...frame,
      title: titleOf(words.change.replace('{}', words.targets[change.target]), info, [info, after]),
      credit: [...new Set(credits)].filter(Boolean).join('  ·  '),
    },
  });
}

export const wholeOf = ({ grid }: SceneInfo): PixelWindow => ({
  col: 0,
  row: 0,
  width: grid.width,
  height: grid.height,
});

/** The window around a region, or the whole scene. */
function zoomWindow(info: SceneInfo, finding: Finding, regionId: number | undefined): PixelWindow {
  const region = finding.facts.regions.find(({ id }) => id === regionId);
  if (!region) return wholeOf(info);
  const { col, row, width, height } = region.window;
  const margin = Math.max(8, Math.ceil(Math.max(width, height) * ZOOM_MARGIN));
  const left = Math.max(0, col - margin);
  const top = Math.max(0, row - margin);
  return {
    col: left,
    row: top,
    width: Math.min(info.grid.width, col + width + margin) - left,
    height: Math.min(info.grid.height, row + height + margin) - top,
  };
}

/** The same of one region of a finding. */
async function coverOfRegion(finding: Finding, region: number, window: PixelWindow, composite: Pixels): Promise<Cover> {
  const { components } = await readComponents(finding);
  const place = finding.facts.regions.findIndex(({ id }) => id === region);
  const own = rankComponents(sumComponents(components).pixels)[place];
  const only = componentsWhere(components, (component) => component === own);
  const cover = createCoverBuilder(window.width, window.height, composite.width, composite.height);
  const line = new Uint8Array(components.width);
  for (let row = window.row; row < window.row + window.height; row++) {
    line.fill(0);
    paintComponents(only, row, line);
    cover.addRows(line.subarray(window.col, window.col + window.width));
  }
  return cover.finish();
}

/** How much a finding covers of each pixel of a composite of a window. */
export async function readCover({ maskFile }: Finding, window: PixelWindow, composite: Pixels): Promise<Cover> {
  const cover = createCoverBuilder(window.width, window.height, composite.width, composite.height);
  const [left, right, bottom] = [window.col, window.col + window.width, window.row + window.height];
  for await (const { row, width, height, values } of readMaskRows(maskFile)) {
    if (row >= bottom) break;
    for (let y = Math.max(row, window.row); y < Math.min(row + height, bottom); y++) {
      cover.addRows(values.subarray((y - row) * width + left, (y - row) * width + right));
    }
  }
  return cover.finish();
}

const inside = ({ col, row, width, height }: PixelWindow, x: number, y: number): boolean =>
  x >= col && y >= row && x < col + width && y < row + height;

const suffixOf = (findings: readonly Finding[]): string => findings.map(({ facts }) => facts.target).join('-');

async function write(run: Run, info: SceneInfo, suffix: string, png: Uint8Array): Promise<Artefact> {
  const path = join(run.folder, `${randomUUID()}.png`);
  await writeFile(path, png);
  return { name: `${fileStem(info)}.${suffix}.png`, path, mediaType: 'image/png', bytes: png.byteLength };
}

/** The scene's name without extension, safe as a file name everywhere. */
export const fileStem = ({ name }: SceneInfo): string =>
  name
    .replace(/\.[a-z0-9]{1,5}$/i, '')
    .replace(/[^\p{L}\p{N}._-]+/gu, '_')
    .replace(/^[._]+/, '')
    .slice(0, 80) || 'scene';
