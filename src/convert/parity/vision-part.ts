import { join } from 'node:path';
import { z } from 'zod';
import { internImageVision } from '../../spex/architecture.ts';
import { Safetensors } from '../safetensors.ts';
import { visionGraph } from '../vision-graph.ts';
import { WeightSource } from '../weight-source.ts';
import type { Difference } from './difference.ts';
import { channelsLast, type Floats, graphRun, sampleOf } from './graph-run.ts';

const partSchema = z.object({
  files: z.array(z.string()),
  parameters: z.string(),
  input: z.string(),
  configuration: z.object({
    channels: z.number(),
    depths: z.array(z.number()),
    groups: z.array(z.number()),
    mlp_ratio: z.number(),
    offset_scale: z.number(),
    neck: z.tuple([z.number(), z.number()]),
    aggregator_norm_groups: z.number(),
  }),
});

/** The vision encoder without projector. */
export async function visionPart(folder: string, part: unknown, difference: Difference): Promise<void> {
  const { files, parameters, input, configuration } = partSchema.parse(part);
  const sizes = internImageVision.parse({
    channels: configuration.channels,
    depths: configuration.depths,
    groups: configuration.groups,
    mlpRatio: configuration.mlp_ratio,
    offsetScale: configuration.offset_scale,
    aggregator: { width: configuration.neck[0], normGroups: configuration.aggregator_norm_groups },
    neck: configuration.neck[1],
  });
  const weights = await Safetensors.open(join(folder, parameters));
  try {
    for (const file of files) {
      const tensors = await Safetensors.open(join(folder, file));
      const golden = async (name: string): Promise<Floats> => ({
        dims: tensors.entries.get(name)!.shape,
        values: await tensors.read(name),
      });
      const pixels = await golden(input);
      for (let n = 0; n < pixels.dims[0]!; n++) {
        const source = new WeightSource(weights, 'vision_model.');
        const out = await graphRun(source, { pixels: sampleOf(pixels, n) }, (layers, values) => {
          const { levels, tokens, maskFeatures } = visionGraph(layers, sizes, values.pixels!, null);
          const [level0, level1, level2, level3] = levels;
          return { level0, level1, level2, level3, tokens, sam_feature: maskFeatures };
        });
        for (const [name, { dims, values }] of Object.entries(out)) {
          if (!tensors.entries.has(name)) continue;
          const ours = name.startsWith('level') ? channelsLast(values, dims[1]!) : values;
          difference.add(name, sampleOf(await golden(name), n).values, ours);
        }
      }
      await tensors.close();
    }
  } finally {
    await weights.close();
  }
}
