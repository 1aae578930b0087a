import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BandInfo, SceneCorrection, SceneFile, SceneInfo } from '../domain/scene.ts';
import { UserFacingError } from '../errors.ts';
import { type Identification, identifyBands } from './bands/bands.ts';
import { blindContent } from './bands/blind-content.ts';
import { bandTexts, type FileEvidence, stem } from './bands/file-evidence.ts';
import { BlockCache } from './formats/block-cache.ts';
import { cleanName, openFile } from './formats/open-file.ts';
import type { RasterFile } from './formats/raster-file.ts';
import { unpackArchive } from './formats/unpack-archive.ts';
import { DEFAULT_LIMITS, type SceneLimits } from './limits.ts';
import { boundsLonLat } from './place/lon-lat.ts';
import { pixelAreas } from './place/pixel-areas.ts';
import { type Placement, placeFiles } from './place/place-files.ts';
import { parseProjectionFile, parseWorldFile } from './place/world-file.ts';
import type { ValidityRule } from './sampling/sample-file.ts';
import { type Scene, type ScenePart, sceneReader } from './sampling/scene-reader.ts';
import { hasMargin, isSurveyedWhole, statisticsOf, validFraction } from './sampling/survey.ts';
import { isOfMachine, sceneTooLarge, sceneUnreadable } from './scene-errors.ts';
import type { OpenRemote } from './sources/byte-source.ts';
import { acquiredAt } from './values/acquired-at.ts';
import { type Calibration, calibrate } from './values/calibration.ts';
import { cloudShare } from './values/cloud-share.ts';
import { type LandsatMetadata, parseLandsatMtl } from './values/landsat-mtl.ts';
import { untaggedNodata } from './values/untagged-nodata.ts';

export interface OpenOptions {
  readonly limits?: SceneLimits;
  /**
   * Where archives are unpacked; their files become the scene's, so the folder must live as long as the scene. Without it a
   * temporary folder is used that `close` deletes.
   */
  readonly folder?: string;
  /** How addresses are opened; without it, those of the shipped list are. */
  readonly remote?: OpenRemote;
}

/**
 * Opens files that belong to one scene: finds out what their bands are, how their numbers become values, and where on the
 * Earth they lie. Pixels are read when they are asked for; opening reads small scenes once, of large ones a survey.
 *
 * @param files       as uploaded: one multi-band file, several files, text files such as Landsat's MTL beside them, or ZIP
 *                    archives of those; a path may be the https address of a COG
 * @param correction  what the user said about it, applied on top of what the files say
 * @throws {UserFacingError} `scene-unreadable`, `scene-too-large`, `address-refused`, `download-failed`
 */
export async function openScene(
  files: readonly SceneFile[],
  correction: SceneCorrection,
  options: OpenOptions = {},
): Promise<Scene> {
  const limits = options.limits ?? DEFAULT_LIMITS;
  if (files.length === 0) throw sceneUnreadable('this', 'there is no file');
  const gathered = await gather(files, limits, options);
  try {
    if (gathered.opened.length === 0) throw sceneUnreadable(cleanName(files[0]!.name), 'it is text, not an image');
    const scene = await assemble(gathered, correction);
    const close = async () => {
      await Promise.all(gathered.opened.map(({ raster }) => raster.close())); // those that did not fit, too
      await gathered.discard();
    };
    return { ...scene, close };
  } catch (error) {
    await Promise.all(gathered.opened.map(({ raster }) => raster.close().catch(() => undefined)));
    await gathered.discard();
    throw error instanceof UserFacingError || isOfMachine(error)
      ? error
      : sceneUnreadable(cleanName(files[0]!.name), 'something in it is damaged', error);
  }
}

interface Opened {
  /** Index into the scene's files. */
  readonly index: number;
  readonly file: SceneFile;
  readonly raster: RasterFile;
}

interface Gathered {
  /** With archives replaced by what was in them. */
  readonly files: readonly SceneFile[];
  readonly opened: readonly Opened[];
  readonly texts: readonly { readonly name: string; readonly text: string }[];
  /** Deletes what was unpacked into a temporary folder. */
  discard(): Promise<void>;
}

