import { z } from 'zod';
import { UserFacingError } from '../errors.ts';
import { type Architecture, architecture, EFFICIENT_NETS } from '../spex/architecture.ts';

const size = z.int().positive();

/** The fields of a checkpoint's `config.json` that we read: Hugging Face's names for Qwen2, then ours. */
const checkpointConfig = z.object({
  hidden_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  num_key_value_heads: size.optional(),
  head_dim: size.optional(),
  intermediate_size: size,
  vocab_size: size,
  max_position_embeddings: size.default(32_768),
  tokenizer_model_max_length: size.default(8192),
  rope_theta: z.number().positive().optional(),
  rope_scaling: z.null().optional(),
  /** Where transformers 5 puts what the two fields above say. */
  rope_parameters: z.object({ rope_type: z.literal('default'), rope_theta: z.number().positive() }).optional(),
  rms_norm_eps: z.number().positive().default(1e-6),
  tie_word_embeddings: z.boolean().default(false),
  use_sliding_window: z.literal(false).optional(),
  hidden_act: z.literal('silu').optional(),
  mm_projector_type: z.literal('mlp2x_gelu').optional(),
});

/** Of the published Qwen2.5 models. */
const QWEN2_ROPE_THETA = 1e6;

const levels = z.tuple([z.int().nonnegative(), z.int().nonnegative(), z.int().nonnegative(), z.int().nonnegative()]);

/** The sizes that the published code hard-codes, under `spex` (or `spex_tiny`); the defaults are the published ones. */
const spexSizes = z
  .object({
    vision: z
      .object({
        /** `internimage`, or one of `EFFICIENT_NETS`, whose sizes its name says. */
        trunk: z.enum(['internimage', ...EFFICIENT_NETS]).default('internimage'),
        trunk_width: z.number().positive().optional(),
        channels: size.default(160),
        depths: levels.default([5, 5, 22, 5]),
        groups: levels.default([10, 20, 40, 80]),
        mlp_ratio: z.number().positive().default(4),
        offset_scale: z.number().positive().default(2),
        aggregator_out: size.default(1024),
        aggregator_groupnorm_groups: size.default(16),
        neck_out: size.default(256),
        spectral: z.object({ bands: z.array(z.string()), ratios: z.boolean() }).optional(),
        fine: z.object({ width: size, half: size, channels: size }).optional(),
        position_frequencies: size.optional(),
      })
      .prefault({}),
    lan_neck: z
      .object({ num_seq: size.default(4), widths: z.tuple([size, size, size]).default([2048, 512, 256]) })
      .prefault({}),
    sam: z
      .object({
        hidden_size: size.default(256),
        num_attention_heads: size.default(8),
        mlp_dim: size.default(2048),
        num_hidden_layers: size.default(2),
        attention_downsample_rate: size.default(2),
        num_multimask_outputs: size.default(3),
        fine_channels: size.optional(),
        iou_head_hidden_dim: size.default(256),
        foretells_iou: z.boolean().default(false),
      })
      .prefault({}),
  })
  .prefault({});

/**
 * The architecture that a checkpoint's `config.json` describes. Without a `spex` key the published sizes hold.
 *
 * @throws {UserFacingError} `checkpoint-invalid`, naming the fields that do not fit
 */
export function architectureOf(config: Readonly<Record<string, unknown>>): Architecture {
  const language = parse(checkpointConfig, config, 'config.json');
  const { vision, lan_neck, sam } = parse(
    spexSizes,
    config.spex ?? config.spex_tiny ?? {},
    'config.json, under "spex"',
  );
  const heads = language.num_attention_heads;
  return parse(
    architecture,
    {
      vision: {
        ...(vision.trunk === 'internimage'
          ? {
              channels: vision.channels,
              depths: vision.depths,
              groups: vision.groups,
              mlpRatio: vision.mlp_ratio,
              offsetScale: vision.offset_scale,
            }
          : { trunk: vision.trunk, trunkWidth: vision.trunk_width }),
        aggregator: { width: vision.aggregator_out, normGroups: vision.aggregator_groupnorm_groups },
        neck: vision.neck_out,
        spectral: vision.spectral,
        fine: vision.fine,
        positionFrequencies: vision.position_frequencies,
      },
      condensation: { tokens: lan_neck.num_seq, widths: lan_neck.widths },
      sam: {
        width: sam.hidden_size,
        heads: sam.num_attention_heads,
        mlp: sam.mlp_dim,
        layers: sam.num_hidden_layers,
        downsample: sam.attention_downsample_rate,
        masks: sam.num_multimask_outputs + 1,
        fineChannels: sam.fine_channels,
        ...(sam.foretells_iou ? { iouHead: sam.iou_head_hidden_dim } : {}),
      },
      language: {
        width: language.hidden_size,
        layers: language.num_hidden_layers,
        heads,
        kvHeads: language.num_key_value_heads ?? heads,
        headSize: language.head_dim ?? language.hidden_size / heads,
        mlp: language.intermediate_size,
        vocabulary: language.vocab_size,
        ropeTheta: language.rope_theta ?? language.rope_parameters?.rope_theta ?? QWEN2_ROPE_THETA,
        normEpsilon: language.rms_norm_eps,
        context: Math.min(language.max_position_embeddings, language.tokenizer_model_max_length),
        tied: language.tie_word_embeddings,
      },
    },
    'config.json',
  );
}

function parse<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`);
  throw new UserFacingError(
    'checkpoint-invalid',
    `I can't use the ${where} of this checkpoint: ${problems.join('; ')}.`,
  );
}
