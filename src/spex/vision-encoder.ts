import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import type { Architecture } from './architecture.ts';
import { type Contract, OnnxModel, type SessionOptions } from './onnx-model.ts';
import type { Pack } from './pack.ts';

/** A window for the model. */
export interface Chip {
  /** Side in pixels, a multiple of 32. */
  readonly size: number;
  /** [B, size, size] in the pack's band order: reflectance or display values 0–1, 0 where band or pixel is missing. */
  readonly pixels: Float32Array;
  /** [B], 1 or 0. */
  readonly bandPresent: Float32Array;
}

/** What the vision encoder makes of a chip. */
export interface VisionFeatures {
  /** [tokens, language width] */
  readonly imageTokens: ort.Tensor;
  readonly maskFeatures: ort.Tensor;
  readonly fineFeatures: ort.Tensor | null;
}

/** The vision encoder of a pack. */
export class VisionEncoder {
  readonly #model: OnnxModel;
  readonly #input: Pack['input'];
  readonly #spectral: boolean;

  constructor(model: OnnxModel, input: Pack['input'], spectral: boolean) {
    this.#model = model;
    this.#input = input;
    this.#spectral = spectral;
  }

  static async load(folder: string, pack: Pack, options: SessionOptions): Promise<VisionEncoder> {
    const model = await OnnxModel.load(join(folder, 'vision.onnx'), visionContract(pack.architecture), options);
    return new VisionEncoder(model, pack.input, pack.architecture.vision.spectral !== undefined);
  }

  /** @throws {RangeError} when the chip does not fit the pack, or holds NaN or infinity */
  async encode(chip: Chip): Promise<VisionFeatures> {
    const { bands, chip: largest, mean, std } = this.#input;
    const { size, pixels, bandPresent } = chip;
    if (size % 32 !== 0 || size < 32 || size > largest) {
      throw new RangeError(`a chip of ${size} pixels; this pack takes multiples of 32 up to ${largest}`);
    }
    if (pixels.length !== bands.length * size * size || bandPresent.length !== bands.length) {
      throw new RangeError(
        `${pixels.length} values and ${bandPresent.length} flags for ${bands.length} bands of ${size}`,
      );
    }
    // Sampling at a position that is no number would read outside the map.
    if (!pixels.every(Number.isFinite)) throw new RangeError('a chip with pixels that are no numbers');
    // With the spectral front end mean and std stand in pack.json for people; the graph has its own.
    const values = mean && std && !this.#spectral ? normalised(pixels, size * size, mean, std) : pixels;
    return this.run(new ort.Tensor('float32', values, [1, bands.length, size, size]), bandPresent);
  }

  /** The graph itself: normalised pixels [1, B, H, W]. */
  async run(pixels: ort.Tensor, bandPresent: Float32Array): Promise<VisionFeatures> {
    const present = { band_present: new ort.Tensor('float32', bandPresent, [1, bandPresent.length]) };
    const out = await this.#model.run({ pixels, ...(this.#spectral ? present : {}) });
    return {
      imageTokens: out.image_tokens!,
      maskFeatures: out.mask_features!,
      fineFeatures: out.fine_features ?? null,
    };
  }

  release(): Promise<void> {
    return this.#model.release();
  }
}

export function visionContract({ vision, language }: Pick<Architecture, 'vision' | 'language'>): Contract {
  const bands = vision.spectral?.bands.length ?? 3;
  return {
    inputs: {
      pixels: ['float32', 1, bands, 'height', 'width'],
      ...(vision.spectral ? { band_present: ['float32', 1, bands] as const } : {}),
    },
    outputs: {
      image_tokens: ['float32', 1, 'tokens', language.width],
      mask_features: ['float32', 1, vision.neck, 'h', 'w'],
      ...(vision.fine ? { fine_features: ['float32', 1, vision.fine.channels, 'height', 'width'] as const } : {}),
    },
  };
}

/** (value − mean) / std for each band of `area` pixels. */
function normalised(pixels: Float32Array, area: number, mean: readonly number[], std: readonly number[]): Float32Array {
  const values = new Float32Array(pixels.length);
  for (const [band, centre] of mean.entries()) {
    const spread = std[band]!;
    for (let i = band * area; i < (band + 1) * area; i++) values[i] = (pixels[i]! - centre) / spread;
  }
  return values;
}
