import { type Command, InvalidArgumentError, Option } from 'commander';
import { BAND_NAMES, type BandName } from '../../domain/band.ts';
import { LAND_COVERS, type LandCover } from '../../domain/land-cover.ts';

export interface AttributesOptions {
  readonly target: LandCover;
  readonly question?: string;
  readonly bands?: readonly (BandName | null)[];
  readonly json?: boolean;
}

export interface BuildOptions {
  readonly images: string;
  readonly labels: string;
  readonly classes: ReadonlyMap<LandCover, readonly number[]>;
  readonly out: string;
  readonly wordings: number;
  readonly bands?: readonly (BandName | null)[];
}

/** Adds `spex-chat spie attributes` and `spex-chat spie build`. */
export function register(program: Command): void {
  const spie = program.command('spie').description('prompts and training records in the SPIE format');
  const bands = () =>
    new Option('--bands <names>', 'what the bands are, in file order: blue,green,red,nir; "-" = unknown').argParser(
      parseBands,
    );
  spie
    .command('attributes')
    .description('the SPIE prompt of a scene, with its region attributes')
    .argument('<scene...>', 'files of one scene; "demo" = the bundled one')
    .addOption(new Option('--target <target>', 'what to look for').choices(LAND_COVERS).makeOptionMandatory())
    .option('--question <text>', 'words of your own instead of the published question')
    .addOption(bands())
    .option('--json', 'print one JSON document: index, threshold, attributes, prompt')
    .action(async (scene: string[], options: AttributesOptions) => {
      const { printAttributes } = await import('../spie-files.ts');
      await printAttributes(scene, options);
    });
  spie
    .command('build')
    .description('instruction-following records from images and label images of the same names')
    .requiredOption('--images <folder>', 'scenes, one file each')
    .requiredOption('--labels <folder>', 'class numbers, one file for each image, same size and same name')
    .requiredOption(
      '--classes <assignments...>',
      'vegetation=2,3 water=1: which class numbers a target has',
      parseClass,
    )
    .requiredOption('--out <file>', 'JSON file of the records; the masks go into a folder beside it')
    .option('--wordings <number>', 'records beside the published question, each in other words', parseCount, 1)
    .addOption(bands())
    .action(async (options: BuildOptions) => {
      const { buildRecords } = await import('../spie-files.ts');
      await buildRecords(options);
    });
}

function parseClass(
  value: string,
  known: ReadonlyMap<LandCover, readonly number[]> = new Map(),
): ReadonlyMap<LandCover, readonly number[]> {
  const [word, numbers = ''] = value.split('=');
  const target = LAND_COVERS.find((name) => name === word);
  const classes = numbers.split(',').map(Number);
  if (!target || numbers === '' || !classes.every(Number.isInteger)) {
    throw new InvalidArgumentError(`Write it as vegetation=2,3. Targets are ${LAND_COVERS.join(', ')}.`);
  }
  return new Map([...known, [target, classes]]);
}

function parseBands(value: string): (BandName | null)[] {
  return value.split(',').map((word) => {
    const band = BAND_NAMES.find((name) => name === word.trim());
    if (!band && !['-', ''].includes(word.trim())) {
      throw new InvalidArgumentError(`Bands are ${BAND_NAMES.join(', ')}, or "-".`);
    }
    return band ?? null;
  });
}

function parseCount(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 0) throw new InvalidArgumentError('A whole number, 0 or more.');
  return count;
}
