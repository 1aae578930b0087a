import { join } from 'node:path';
import { z } from 'zod';
import { deformableConvolution } from '../deformable-convolution.ts';
import { Safetensors } from '../safetensors.ts';
import { WeightSource } from '../weight-source.ts';
import type { Difference } from './difference.ts';
import { channelsFirst, channelsLast, graphRun, sampleOf } from './graph-run.ts';

const partSchema = z.object({ files: z.array(z.string()), input: z.string(), parameters: z.string() });
const metadata = z.object({
  channels: z.coerce.number().int().positive(),
  group: z.coerce.number().int().positive(),
  offset_scale: z.coerce.number(),
});

/** Single deformable layers, channels last, any batch. */
export async function deformablePart(folder: string, part: unknown, difference: Difference): Promise<void> {
  const { files, input, parameters } = partSchema.parse(part);
  for (const file of files) {
    const tensors = await Safetensors.open(join(folder, file));
    try {
      const { channels: width, group: groups, offset_scale: scale } = metadata.parse(tensors.metadata);
      const source = new WeightSource(tensors, parameters.replace('*', ''));
      const golden = async (name: string) => ({
        dims: tensors.entries.get(name)!.shape,
        values: await tensors.read(name),
      });
      const batch = await golden(input);
      const [samples, height, columns] = batch.dims as [number, number, number, number];
      for (let n = 0; n < samples; n++) {
        const { values } = sampleOf(batch, n);
        const inputs = {
          rows: { dims: [height * columns, width], values },
          x: { dims: [1, width, height, columns], values: channelsFirst(values, width) },
        };
        const out = await graphRun(source, inputs, (layers, { rows, x }) => ({
          ...deformableConvolution(layers, rows!, x!, { width, groups, scale }),
        }));
        difference.add('core', sampleOf(await golden('core'), n).values, channelsLast(out.core!.values, width));
        difference.add('output', sampleOf(await golden('output'), n).values, out.output!.values);
      }
    } finally {
      await tensors.close();
    }
  }
}
