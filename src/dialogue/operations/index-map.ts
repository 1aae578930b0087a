import type { IndexFinding } from '../../domain/finding.ts';
import type { Block } from '../../domain/message.ts';
import type { Plan } from '../../domain/plan.ts';
import { UserFacingError } from '../../errors.ts';
import { INDEX_NAMES, type IndexName, isIndexName } from '../../spectral/indices.ts';
import type { Texts } from '../language/texts.ts';
import { type DialogueState, MAX_KEPT, type SceneEntry } from '../state.ts';
import { placesOf } from './scenes.ts';
import { type Execute, type Turn, voiced } from './turn.ts';
import { areaText, indexSymbol } from './words.ts';

/** A map of a spectral index, with the part above or below a threshold where one is asked for. */
export const mapIndex: Execute = async (plan, before, turn) => {
  const { texts, format } = turn;
  const index = checkedIndex(plan.index ?? '', texts);
  const symbol = indexSymbol(index);
  const places = placesOf(plan, before, texts);
  let state = before;
  const blocks: Block[] = [];
  for (const place of places) {
    const scene = state.scenes[place - 1]!;
    const wanted = plan.threshold;
    const held = wanted && wanted.upTo === undefined && plan.unit ? heldMap(state, scene, index, wanted) : null;
    if (held) {
      // "How many acres is that?": the map has just been shown.
      blocks.push(...voiced('measured', [thresholdSentence(held, null, plan, state, turn)], texts));
      continue;
    }
    const found = await turn.analyst.index(
      {
        scene: scene.info,
        index,
        ...(wanted ? { threshold: { above: wanted.above, value: wanted.value } } : {}),
      },
      turn.run,
    );
    const beyond =
      wanted?.upTo === undefined
        ? null
        : await turn.analyst.index(
            { scene: scene.info, index, threshold: { above: true, value: wanted.upTo } },
            turn.run,
          );
    const picture = await turn.analyst.draw(
      {
        kind: 'index',
        scene: scene.info,
        index: { ...found, title: texts.indexName(index, found.title) },
        words: texts.map,
      },
      turn.run,
    );
    const { mean, min, max } = found.statistics;
    const three = (value: number) => format.number(value, 3);
    const { threshold } = found;
    blocks.push(
      {
        kind: 'headline',
        title: texts.indexTitle(symbol, scene.name),
        numbers: [
          ...(mean === null ? [] : [{ label: texts.indexMeanLabel, value: three(mean) }]),
          ...(min === null || max === null
            ? []
            : [{ label: texts.indexRangeLabel, value: `${three(min)} … ${three(max)}` }]),
          ...(threshold
            ? [
                {
                  label: texts.indexAboveLabel(threshold.above, three(threshold.value)),
                  value: format.percent(threshold.share),
                },
              ]
            : []),
        ],
      },
      { kind: 'picture', artefact: picture, alt: texts.indexAlt(symbol, scene.name) },
      ...voiced(
        'measured',
        [
          ...(mean === null
            ? [texts.indexNone(symbol, texts.whereScene)]
            : [texts.indexMean(symbol, texts.whereScene, three(mean))]),
          ...(threshold ? [thresholdSentence(found, beyond, plan, state, turn)] : []),
          texts.indexFormula(texts.indexName(index, found.title), found.formula, found.reference),
        ],
        texts,
      ),
      ...voiced(
        'limits',
        [
          ...(plan.word ? [texts.indexForWord(plan.word, symbol)] : []),
          ...(scene.info.values === 'display' && !scene.info.blind ? [texts.limitDisplay] : []),
          ...(scene.info.pixelSizeM === null && threshold ? [texts.limitNoPixelSize] : []),
        ],
        texts,
      ),
    );
    state = { ...state, indexFindings: [...state.indexFindings, found].slice(-MAX_KEPT) };
  }
  state = {
    ...state,
    currentScene: places.length === 1 ? places[0]! : state.currentScene,
    focus: { ...state.focus, index, region: null, shown: 'index' },
  };
  const targets = state.focus.targets;
  return {
    state,
    blocks,
    actions: [
      { label: texts.buttonExport('GeoTIFF'), plans: [{ operation: 'export', targets: [], index, format: 'geotiff' }] },
      { label: texts.buttonWhy, plans: [{ operation: 'explain', targets: [], index, aspect: 'how' }] },
      ...(targets.length > 0
        ? [
            {
              label: texts.buttonShow(format.list(targets.map((t) => texts.target(t)))),
              plans: [{ operation: 'extract', targets } as const],
            },
          ]
        : []),
    ],
  };
};

/** The part of an index map that its threshold marks; with `beyond`, the map of the upper end, the part between them. */
function thresholdSentence(
  { statistics, threshold }: IndexFinding,
  beyond: IndexFinding | null,
  { unit }: Plan,
  state: DialogueState,
  turn: Turn,
): string {
  const { texts, format } = turn;
  const { above, value, areaM2, share } = threshold!;
  const over = beyond?.threshold ?? null;
  const marked = areaM2 === null ? null : areaM2 - (over?.areaM2 ?? 0);
  const area = marked === null ? null : areaText({ areaM2: marked, pixels: 0 }, unit ?? state.unit, turn);
  const symbol = indexSymbol(statistics.index);
  const from = format.number(value, 3);
  return over
    ? texts.indexRange(symbol, from, format.number(over.value, 3), format.percent(share - over.share), area)
    : texts.indexThreshold(symbol, above, from, format.percent(share), area);
}

/** The map that has just been shown with this threshold, or null. */
function heldMap(
  state: DialogueState,
  scene: SceneEntry,
  index: string,
  { above, value }: NonNullable<Plan['threshold']>,
): IndexFinding | null {
  if (state.focus.shown !== 'index') return null;
  const last = state.indexFindings.findLast((f) => f.sceneId === scene.info.id);
  const same = last?.statistics.index === index && last.threshold?.above === above && last.threshold.value === value;
  return same ? last : null;
}

/** @throws {UserFacingError} for a name that is no index of ours */
export function checkedIndex(index: string, texts: Texts): IndexName {
  if (isIndexName(index)) return index;
  throw new UserFacingError('wrong-usage', texts.indexUnknown(index, INDEX_NAMES.map(indexSymbol).join(', ')));
}
