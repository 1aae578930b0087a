import type { SceneFile } from '../domain/scene.ts';

/**
 * Which of several dropped files are one scene: single-band files of one acquisition (names that differ only in the
 * band), with their metadata and mask files. A multi-band file stands alone.
 *
 * @returns one list a scene, in the order of the first file of each; files of a scene keep their order. Metadata that
 *          belongs to none of several scenes is left out; without any image it is a list of its own
 */
export function groupFiles(files: readonly SceneFile[]): SceneFile[][] {
  const groups = new Map<string, SceneFile[]>();
  for (const file of files) {
    if (isCompanion(file.name)) continue;
    const key = keyOf(file.name);
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  const scenes = [...groups.values()];
  if (scenes.length === 0) return files.length > 0 ? [[...files]] : [];
  for (const companion of files.filter(({ name }) => isCompanion(name))) {
    const shared = scenes.map((scene) => Math.max(...scene.map(({ name }) => sharedTokens(name, companion.name))));
    const most = Math.max(...shared);
    const isClear = scenes.length === 1 || (most > 0 && shared.filter((count) => count === most).length === 1);
    if (isClear) scenes[shared.indexOf(most)]!.push(companion);
  }
  return scenes;
}

/** Files that say something about a scene and hold none of its bands. */
const isCompanion = (name: string): boolean =>
  /(?:\.(?:txt|xml|json|tfw|jgw|pgw|j2w|wld|prj|met|imd)|[_-]udm2?(?:_clip)?\.tiff?)$/i.test(name);

/** The name without folder and ending, lower case. */
const baseOf = (name: string): string =>
  name
    .split(/[/\\]/)
    .at(-1)!
    .toLowerCase()
    .replace(/\.(?:tiff?|jp2|j2k|jpe?g|png|webp|zip|txt|xml|json|tfw|jgw|pgw|j2w|wld|prj|met|imd)$/, '');

const tokensOf = (name: string): string[] => baseOf(name).split(/[_\-. ]+/);

/** With how many tokens two names begin alike. */
function sharedTokens(a: string, b: string): number {
  const [of, other] = [tokensOf(a), tokensOf(b)];
  const differs = of.findIndex((token, i) => token !== other[i]);
  return differs < 0 ? of.length : differs;
}

/**
 * What the files of one scene have in common: the name without what tells the band, a token such as `B04`, `SR_B5`, `nir`,
 * `QA_PIXEL`, and the pixel size that Sentinel-2 appends. A name without a band keeps all of it, so two scenes of one series
 * stay apart.
 */
function keyOf(name: string): string {
  // ZIP archives are scenes of their own, whatever they are called.
  if (/\.zip$/i.test(name)) return `${baseOf(name)}.zip`;
  const capture = CAPTURE.exec(baseOf(name));
  if (capture && /\.tiff?$/i.test(name)) return `${capture[1] ?? capture[2]}|bands`;
  const tokens = tokensOf(name.replace(/_VCID_[12]/i, ''));
  const at = tokens.findLastIndex(
    // A single letter names a band only at the end: `…-WV03-R.tif`.
    (token, i) => BAND_TOKEN.test(token) || (i === tokens.length - 1 && i > 0 && /^[rgbn]$/.test(token)),
  );
  if (at < 0) return baseOf(name);
  const rest = tokens.filter((token, i) => i !== at && !ALONG.test(token));
  return `${rest.join('_')}|bands`;
}

/** One shot of a camera of several lenses, whose last digit is the lens: MicaSense's `IMG_0123_4`, P4M's `DJI_0014`. */
const CAPTURE = /^(?:(img_\d{4})_\d{1,2}|(dji_\d{3})[1-5])$/;

/** Bands, and what products bring beside them: quality, angles, parts of the surface temperature. */
const BAND_TOKEN =
  /^(?:b(?:and)?0?\d{1,2}a?|coastal|aerosol|blue|green|red|rededge\d*|re\d?|gre|reg|nir\d*|nir0?8|swir\d*|pan|lwir|tir\d?|scl|qa|pixel|aot|wvp|tci|cloud|mask|fmask|bqa|cirrus|opacity|[sv][az]a|atran|cdist|[dtu]rad|emis|emsd)$/;
/** Tokens that come and go beside the band within one acquisition. */
const ALONG = /^(?:sr|toa|st|qa|pixel|radsat|aerosol|atmos|cloud|10m|20m|60m|30m|15m|rt|bqa|scl)$/;
