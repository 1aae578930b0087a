import type { SceneFile } from '../domain/scene.ts';

/**
 * Which of several dropped files are one scene: single-band files of one acquisition (names that differ only in the
 * band), with their metadata files. A multi-band file stands alone.
 *
 * @returns one list a scene, in the order of the first file of each; files of a scene keep their order
 */
export function groupFiles(files: readonly SceneFile[]): SceneFile[][] {
  const groups = new Map<string, SceneFile[]>();
  const companions: SceneFile[] = [];
  for (const file of files) {
    if (isCompanion(file.name)) companions.push(file);
    else {
      const stem = stemOf(file.name);
      groups.set(stem, [...(groups.get(stem) ?? []), file]);
    }
  }
  const scenes = [...groups.entries()];
  // A metadata file belongs to the scene whose name it starts with, or to the only one.
  for (const companion of companions) {
    const name = baseOf(companion.name);
    const owner =
      scenes.find(([stem]) => stem !== '' && name.startsWith(stem)) ?? (scenes.length === 1 ? scenes[0] : undefined);
    if (owner) owner[1].push(companion);
    else scenes.push([name, [companion]]);
  }
  return scenes.map(([, members]) => members);
}

/** Files that say something about a scene and hold none of its bands. */
const isCompanion = (name: string): boolean =>
  /(?:\.(?:txt|xml|json|tfw|aux\.xml|jgw|pgw|j2w)|[_-]mtl\.\w+)$/i.test(name);

/** The name without folder and ending, lower case. */
const baseOf = (name: string): string =>
  name
    .split(/[/\\]/)
    .at(-1)!
    .toLowerCase()
    .replace(/\.(?:tiff?|jp2|j2k|jpe?g|png|webp|zip|txt|xml|json)$/, '');

/**
 * The name without what tells the band: a token such as `B04`, `SR_B5`, `nir`, `QA_PIXEL`, a number at the end, and the
 * pixel size that Sentinel-2 appends. A name without a band keeps all of it, so two scenes of one series stay apart.
 */
function stemOf(name: string): string {
  const base = baseOf(name);
  // ZIP archives are scenes of their own, whatever they are called.
  if (/\.zip$/i.test(name)) return `${base}.zip`;
  const tokens = base.split(/[_\-. ]+/);
  const at = tokens.findLastIndex(
    // A single letter names a band only at the end: `…-WV03-R.tif`.
    (token, i) => BAND_TOKEN.test(token) || (i === tokens.length - 1 && i > 0 && /^[rgbn]$/.test(token)),
  );
  if (at < 0) return base;
  const rest = tokens.filter((token, i) => i !== at && !ALONG.test(token));
  return `${rest.join('_')}|bands`;
}

const BAND_TOKEN =
  /^(?:b(?:and)?0?\d{1,2}a?|coastal|aerosol|blue|green|red|rededge\d*|re\d|nir\d*|nir0?8|swir\d*|pan|lwir|tir\d?|scl|qa|pixel|aot|wvp|tci|cloud|mask|fmask|bqa|cirrus)$/;
/** Tokens that come and go beside the band within one acquisition. */
const ALONG = /^(?:sr|toa|st|qa|pixel|radsat|10m|20m|60m|30m|15m|rt|bqa|scl)$/;