/** Opens every file; on failure nothing stays open. */
async function gather(uploaded: readonly SceneFile[], limits: SceneLimits, options: OpenOptions): Promise<Gathered> {
  const queue = [...uploaded];
  const files: SceneFile[] = [];
  const opened: Opened[] = [];
  const texts: { name: string; text: string }[] = [];
  const temporary: string[] = [];
  const cache = new BlockCache(limits.decodedBytes);
  let decodedBytes = 0;
  let bands = 0;
  const discard = async () => {
    cache.clear();
    await Promise.all(temporary.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
  };
  try {
    for (let file = queue.shift(); file; file = queue.shift()) {
      if (files.length >= limits.files) throw sceneTooLarge('This scene', `I take ${limits.files} files at most`);
      const content = await openFile(file, limits, cache, options.remote);
      const identified = { ...file, name: file.name.slice(-MAX_NAME), digest: content.digest };
      if (content.kind === 'archive') {
        if (!uploaded.includes(file)) continue; // an archive inside an archive
        const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'spex-chat-scene-')));
        if (!options.folder) temporary.push(folder);
        queue.unshift(...(await unpackArchive(identified, cleanName(file.name), folder, limits)));
        continue;
      }
      files.push(identified);
      if (content.kind === 'text') {
        texts.push({ name: identified.name, text: content.text });
        continue;
      }
      opened.push({ index: files.length - 1, file: identified, raster: content.raster });
      decodedBytes += content.raster.decodedBytes;
      bands += content.raster.bands;
      if (bands > limits.bands) throw sceneTooLarge(cleanName(file.name), `with it the scene has ${bands} bands`);
      if (decodedBytes > limits.decodedBytes) throw tooMuchAtOnce(cleanName(file.name), decodedBytes, limits);
    }
    return { files, opened, texts, discard };
  } catch (error) {
    await Promise.all(opened.map(({ raster }) => raster.close().catch(() => undefined)));
    await discard();
    throw error;
  }
}

/** Longer names are cut at their beginning. */
const MAX_NAME = 255;

const tooMuchAtOnce = (label: string, bytes: number, limits: SceneLimits): UserFacingError =>
  sceneTooLarge(
    label,
    `${inMib(bytes)} MiB would have to be unpacked at once, and I take ${inMib(limits.decodedBytes)} for a scene`,
  );

const inMib = (bytes: number): number => Math.ceil(bytes / 2 ** 20);

async function assemble(
  { files, opened: all, texts }: Gathered,
  correction: SceneCorrection,
): Promise<Omit<Scene, 'close'>> {
  const opened = withWorldFiles(withoutCopies(withoutAuxiliary(all)), texts);
  const mtl = texts.map(({ text }) => parseLandsatMtl(text)).find((found) => found !== null) ?? null;
  const { reference, placements } = placeFiles(opened.map(({ raster }) => raster.grid));
  const placed = opened.flatMap((part, i) => (placements[i] ? [{ ...part, placement: placements[i] }] : []));
  const ignored = opened.filter((_, i) => !placements[i]).map(({ file }) => cleanName(file.name));
  const judged = await Promise.all(placed.map(async (part) => withNodata(part, await gatherEvidence(part))));
  const fitting = judged.map(({ part }) => part);
  const evidence = judged.map(({ evidence }) => evidence);
  const untagged = [...new Set(judged.flatMap(({ untagged }) => untagged ?? []))];
  const metadata = opened.flatMap(({ raster }) => Object.entries(raster.hints.metadata));
  const taken =
    mtl?.acquiredAt ??
    acquiredAt([
      ...metadata.filter(([key]) => /date|time|acqui|sensing/i.test(key)).map(([, value]) => value),
      ...files.map(({ name }) => cleanName(name)),
    ]);
  const told = mtl?.spacecraft ? { sensor: mtl.spacecraft, ...correction } : correction;
  const identified = identifyBands(evidence, told, taken);
  const text = [
    ...files.map(({ name }) => name),
    ...metadata.map(([key, value]) => `${key} ${value}`),
    ...texts.map(({ text }) => text),
    ...evidence.flatMap((file) => bandTexts(file).filter((name) => name !== null)),
  ].join('\n');
  const tagged = fitting.map(({ raster }) => raster.nodata).find((nodata) => nodata !== null) ?? null;
  const guessed = calibrate(evidence, identified.bands, identified, text, tagged, taken);
  const { reflectance } = correction;
  const byMtl = identified.bands.flat().some(({ code }) => mtl?.reflectance.has(code ?? ''));
  const calibration: Calibration = reflectance
    ? { ...guessed, ...reflectance, values: 'reflectance', note: '' }
    : byMtl
      ? { ...guessed, values: 'reflectance', fill: 0, note: '' }
      : guessed;

  const grid = opened[reference]!.raster.grid;
  const rules = await Promise.all(fitting.map((part, i) => validityRule(part.raster, identified, i, calibration)));
  const bands = bandInfos(fitting, identified, calibration, mtl, correction);
  const parts: (ScenePart | null)[] = files.map((_, f) => {
    const i = fitting.findIndex(({ index }) => index === f);
    return i < 0 ? null : { raster: fitting[i]!.raster, placement: fitting[i]!.placement, rule: rules[i]!.rule };
  });
  const main = fitting.findIndex(({ index }) => index === opened[reference]!.index);
  const stated = correction.pixelSizeM;
  const ground = pixelAreas({ grid, pixelSizeM: null })?.groundSize ?? null;
  const isWhole = fitting.every(({ raster }) => isSurveyedWhole(raster));
  const blind = blindContent(evidence, identified, isWhole);
  const info: SceneInfo = {
    correction,
    id: sceneId(files, correction),
    name: sceneName(fitting.map(({ file }) => cleanName(file.name))),
    files,
    grid,
    bands,
    bandEvidence: identified.evidence,
    bandsGuessed: identified.guessed,
    ...(blind && { blind }),
    values: calibration.values,
    dataType: fitting[main]!.raster.type,
    sensor: identified.sensorTitle ?? correction.sensor ?? null,
    acquiredAt: taken,
    pixelSizeM: stated ? { x: stated, y: stated, stated: true } : ground && { ...ground, stated: false },
    boundsLonLat: boundsLonLat(grid),
    validFraction: await validFraction(fitting[main]!.raster, rules[main]!.rule),
    cloud: null,
    notes: notesOf(
      fitting,
      identified,
      ignored,
      untagged,
      rules.flatMap(({ margin }) => margin ?? []),
      calibration,
      grid.transform !== null && grid.crs === null,
    ),
  };
  return sceneReader({ ...info, cloud: await cloudShare(sceneReader(info, parts)) }, parts);
}

