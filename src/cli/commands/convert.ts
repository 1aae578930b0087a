import { type Command, Option } from 'commander';
import { VISION_FORMATS, type VisionFormat, WEIGHT_FORMATS, type WeightFormat } from '../../convert/weight-format.ts';
import { table } from '../table.ts';

interface ConvertArguments {
  readonly checkpoint: string;
  readonly out: string;
  readonly weights: WeightFormat;
  readonly vision: VisionFormat;
  readonly json?: boolean;
}

/** Adds `spex-chat convert`. */
export function register(program: Command): void {
  program
    .command('convert')
    .description('make a model pack from a SPEX checkpoint (config.json, safetensors, tokenizer)')
    .requiredOption('--checkpoint <dir>', 'folder of the checkpoint')
    .requiredOption('--out <dir>', 'folder of the pack')
    .addOption(
      new Option('--weights <format>', 'numbers of the language model').choices([...WEIGHT_FORMATS]).default('int4'),
    )
    .addOption(
      new Option('--vision <format>', 'int8: a faster, less exact vision encoder')
        .choices([...VISION_FORMATS])
        .default('float'),
    )
    .option('--json', 'print one JSON document')
    .action(async ({ checkpoint, out, weights, vision, json }: ConvertArguments) => {
      const { convertCheckpoint } = await import('../../convert/convert.ts');
      const onProgress = (line: string): void => {
        process.stderr.write(`${line}\n`);
      };
      const report = await convertCheckpoint({ checkpoint, out, weights, vision, onProgress });
      if (json) {
        process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
        return;
      }
      const { pack, quantisation, unknownTensors, bytes } = report;
      if (quantisation.length > 0) {
        const worst = quantisation.toSorted((a, b) => b.relativeError - a.relativeError).slice(0, SHOWN);
        const cells = worst.map(({ tensor, relativeError }) => [tensor, relativeError.toFixed(4)]);
        process.stdout.write(`${table(['most changed by quantisation', 'relative error'], cells)}\n`);
      }
      if (unknownTensors.length > 0) {
        process.stdout.write(`Unused tensors of unknown meaning: ${unknownTensors.join(', ')}\n`);
      }
      const files = Object.keys(pack.files).length;
      process.stdout.write(
        `${pack.name} ${pack.version}: ${files} files, ${(bytes / 1e6).toFixed(1)} MB, ${weights}.\n`,
      );
    });
}

const SHOWN = 5;
