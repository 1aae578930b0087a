import type { BandName } from '../../domain/band.ts';
import { LAND_COVERS } from '../../domain/land-cover.ts';
import type { Action, Block } from '../../domain/message.ts';
import { sensorName } from '../../domain/picture.ts';
import type { SceneInfo } from '../../domain/scene.ts';
import type { SceneEntry } from '../state.ts';
import { extract } from './extract.ts';
import { mapOf } from './map-of.ts';
import { placesOf } from './scenes.ts';
import { type Execute, measured, plain, type Turn, voiced } from './turn.ts';
import { bandsSentence, readingOf } from './words.ts';

/** What a scene is (bands, size, place, cloud), and, where targets are asked for, what is in it: all of them measured. */
export const describe: Execute = async (plan, before, turn) => {
  const { texts, format } = turn;
  const places = placesOf(plan, before, texts);
  const scenes = places.map((place) => before.scenes[place - 1]!);
  const state = {
    ...before,
    currentScene: places.length === 1 ? places[0]! : before.currentScene,
    focus: { ...before.focus, shown: before.focus.shown === 'nothing' ? ('scene' as const) : before.focus.shown },
  };
  if (plan.about === 'cloud') {
    const blocks = scenes.map((s) => ({ kind: 'text', voice: 'measured', text: cloudText(s.info, turn) }) as const);
    return { state, blocks, unchanged: true };
  }
  if (plan.about === 'picture' || plan.about === 'false-colour') {
    const blocks: Block[] = [];
    for (const scene of scenes) blocks.push(...(await pictureBlocks(scene, turn, plan.about)));
    return { state, blocks, actions: sceneActions(scenes, turn), unchanged: true };
  }
  if (plan.targets.length === 0) {
    const blocks = scenes.flatMap((scene) => [
      headline(scene, turn),
      measured(bandsSentence(scene.info, turn)),
      ...limits(scene, turn, scene.info.notes),
      details(scene, turn),
    ]);
    return { state, blocks, actions: sceneActions(scenes, turn), unchanged: true };
  }
  const { word: _word, ...extraction } = plan;
  const found = await extract({ ...extraction, operation: 'extract' }, before, turn);
  if (plan.targets.length < LAND_COVERS.length) return found;
  const facts = found.facts ?? [];
  const summary = scenes.map((scene, i) => {
    const own = facts.slice(i * plan.targets.length, (i + 1) * plan.targets.length);
    const parts = own.map((f) =>
      texts.contentsPart(texts.target(f.target), f.count === 0 ? null : format.percent(f.share)),
    );
    return texts.contents(scene.name, format.list(parts));
  });
  summary.push(texts.overlapping);
  return { ...found, blocks: [...voiced('measured', summary, texts), ...found.blocks] };
};

/** The first look at a scene that was just dropped. Its bands are folded away unless they had to be guessed. */
export async function presentScene(scene: SceneEntry, turn: Turn): Promise<Block[]> {
  return [
    headline(scene, turn),
    ...(await pictureBlocks(scene, turn, 'picture')),
    ...limits(scene, turn, readingOf(scene.info, turn)),
    details(scene, turn),
    plain(turn.texts.sceneReady),
  ];
}

/** @param scenes  those spoken of */
export function sceneActions(scenes: readonly SceneEntry[], { texts }: Turn): Action[] {
  const [only] = scenes.length === 1 ? scenes : [];
  return [
    ...LAND_COVERS.map(
      (t, i): Action => ({
        label: texts.buttonShow(texts.target(t)),
        plans: [{ operation: 'extract', targets: [t] }],
        ...(i === 0 ? { style: 'primary' } : {}),
      }),
    ),
    { label: texts.buttonContents, plans: [{ operation: 'describe', targets: LAND_COVERS }] },
    ...(only && hasFalseColour(only.info)
      ? [
          {
            label: texts.buttonFalseColour,
            plans: [{ operation: 'describe', targets: [], about: 'false-colour' } as const],
          },
        ]
      : []),
    { label: texts.buttonHelp, plans: [{ operation: 'help', targets: [] }] },
  ];
}

/** The scene without anything on it. */
async function pictureBlocks(
  { info, name }: SceneEntry,
  turn: Turn,
  about: 'picture' | 'false-colour',
): Promise<Block[]> {
  const { analyst, run, texts } = turn;
  const composite = about === 'false-colour' && hasFalseColour(info) ? ('colour infrared' as const) : null;
  const artefact = await analyst.draw(
    { kind: 'scene', scene: info, words: texts.map, ...(composite && { composite }) },
    run,
  );
  // The map shows true colour.
  if (composite) return [{ kind: 'picture', artefact, alt: texts.sceneAlt(name) }, plain(texts.falseColour)];
  return [{ kind: 'picture', artefact, alt: texts.sceneAlt(name), ...(await mapOf(info, [], turn)) }];
}

