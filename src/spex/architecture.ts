import { z } from 'zod';
import { BAND_NAMES } from '../domain/band.ts';

const size = z.int().positive();

/** Trunks with ImageNet weights, by the names of their packages; every other vision encoder is an InternImage. */
export const EFFICIENT_NETS = ['efficientnet-lite0', 'efficientnet-lite1', 'efficientnet-lite2'] as const;

const spectral = z.object({ bands: z.array(z.enum(BAND_NAMES)).min(1), ratios: z.boolean() });

/** What follows the trunk is the same for all of them. */
const afterTrunk = {
  aggregator: z.object({ width: size, normGroups: size }),
  neck: size,
  fine: z.object({ width: size, half: size, channels: size }).optional(),
  /** Of the waves that tell the language model where an image token stands. */
  positionFrequencies: size.optional(),
};

const efficientNetVision = z.object({
  trunk: z.enum(EFFICIENT_NETS),
  /** Factor of the trunk's channels; only with 1, as without it, ImageNet weights fit. */
  trunkWidth: z.number().positive().optional(),
  ...afterTrunk,
  /** Its picture is made of three of these bands. */
  spectral: spectral.refine(({ bands }) => (['red', 'green', 'blue'] as const).every((name) => bands.includes(name)), {
    error: 'a pretrained trunk needs red, green and blue',
  }),
});

export const internImageVision = z.object({
  trunk: z.undefined().optional(),
  /** Of the first level; each further level has twice as many. */
  channels: size.multipleOf(2),
  depths: z.tuple([z.int().nonnegative(), z.int().nonnegative(), z.int().nonnegative(), z.int().nonnegative()]),
  groups: z.tuple([size, size, size, size]),
  mlpRatio: z.number().positive(),
  offsetScale: z.number().positive(),
  ...afterTrunk,
  spectral: spectral.optional(),
});

/**
 * The sizes of a SPEX model. The published model, the compact one and the tiny ones of the parity kits differ in these
 * numbers only. `trunk`, `spectral`, `fine`, `positionFrequencies`, `fineChannels` and `iouHead` are options the published model does not use (models/README.md).
 */
export const architecture = z
  .object({
    vision: z.discriminatedUnion('trunk', [internImageVision, efficientNetVision]),
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
      /** Width inside SAM's head that foretells a mask's IoU; without it the pack does not foretell. */
      iouHead: size.optional(),
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
  .superRefine(({ vision, condensation, sam, language }, context) => {
    const refuse = (message: string): void => context.addIssue({ code: 'custom', message });
    const multiple = (what: string, value: number, of: string, divisor: number): void => {
      if (value % divisor !== 0) refuse(`${what} (${value}) are no multiple of ${of} (${divisor})`);
    };
    if (!vision.trunk) {
      for (const [level, groups] of vision.groups.entries()) {
        multiple(`the channels of level ${level}`, vision.channels * 2 ** level, 'its groups', groups);
      }
    }
    multiple("the aggregator's channels", vision.aggregator.width, 'its norm groups', vision.aggregator.normGroups);
    multiple('the attention heads', language.heads, 'the key-value heads', language.kvHeads);
    multiple("the mask decoder's channels", sam.width, 'heads × down-sampling', sam.heads * sam.downsample);
    multiple("the mask decoder's channels", sam.width, 'what upscaling divides by', 8);
    const same = (what: string, a: number | undefined, b: number | undefined): void => {
      if (a !== b) refuse(`${what}: ${a ?? 'none'} and ${b ?? 'none'}`);
    };
    same('the channels of neck and mask decoder differ', vision.neck, sam.width);
    same('the channels of condensation and mask decoder differ', condensation.widths[2], sam.width);
    same('the channels of fine features and mask decoder differ', vision.fine?.channels, sam.fineChannels);
  })
  .readonly();

export type Architecture = z.infer<typeof architecture>;
export type VisionSizes = Architecture['vision'];
export type InternImageSizes = z.infer<typeof internImageVision>;
export type EfficientNetSizes = z.infer<typeof efficientNetVision>;
export type LanguageSizes = Architecture['language'];
export type SamSizes = Architecture['sam'];
