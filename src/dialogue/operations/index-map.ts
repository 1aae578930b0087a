import type { Block } from '../../domain/message.ts';
import { UserFacingError } from '../../errors.ts';
import { INDEX_NAMES, type IndexName, isIndexName } from '../../spectral/indices.ts';
import type { Texts } from '../language/texts.ts';
import { MAX_KEPT } from '../state.ts';
import { placesOf } from './scenes.ts';
import { type Execute, voiced } from './turn.ts';
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
    const found = await turn.analyst.index(
      { scene: scene.info, index, ...(plan.threshold ? { threshold: plan.threshold } : {}) },
      turn.run,
    );
    const picture = await turn.analyst.draw({ kind: 'index', scene: scene.info, index: found }, turn.run);
    const { mean, min, max } = found.statistics;
    const three = (value: number) => format.number(value, 3);
    const { threshold } = found;
    const area =
      threshold && threshold.areaM2 !== null
        ? areaText({ areaM2: threshold.areaM2, pixels: 0 }, plan.unit ?? state.unit, turn)
        : null;
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
          ...(threshold
            ? [
                texts.indexThreshold(
                  symbol,
                  threshold.above,
                  three(threshold.value),
                  format.percent(threshold.share),
                  area,
                ),
              ]
            : []),
          texts.indexFormula(found.title, found.formula, found.reference),
        ],
        texts,
      ),
      ...voiced(
        'limits',
        [
          ...(plan.word ? [texts.indexForWord(plan.word, symbol)] : []),
          ...(scene.info.values === 'display' ? [texts.limitDisplay] : []),
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

/** @throws {UserFacingError} for a name that is no index of ours */
export function checkedIndex(index: string, texts: Texts): IndexName {
  if (isIndexName(index)) return index;
  throw new UserFacingError('wrong-usage', texts.indexUnknown(index, INDEX_NAMES.map(indexSymbol).join(', ')));
}
