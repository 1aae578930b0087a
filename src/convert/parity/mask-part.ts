import { join } from 'node:path';
import { z } from 'zod';
import { resizeLogits } from '../../spex/resize-logits.ts';
import { maskGraph } from '../mask-graph.ts';
import { Safetensors } from '../safetensors.ts';
import { WeightSource } from '../weight-source.ts';
import type { Difference } from './difference.ts';
import { channelsFirst, type Floats, graphRun } from './graph-run.ts';

const partSchema = z.object({
  files: z.array(z.string()),
  parameters: z.string(),
  configuration: z.object({
    width: z.number(),
    heads: z.number(),
    layers: z.number(),
    mlp: z.number(),
    downsample: z.number(),
    pooled_tokens: z.number(),
  }),
});

/** Condensation and mask decoder. */
export async function maskPart(folder: string, part: unknown, difference: Difference): Promise<void> {
  const { files, parameters, configuration } = partSchema.parse(part);
  const weights = await Safetensors.open(join(folder, parameters));
  try {
    const rows = (name: string): number => weights.entries.get(name)!.shape[0]!;
    const widths = [0, 2, 4].map((i) => rows(`lan_neck.text_mlp.${i}.weight`)) as [number, number, number];
    const sizes = {
      language: { width: weights.entries.get('lan_neck.text_mlp.0.weight')!.shape[1]! },
      condensation: { tokens: configuration.pooled_tokens, widths },
      sam: { ...configuration, masks: rows('mask_decoder.mask_tokens.weight') },
    };
    for (const file of files) {
      const tensors = await Safetensors.open(join(folder, file));
      const golden = async (name: string): Promise<Floats> => ({
        dims: tensors.entries.get(name)!.shape,
        values: await tensors.read(name),
      });
      const hidden = await golden('hidden_states');
      const inputs = {
        features: await golden('sam_feature'),
        hidden: { dims: hidden.dims.slice(1), values: hidden.values },
      };
      const out = await graphRun(new WeightSource(weights), inputs, (layers, values) => {
        const { sparse, imagePe, maskLogits } = maskGraph(layers, sizes, values.hidden!, values.features!, null);
        return { sparse, image_pe: imagePe, lowres_logits: maskLogits };
      });
      difference.add('sparse', (await golden('sparse')).values, out.sparse!.values);
      const pe = channelsFirst(out.image_pe!.values, configuration.width);
      difference.add('image_pe', (await golden('image_pe')).values, pe);
      await compareMasks(difference, golden, out.lowres_logits!);
      await tensors.close();
    }
  } finally {
    await weights.close();
  }
}

/** Low-resolution logits [1, 1, h, w] and the two masks made from them, at the golden tensors' sizes. */
export async function compareMasks(
  difference: Difference,
  golden: (name: string) => Promise<Floats>,
  low: Floats,
): Promise<void> {
  difference.add('lowres_logits', (await golden('lowres_logits')).values, low.values);
  const [height, width] = low.dims.slice(-2) as [number, number];
  const logits = { width, height, values: low.values };
  const full = await golden('logits_full');
  const [rows, columns] = full.dims.slice(-2) as [number, number];
  difference.add('logits_full', full.values, resizeLogits(logits, columns, rows).values);
  // The published code thresholds first and then resizes the 0/1 mask.
  const mask = { width, height, values: low.values.map((logit) => (logit > 0 ? 1 : 0)) };
  difference.add('mask_published', (await golden('mask_published')).values, resizeLogits(mask, columns, rows).values);
}