/**
 * What products bring beside their bands. Sentinel-2: true colour, preview, aerosol, water vapour. Landsat: the angles of sun
 * and sensor, the parts of the surface temperature, opacity. Planet: masks.
 */
const AUXILIARY =
  /(^|[_-])(TCI|PVI|AOT|WVP|[SV][AZ]A|ST_(ATRAN|CDIST|[DTU]RAD|EMIS|EMSD|QA)|SR_(ATMOS_OPACITY|CLOUD_QA)|UDM2?)(_(10|20|60)m|_clip)?$/i;

function withoutAuxiliary(opened: readonly Opened[]): readonly Opened[] {
  const bands = opened.filter(({ file }) => !AUXILIARY.test(stem(file.name)));
  return bands.length > 0 ? bands : opened;
}

/** Of a band that a product has in several pixel sizes (`…_B04_10m`, `…_B04_20m`) only the finest. */
function withoutCopies(opened: readonly Opened[]): readonly Opened[] {
  const sizeOf = ({ file }: Opened): number => Number(PIXEL_SIZE.exec(stem(file.name))?.[1] ?? 0);
  const bandOf = ({ file }: Opened): string => stem(file.name).replace(PIXEL_SIZE, '');
  return opened.filter(
    (part) => !opened.some((other) => bandOf(other) === bandOf(part) && sizeOf(other) < sizeOf(part)),
  );
}

const PIXEL_SIZE = /_(10|20|60)m$/i;

/** Gives images without a position that of the world file, and the CRS of the `.prj` file, of the same name. */
function withWorldFiles(opened: readonly Opened[], texts: Gathered['texts']): readonly Opened[] {
  return opened.map((part) => {
    const { grid } = part.raster;
    if (grid.transform && grid.crs) return part;
    const mine = texts.filter(({ name }) => name.replace(/\.[^.]*$/, '') === part.file.name.replace(/\.[^.]*$/, ''));
    const transform = grid.transform ?? mine.map(({ text }) => parseWorldFile(text)).find(Boolean) ?? null;
    const crs = grid.crs ?? mine.map(({ text }) => parseProjectionFile(text)).find(Boolean) ?? null;
    return { ...part, raster: { ...part.raster, grid: { ...grid, transform, crs } } };
  });
}

async function gatherEvidence({ file, raster }: Opened): Promise<FileEvidence> {
  const ground = pixelAreas({ grid: raster.grid, pixelSizeM: null })?.groundSize;
  return {
    name: cleanName(file.name),
    type: raster.type,
    hints: raster.hints,
    statistics: await statisticsOf(raster),
    format: raster.format,
    pixelM: ground ? Math.max(ground.x, ground.y) : null,
  };
}

/** The files with what stands for nodata without a tag, and the statistics of what is left. */
async function withNodata<Part extends Opened>(
  part: Part,
  evidence: FileEvidence,
): Promise<{ part: Part; evidence: FileEvidence; untagged: number | null }> {
  const untagged = untaggedNodata(evidence.statistics, part.raster.nodata, part.raster.type);
  if (untagged === null) return { part, evidence, untagged };
  const raster = { ...part.raster, nodata: untagged };
  return {
    part: { ...part, raster },
    evidence: { ...evidence, statistics: await statisticsOf(raster) },
    untagged,
  };
}

type Margin = 'black' | 'white';

