import type { Raster } from '../../domain/raster.ts';
import type { SceneInfo } from '../../domain/scene.ts';
import { bandCode } from '../bands/band-words.ts';
import type { Scene } from '../sampling/scene-reader.ts';

type Quality = {
  readonly source: string;
  readonly isCloud: (value: number) => boolean;
  readonly isFill: (value: number) => boolean;
};

const bit = (value: number, n: number): boolean => (value & (1 << n)) !== 0;

/** Quality bands by code: which numbers mean cloud. Adding a product is adding a row. */
const QUALITY: Readonly<Record<string, Quality>> = {
  // Sentinel-2 level 2A scene classification: 8, 9 clouds, 10 thin cirrus, 0 no data.
  SCL: { source: 'the scene classification (SCL)', isCloud: (v) => v >= 8 && v <= 10, isFill: (v) => v === 0 },
  // Landsat Collection 2: bit 0 fill, 2 cirrus, 3 cloud.
  QA_PIXEL: { source: 'the quality band (QA_PIXEL)', isCloud: (v) => bit(v, 3) || bit(v, 2), isFill: (v) => bit(v, 0) },
  // Landsat Collection 1: bit 0 fill, 4 cloud.
  BQA: { source: 'the quality band (BQA)', isCloud: (v) => bit(v, 4), isFill: (v) => bit(v, 0) },
  // Sentinel-2 level 1C as Earth Engine exports it: bits 10 clouds, 11 cirrus.
  QA60: { source: 'the quality band (QA60)', isCloud: (v) => bit(v, 10) || bit(v, 11), isFill: () => false },
  // HLS 2.0: bit 1 cloud; 255 fill.
  FMASK: { source: 'the quality band (Fmask)', isCloud: (v) => bit(v, 1), isFill: (v) => v === 255 },
};

/** Side of the picture of the scene that is judged, in pixels. */
const SIDE = 384;

/**
 * Share of cloud among valid pixels: from a quality band where there is one, otherwise by a rough test on reflectance; null
 * where neither is possible (grey values, fine pixels: roofs would be clouds).
 */
export async function cloudShare(scene: Pick<Scene, 'info' | 'read' | 'readNearest'>): Promise<SceneInfo['cloud']> {
  const { info } = scene;
  const whole = { col: 0, row: 0, width: info.grid.width, height: info.grid.height };
  const factor = Math.min(1, SIDE / Math.max(whole.width, whole.height));
  const size = {
    width: Math.max(1, Math.round(whole.width * factor)),
    height: Math.max(1, Math.round(whole.height * factor)),
  };
  for (const [position, band] of info.bands.entries()) {
    const quality = band.name === null ? QUALITY[bandCode(band.label) ?? ''] : undefined;
    if (!quality) continue;
    const [values] = await scene.readNearest([position], whole, size);
    return ofQuality(values!.values, quality);
  }
  const present = (['blue', 'green', 'red'] as const).every((name) => info.bands.some((band) => band.name === name));
  const fine = info.pixelSizeM !== null && Math.max(info.pixelSizeM.x, info.pixelSizeM.y) < 5;
  if (info.values !== 'reflectance' || !present || fine) return null;
  const swir = info.bands.some((band) => band.name === 'swir16');
  const bands = await scene.read(swir ? ['blue', 'green', 'red', 'swir16'] : ['blue', 'green', 'red'], whole, size);
  return roughly(bands);
}

function ofQuality(values: Float32Array, { source, isCloud, isFill }: Quality): SceneInfo['cloud'] {
  let cloud = 0;
  let valid = 0;
  for (const value of values) {
    if (Number.isNaN(value) || isFill(value)) continue;
    valid++;
    if (isCloud(value)) cloud++;
  }
  return valid > 0 ? { fraction: cloud / valid, source, rough: false } : null;
}

/**
 * Bright, white and hazier than any ground: whiteness and the haze-optimised transform of Zhu & Woodcock 2012
 * (doi:10.1016/j.rse.2011.10.028), with a floor for brightness; snow is told by its darkness in short-wave infrared.
 */
function roughly([blue, green, red, swir]: readonly Raster[]): SceneInfo['cloud'] {
  let cloud = 0;
  let valid = 0;
  for (let i = 0; i < blue!.values.length; i++) {
    const [b, g, r] = [blue!.values[i]!, green!.values[i]!, red!.values[i]!];
    const mean = (b + g + r) / 3;
    if (Number.isNaN(mean)) continue;
    valid++;
    const whiteness = (Math.abs(b - mean) + Math.abs(g - mean) + Math.abs(r - mean)) / mean;
    const haze = b - 0.5 * r - 0.08;
    const s = swir?.values[i] ?? Number.NaN;
    const snow = s < 0.11 || (g - s) / (g + s) > 0.6;
    // Bright sand is as white, but redder than any cloud.
    if (mean > 0.18 && whiteness < 0.5 && haze > 0 && r < 1.15 * b && !snow) cloud++;
  }
  const source = `a rough test of brightness and whiteness${swir ? '' : ', which takes snow for cloud here'}`;
  return valid > 0 ? { fraction: cloud / valid, source, rough: true } : null;
}
