import { z } from 'zod';
import { BAND_NAMES } from '../domain/band.ts';

const size = z.int().positive();

/**
 * The sizes of a SPEX model. The published model, the compact one and the tiny ones of the parity kits differ in these
 * numbers only. `spectral`, `fine` and `fineChannels` are options the published model does not use (models/README.md).
 */
export const architecture = z
  .object({
    vision: z.object({
      /** Of the first level; each further level has twice as many. */
      channels: size.multipleOf(2),
      depths: z.tuple([z.int().nonnegative(), z.int().nonnegative(), z.int().nonnegative(), z.int().nonnegative()]),
      groups: z.tuple([size, size, size, size]),
      mlpRatio: z.number().positive(),
      offsetScale: z.number().positive(),
      aggregator: z.object({ width: size, normGroups: size }),
      neck: size,
      spectral: z.object({ bands: z.array(z.enum(BAND_NAMES)).min(1), ratios: z.boolean() }).optional(),
      fine: z.object({ width: size, half: size, channels: size }).optional(),
    }),
    condensation: z.object({
      /** Prompt tokens that a whole answer is condensed to. */
      tokens: size,
      widths: z.tuple([size, size, size]),
    }),
    sam: z.object({
      width: size,
      heads: size,
      mlp: size,
      layers: size,
      downsample: size,
      /** Mask tokens: the multimask outputs and one more. */
      masks: size,
      fineChannels: size.optional(),
    }),
    language: z.object({
      width: size,
      layers: size,
      heads: size,
      kvHeads: size,
      headSize: size.multipleOf(2),
      mlp: size,
      vocabulary: size,
      ropeTheta: z.number().positive(),
      normEpsilon: z.number().positive(),
      /** Positions at most: image tokens, prompt and answer together. */
      context: size,
      tied: z.boolean(),
    }),
  })
  .readonly();

export type Architecture = z.infer<typeof architecture>;
export type VisionSizes = Architecture['vision'];
export type LanguageSizes = Architecture['language'];
export type SamSizes = Architecture['sam'];
