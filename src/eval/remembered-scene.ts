import type { Raster } from '../domain/raster.ts';
import type { Scene } from '../scene/sampling/scene-reader.ts';
import { FeatureCache } from '../spex/feature-cache.ts';

/** Most that is kept of one scene: the six land bands of 2,000 × 2,000 pixels, twice. */
const LIMIT_BYTES = 256 * 1024 * 1024;

/** A scene that keeps what was read from it: an evaluation asks the same windows some twenty times. */
export function rememberedScene(scene: Scene): Scene {
  const kept = new FeatureCache<Raster[]>(LIMIT_BYTES);
  return {
    ...scene,
    async read(bands, window, size = window) {
      const key = JSON.stringify([bands, window.col, window.row, window.width, window.height, size.width, size.height]);
      const known = kept.get(key);
      if (known) return known;
      const rasters = await scene.read(bands, window, size);
      kept.set(key, rasters, bands.length * size.width * size.height * Float32Array.BYTES_PER_ELEMENT);
      return rasters;
    },
  };
}