/** What marks nodata in a file, and the margin that was taken as nodata without any tag. */
async function validityRule(
  raster: RasterFile,
  identified: Identification,
  i: number,
  calibration: Calibration,
): Promise<{ rule: ValidityRule; margin: Margin | null }> {
  const names = identified.bands[i]!.map((band) => band.name);
  const quality = identified.bands[i]!.every((band) => band.code !== null && band.name === null);
  const alpha = names.indexOf('alpha');
  const colours = names.flatMap((name, band) => (name === 'alpha' ? [] : [band])).slice(0, 4);
  const tagged = raster.nodata ?? (quality ? null : calibration.fill);
  const untagged = tagged === null && alpha < 0 && !quality;
  const isLooked = untagged && !raster.hints.lossy && raster.format === 'tiff';
  const white = raster.type === 'uint8' && colours.length >= 3 ? 255 : null;
  const isBlack = isLooked && (await hasMargin(raster, colours, 0));
  const isWhite = isLooked && !isBlack && white !== null && (await hasMargin(raster, colours, white));
  const margin = isBlack ? 'black' : isWhite ? 'white' : null;
  const nodata = isBlack ? 0 : isWhite ? white : tagged;
  const legitimate = nodata !== null && nodata >= 0;
  return {
    rule: { alpha: alpha < 0 ? null : alpha, nodata, together: legitimate && colours.length > 1 ? colours : null },
    margin,
  };
}

function bandInfos(
  fitting: readonly Opened[],
  identified: Identification,
  { values, scale, offset }: Calibration,
  mtl: LandsatMetadata | null,
  correction: SceneCorrection,
): BandInfo[] {
  return fitting.flatMap(({ index: file, raster }, i) =>
    identified.bands[i]!.map((band, index): BandInfo => {
      const plain =
        band.holdsIndex !== null ||
        band.name === 'lwir' ||
        band.name === 'alpha' ||
        (band.name === null && band.code !== null);
      const own = mtl?.reflectance.get(band.code ?? '') ?? raster.hints.scales[index];
      const calibrated = values === 'reflectance' && own && !correction.reflectance ? own : { scale, offset };
      return {
        name: band.name,
        label: band.label,
        ...(band.holdsIndex && { holdsIndex: band.holdsIndex }),
        file,
        index,
        ...(plain ? { scale: 1, offset: 0 } : calibrated),
      };
    }),
  );
}

function notesOf(
  fitting: readonly (Opened & { placement: Placement })[],
  identified: Identification,
  ignored: readonly string[],
  untagged: readonly number[],
  margins: readonly Margin[],
  calibration: Calibration,
  noCrs: boolean,
): string[] {
  const coarser = fitting.filter(({ placement }) => placement.scaleX < 0.999).map(({ file }) => cleanName(file.name));
  return [
    ...fitting.flatMap(({ raster }) => raster.hints.notes),
    ...identified.notes,
    ...(calibration.note ? [calibration.note] : []),
    ...untagged.map(
      (value) => `No tag says so, but I take ${value} as "no data": it stands apart from all other numbers.`,
    ),
    ...[...new Set(margins)].map((margin) => `I take the ${margin} margin as "no data".`),
    ...(noCrs
      ? ['The file has a transform but no coordinate reference system, so I cannot place it on the Earth.']
      : []),
    ...(coarser.length > 0 ? [`Resampled to the finest pixel size: ${listed(coarser)}.`] : []),
    ...(ignored.length > 0
      ? [`Not used, because the ground or the coordinate system differs: ${listed(ignored)}.`]
      : []),
  ];
}

const listed = (names: readonly string[]): string =>
  names.length > 6 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');

/** One file's name, or what the names of several have in common: `L8-Elkton-VA` of `L8-B4-Elkton-VA.tif` and its like. */
function sceneName(names: readonly string[]): string {
  if (names.length === 1) return names[0]!;
  const stems = names.map(stem);
  const [plain, ...others] = new Set(stems.map((name) => name.replace(/[-_](B\d{1,2}A?|BQA)(?=[-_])/i, '')));
  if (plain && others.length === 0) return plain;
  let common = stems[0]!;
  for (const name of stems) while (!name.startsWith(common)) common = common.slice(0, -1);
  const trimmed = common.replace(/[-_. ]+[A-Za-z]{0,2}$|[-_. ]+$/, '');
  return trimmed.length >= 3 ? trimmed : `${stems[0]} and ${names.length - 1} more`;
}

/** The same files with the same names and corrections have the same id; the names tell bands and dates. */
const sceneId = (files: readonly SceneFile[], correction: SceneCorrection): string =>
  createHash('sha256')
    .update(JSON.stringify([correction, files.map(({ name, digest }) => [name, digest])]))
    .digest('hex')
    .slice(0, 16);
