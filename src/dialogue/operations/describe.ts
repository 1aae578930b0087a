import { LAND_COVERS } from '../../domain/land-cover.ts';
import type { Action, Block } from '../../domain/message.ts';
import { sensorName } from '../../domain/picture.ts';
import type { SceneInfo } from '../../domain/scene.ts';
import type { SceneEntry } from '../state.ts';
import { extract } from './extract.ts';
import { placesOf } from './scenes.ts';
import { type Execute, type Outcome, plain, type Turn, voiced } from './turn.ts';
import { bandsSentence } from './words.ts';

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
  if (plan.about === 'picture') {
    const blocks: Block[] = [];
    for (const { info, name } of scenes) {
      const picture = await turn.analyst.draw({ kind: 'scene', scene: info, words: texts.map }, turn.run);
      blocks.push({ kind: 'picture', artefact: picture, alt: texts.sceneAlt(name) });
    }
    return { state, blocks, actions: sceneActions(turn), unchanged: true };
  }
  if (plan.targets.length === 0) {
    return { state, blocks: scenes.flatMap((s) => sceneBlocks(s, turn)), actions: sceneActions(turn), unchanged: true };
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

/** The first words on a scene that was just dropped. */
export function presentScene(scene: SceneEntry, turn: Turn): Outcome['blocks'] {
  return [...sceneBlocks(scene, turn), plain(turn.texts.sceneReady)];
}

export function sceneActions({ texts }: Turn): Action[] {
  return [
    ...LAND_COVERS.map(
      (t, i): Action => ({
        label: texts.buttonShow(texts.target(t)),
        plans: [{ operation: 'extract', targets: [t] }],
        ...(i === 0 ? { style: 'primary' } : {}),
      }),
    ),
    { label: texts.buttonContents, plans: [{ operation: 'describe', targets: LAND_COVERS }] },
    { label: texts.buttonHelp, plans: [{ operation: 'help', targets: [] }] },
  ];
}

function sceneBlocks({ info, name }: SceneEntry, turn: Turn): Block[] {
  const { texts, format } = turn;
  const { grid, pixelSizeM: pixel, boundsLonLat: bounds } = info;
  const bands = info.bands.map((b) => (b.name ? (b.label === b.name ? b.name : `${b.name} (${b.label})`) : b.label));
  const known = info.bands.flatMap((b) => (b.name ? [b.name] : []));
  const sensor = info.sensor && sensorName(info.sensor, texts.map);
  return [
    {
      kind: 'headline',
      title: texts.sceneTitle(name),
      numbers: [
        { label: texts.size, value: texts.sizePixels(format.number(grid.width, 0), format.number(grid.height, 0)) },
        { label: texts.pixelSize, value: pixelText(info, turn) },
        { label: texts.bands, value: known.length === info.bands.length ? known.join(', ') : bands.join(', ') },
        ...(info.cloud
          ? [{ label: texts.cloud, value: `${info.cloud.rough ? '≈ ' : ''}${format.percent(info.cloud.fraction)}` }]
          : []),
      ],
    },
    { kind: 'text', voice: 'measured', text: bandsSentence(info, turn) },
    ...voiced('limits', [...(pixel === null ? [texts.limitNoPixelSize] : []), ...info.notes], texts),
    {
      kind: 'details',
      title: texts.sceneTitle(name),
      lines: [
        texts.colon(texts.bands, bands.join(', ')),
        texts.colon(texts.sensor, sensor ?? texts.unknown),
        texts.colon(texts.acquired, info.acquiredAt ? format.date(info.acquiredAt) : texts.unknown),
        texts.colon(texts.crs, grid.crs?.name ?? texts.noCrs),
        ...(pixel
          ? [
              texts.colon(
                texts.extent,
                `${format.length(grid.width * pixel.x)} × ${format.length(grid.height * pixel.y)}`,
              ),
            ]
          : []),
        ...(bounds
          ? [texts.colon(texts.center, format.place([(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2]))]
          : []),
        texts.colon(texts.valid, format.percent(info.validFraction)),
      ],
    },
  ];
}

function pixelText({ pixelSizeM: pixel }: SceneInfo, { texts, format }: Turn): string {
  if (!pixel) return texts.unknown;
  const isSquare = Math.abs(pixel.x - pixel.y) < 0.005 * pixel.x;
  const size = isSquare ? format.length(pixel.x) : `${format.length(pixel.x)} × ${format.length(pixel.y)}`;
  return pixel.stated ? texts.metresStated(size) : size;
}

const cloudText = ({ cloud }: SceneInfo, { texts, format }: Turn): string =>
  cloud ? texts.cloudSentence(format.percent(cloud.fraction), cloud.source, cloud.rough) : texts.cloudUnknown;