/** Whether near infrared can be shown, and is not shown anyway. */
function hasFalseColour({ bands }: SceneInfo): boolean {
  const has = (...names: BandName[]): boolean => bands.some(({ name }) => name !== null && names.includes(name));
  return has('nir', 'nir08') && has('red') && has('green') && has('blue');
}

function headline({ info, name }: SceneEntry, turn: Turn): Block {
  const { texts, format } = turn;
  const { grid, pixelSizeM: pixel, boundsLonLat: bounds, acquiredAt, sensor, cloud } = info;
  return {
    kind: 'headline',
    title: texts.sceneTitle(name),
    numbers: [
      ...(acquiredAt ? [{ label: texts.acquired, value: format.date(acquiredAt.slice(0, 10)) }] : []),
      ...(sensor ? [{ label: texts.sensor, value: sensorName(sensor, texts.map) }] : []),
      { label: texts.pixelSize, value: pixelText(info, turn) },
      pixel
        ? { label: texts.extent, value: format.extent(grid.width * pixel.x, grid.height * pixel.y) }
        : { label: texts.size, value: sizeText(info, turn) },
      ...(cloud ? [{ label: texts.cloud, value: `${cloud.rough ? '≈ ' : ''}${format.percent(cloud.fraction)}` }] : []),
      ...(bounds ? [{ label: texts.center, value: format.place(centreOf(bounds)), link: mapLink(bounds) }] : []),
    ],
  };
}

const limits = ({ info }: SceneEntry, { texts }: Turn, reading: readonly string[]): Block[] =>
  voiced('limits', [...(info.pixelSizeM === null ? [texts.limitNoPixelSize] : []), ...reading], texts);

function details({ info }: SceneEntry, turn: Turn): Block {
  const { texts, format } = turn;
  const { bands, grid, acquiredAt, validFraction } = info;
  const labels = bands.map((b) => (b.name ? (b.label === b.name ? b.name : `${b.name} (${b.label})`) : b.label));
  return {
    kind: 'details',
    title: texts.sceneDetails,
    lines: [
      bandsSentence(info, turn),
      texts.colon(texts.bands, labels.join(', ')),
      texts.colon(texts.size, sizeText(info, turn)),
      ...(acquiredAt?.includes('T') ? [texts.colon(texts.acquired, format.date(acquiredAt))] : []),
      texts.colon(texts.crs, grid.crs?.name ?? texts.noCrs),
      texts.colon(texts.valid, format.percent(validFraction)),
    ],
  };
}

type Bounds = NonNullable<SceneInfo['boundsLonLat']>;

/** To about 100 m: where a scene lies, not where a thing in it does. */
const centreOf = ([west, south, east, north]: Bounds): [number, number] => [
  Number(((west + east) / 2).toFixed(3)),
  Number(((south + north) / 2).toFixed(3)),
];

/** Where a scene lies, on a map that anybody can open. */
export function mapLink(bounds: Bounds): string {
  const [lon, lat] = centreOf(bounds).map((degrees) => degrees.toFixed(4));
  // The world is 256 pixels wide at zoom 0; a map in a browser some 600.
  const zoom = Math.floor(Math.log2((600 * 360) / (256 * Math.max(bounds[2] - bounds[0], 1e-6))));
  return `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=${Math.min(Math.max(zoom, 1), 19)}/${lat}/${lon}`;
}

const sizeText = ({ grid }: SceneInfo, { texts, format }: Turn): string =>
  texts.sizePixels(format.number(grid.width, 0), format.number(grid.height, 0));

function pixelText({ pixelSizeM: pixel }: SceneInfo, { texts, format }: Turn): string {
  if (!pixel) return texts.unknown;
  const isSquare = Math.abs(pixel.x - pixel.y) < 0.005 * pixel.x;
  const size = isSquare ? format.length(pixel.x) : `${format.length(pixel.x)} × ${format.length(pixel.y)}`;
  return pixel.stated ? texts.metresStated(size) : size;
}

const cloudText = ({ cloud }: SceneInfo, { texts, format }: Turn): string =>
  cloud ? texts.cloudSentence(format.percent(cloud.fraction), cloud.source, cloud.rough) : texts.cloudUnknown;
