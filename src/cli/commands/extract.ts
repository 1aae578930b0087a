import { type Command, InvalidArgumentError } from 'commander';
import { BAND_NAMES, type BandName } from '../../domain/band.ts';
import { LAND_COVERS, type LandCover } from '../../domain/land-cover.ts';

export interface ExtractOptions {
  readonly target: readonly LandCover[];
  readonly out: string;
  readonly question?: string;
  readonly bands?: readonly (BandName | null)[];
  readonly pixelSize?: number;
  readonly model?: string;
  readonly json?: boolean;
}

/** Adds `spex-chat extract SCENE…`. */
export function register(program: Command): void {
  program
    .command('extract')
    .description('masks, probabilities, polygons and pictures of targets, as files')
    .argument('<scene...>', 'files of one scene (one multi-band file, or single bands together), or "demo"')
    .requiredOption('--target <targets>', 'vegetation, water, building, separated by commas', parseTargets)
    .requiredOption('--out <folder>', 'where the files go')
    .option('--question <text>', "words for the model instead of the pack's canonical question")
    .option('--bands <names>', 'what the bands are, in file order: blue,green,red,nir; "-" = unknown', parseBands)
    .option('--pixel-size <metres>', 'for a scene without a CRS', Number)
    .option('--model <pack>', 'folder of the model pack')
    .option('--json', 'print one JSON document')
    .action(async (scene: string[], options: ExtractOptions) => {
      const { extractFiles } = await import('../extract-files.ts');
      await extractFiles(scene, options);
    });
}

function parseTargets(value: string): LandCover[] {
  return value.split(',').map((word) => {
    const target = word.trim();
    if (!isOneOf(LAND_COVERS, target)) throw new InvalidArgumentError(`Targets are ${LAND_COVERS.join(', ')}.`);
    return target;
  });
}

function parseBands(value: string): (BandName | null)[] {
  return value.split(',').map((word) => {
    const band = word.trim();
    if (band === '-' || band === '') return null;
    if (!isOneOf(BAND_NAMES, band)) throw new InvalidArgumentError(`Bands are ${BAND_NAMES.join(', ')}, or "-".`);
    return band;
  });
}

const isOneOf = <T extends string>(members: readonly T[], word: string): word is T =>
  (members as readonly string[]).includes(word);
