import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalAnalyst } from '../../analysis/local-analyst.ts';
import { loadConfig } from '../../config.ts';
import { formatFor } from '../../dialogue/language/format.ts';
import { TEXTS } from '../../dialogue/language/texts.ts';
import { legendOf } from '../../dialogue/operations/legend.ts';
import type { Run } from '../../domain/analyst.ts';
import { DEFAULT_STYLE } from '../../domain/picture.ts';
import { analysisOptions } from '../../main.ts';
import { against, type Benchmark, type BenchmarkRow, peakMemoryMb } from './benchmark.ts';
import { MOSAIC_PIXEL_BYTES, writeMosaic } from './mosaic.ts';

/** One chip first: the process remembers the most memory it ever had. The other is the largest that is accepted by default. */
const SIDES = [512, 20_000];

/** Memory and time of the first questions to a very large scene, beside those of one chip. The index map reads every pixel. */
export const largeScene: Benchmark = {
  name: 'large-scene',
  describe: 'a target and an index map of 20,000 × 20,000 pixels: seconds and most memory, beside one chip',
  async run({ model, threads, onProgress }) {
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    const config = loadConfig({ DATA_DIR: folder, MODEL_THREADS: String(threads) });
    const analyst = createLocalAnalyst(analysisOptions(config, model));
    const rows: BenchmarkRow[] = [];
    try {
      await analyst.prepare();
      rows.push({ what: 'memory with the model loaded', value: peakMemoryMb(), unit: 'MiB' });
      for (const side of SIDES) {
        const small = rows.filter(({ what }) => what.startsWith(`${SIDES[0]} `));
        const add = (what: string, value: number, unit: string): void => {
          const row = { what: `${side} × ${side}: ${what}`, value, unit };
          const baseline = small.find((other) => other.what.endsWith(`: ${what}`));
          rows.push(baseline ? against(baseline, row) : row);
          onProgress(`${row.what}: ${value.toPrecision(4)} ${unit}`);
        };
        await measure(analyst, side, folder, add);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    const [side] = SIDES.slice(-1) as [number];
    const whole = {
      what: `the pixels of ${side} × ${side} in memory, as stored`,
      value: (side * side * MOSAIC_PIXEL_BYTES) / 2 ** 20,
      unit: 'MiB',
    };
    return [
      ...rows,
      whole,
      against(whole, { ...rows.findLast(({ unit }) => unit === 'MiB')!, what: 'most memory of all' }),
    ];
  },
};

async function measure(
  analyst: ReturnType<typeof createLocalAnalyst>,
  side: number,
  folder: string,
  add: (what: string, value: number, unit: string) => void,
): Promise<void> {
  const run: Run = { signal: new AbortController().signal, onProgress: () => undefined, folder };
  const path = join(folder, `${side}.tif`);
  await writeMosaic(path, side);
  const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await work();
    add(what, (performance.now() - started) / 1000, 's');
    add(`most memory until then, ${what}`, peakMemoryMb(), 'MiB');
    return result;
  };
  const words = TEXTS.en.map;
  const scene = await timed('opening', () =>
    analyst.open({ files: [{ name: `${side}.tif`, path }], correction: {} }, run),
  );
  const finding = await timed('finding vegetation', () => analyst.extract({ scene, target: 'vegetation' }, run));
  const { chips, resolutionFactor } = finding.provenance;
  add('chips', chips, '');
  add('pixels of the scene to one of a chip, a side', resolutionFactor, '');
  const legend = [legendOf(finding, null, { texts: TEXTS.en, format: formatFor('en') })];
  await timed('overlay', () =>
    analyst.draw({ kind: 'overlay', scene, findings: [finding], legend, style: DEFAULT_STYLE, words }, run),
  );
  const index = await timed('NDVI', () => analyst.index({ scene, index: 'ndvi' }, run));
  await timed('map of NDVI', () => analyst.draw({ kind: 'index', scene, index, words }, run));
}
