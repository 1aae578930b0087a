import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import type { Architecture } from './architecture.ts';
import { type Contract, OnnxModel, type SessionOptions } from './onnx-model.ts';
import type { MaskLogits } from './resize-logits.ts';
import type { VisionFeatures } from './vision-encoder.ts';

/** What the decoder makes of an answer. */
export interface DecodedMask {
  /** At the decoder's own size: four times the mask features, or the chip's with fine features. */
  readonly maskLogits: MaskLogits;
  /** The IoU that the mask at the probability 0.5 will have, 0–1; null where the pack does not foretell it. */
  readonly foretoldIou: number | null;
}

/** Token context condensation and mask decoder of a pack. */
export class MaskDecoder {
  readonly #model: OnnxModel;
  readonly #width: number;

  /** @param width  of a hidden state */
  constructor(model: OnnxModel, width: number) {
    this.#model = model;
    this.#width = width;
  }

  static async load(folder: string, sizes: Architecture, options: SessionOptions): Promise<MaskDecoder> {
    const model = await OnnxModel.load(join(folder, 'mask.onnx'), maskContract(sizes), options);
    return new MaskDecoder(model, sizes.language.width);
  }

  /** @param hidden  [n, width], n ≥ 1 */
  async decode(hidden: Float32Array, features: Omit<VisionFeatures, 'imageTokens'>): Promise<DecodedMask> {
    const { mask_logits, foretold_iou } = await this.#model.run({
      hidden: new ort.Tensor('float32', hidden, [1, hidden.length / this.#width, this.#width]),
      mask_features: features.maskFeatures,
      ...(features.fineFeatures ? { fine_features: features.fineFeatures } : {}),
    });
    const [, , height, width] = mask_logits!.dims as [number, number, number, number];
    return {
      maskLogits: { width, height, values: mask_logits!.data as Float32Array },
      foretoldIou: foretold_iou ? (foretold_iou.data as Float32Array)[0]! : null,
    };
  }

  release(): Promise<void> {
    return this.#model.release();
  }
}

export function maskContract({ vision, language, sam }: Architecture): Contract {
  const fine = vision.fine && sam.fineChannels ? vision.fine.channels : null;
  return {
    inputs: {
      hidden: ['float32', 1, 'n', language.width],
      mask_features: ['float32', 1, sam.width, 'h', 'w'],
      ...(fine ? { fine_features: ['float32', 1, fine, 'height', 'width'] as const } : {}),
    },
    outputs: {
      mask_logits: ['float32', 1, 1, 'mask_height', 'mask_width'],
      ...(sam.iouHead ? { foretold_iou: ['float32', 1] as const } : {}),
    },
  };
}
