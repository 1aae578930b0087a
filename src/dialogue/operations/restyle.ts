import type { Block } from '../../domain/message.ts';
import { DEFAULT_STYLE, type Style } from '../../domain/picture.ts';
import type { Plan } from '../../domain/plan.ts';
import { UserFacingError } from '../../errors.ts';
import { WHOLE_SCENE } from '../grammar/style.ts';
import type { DialogueState } from '../state.ts';
import { headline, measuredSentences, overlay } from './extract.ts';
import { findFiltered } from './findings.ts';
import { legendOf, regionLegendOf } from './legend.ts';
import { placesOf } from './scenes.ts';
import { type Execute, measured, type Outcome, plain, type Turn } from './turn.ts';
import { areaText, liesText } from './words.ts';

/** The same findings, drawn anew; without targets, how everything is drawn and counted from now on. */
export const restyle: Execute = async (plan, before, turn) => {
  const { texts } = turn;
  const inForce = plan.reset ? {} : before.style;
  if (plan.targets.length === 0) {
    const style = { ...inForce, ...withoutZoom(plan.style ?? {}) };
    const unit = plan.unit === undefined ? before.unit : plan.unit;
    const text = texts.settings(unit && turn.format.unit(unit), { ...DEFAULT_STYLE, ...style });
    return {
      state: { ...before, style, unit },
      blocks: [plain(text)],
      ...(plan.style || plan.reset || plan.unit !== undefined ? {} : { unchanged: true }),
    };
  }
  const wanted = { ...inForce, ...plan.style };
  const style: Partial<Style> = wanted.zoomRegion === WHOLE_SCENE ? withoutZoom(wanted) : wanted;
  const drawn = await drawAnew(plan, { ...before, style }, turn);
  const zoomed = style.zoomRegion ?? null;
  const state: DialogueState = {
    ...drawn.state,
    // A zoom is a glance, not a habit: the next picture shows the whole scene.
    style: withoutZoom(style),
    focus: {
      ...drawn.state.focus,
      targets: plan.targets,
      region: zoomed ?? drawn.state.focus.region,
      shown: 'finding',
    },
  };
  return {
    state,
    blocks: [...drawn.blocks, plain(texts.restyled)],
    actions: [
      ...(zoomed === null
        ? []
        : [
            {
              label: texts.buttonWhole,
              plans: [{ operation: 'restyle', targets: plan.targets, style: { zoomRegion: WHOLE_SCENE } } as const],
            },
          ]),
      { label: texts.buttonUndo, plans: [{ operation: 'undo', targets: [] }] },
    ],
  };
};

/** The findings spoken of with the filters and the style in force: numbers and picture, without the rest. */
export async function drawAnew(
  plan: Plan,
  before: DialogueState,
  turn: Turn,
): Promise<Pick<Outcome, 'state' | 'blocks'>> {
  const { texts, format } = turn;
  const { style } = before;
  let state = before;
  const blocks: Block[] = [];
  for (const place of placesOf(plan, before, texts)) {
    const scene = state.scenes[place - 1]!;
    const findings = [];
    for (const target of plan.targets) {
      const inForce = state.focus.targets.includes(target) ? state.focus.filters[target] : undefined;
      const found = await findFiltered(scene, target, inForce, state, turn);
      state = found.state;
      findings.push(found.finding);
    }
    const id = style.zoomRegion;
    // Zooming is about one finding: the first that has the region.
    const shown =
      id === undefined ? findings : findings.filter((f) => f.facts.regions.some((r) => r.id === id)).slice(0, 1);
    if (shown.length === 0) {
      const { facts } = findings[0]!;
      throw new UserFacingError('wrong-usage', texts.noSuchRegion(id!, texts.target(facts.target), facts.count));
    }
    const picture = await turn.analyst.draw(
      {
        kind: 'overlay',
        scene: scene.info,
        findings: shown,
        legend: shown.map((f) =>
          id === undefined ? legendOf(f, state.unit, turn) : regionLegendOf(f, id, state.unit, turn),
        ),
        style: { ...DEFAULT_STYLE, ...style },
        words: texts.map,
      },
      turn.run,
    );
    const sentences = shown.flatMap((f) => measuredSentences(f, state.unit, turn));
    const region = shown[0]!.facts.regions.find((r) => r.id === id);
    blocks.push(
      ...shown.map((f) => headline(f, scene, state.unit, turn)),
      await overlay(picture, shown, sentences, scene, turn),
      ...(region
        ? [
            measured(
              texts.measuredRegion(
                texts.regionName(region.id, texts.target(shown[0]!.facts.target)),
                areaText(region, state.unit, turn),
                format.percent(region.share),
                liesText(region, turn),
              ),
            ),
          ]
        : []),
    );
  }
  return { state, blocks };
}

function withoutZoom(style: Partial<Style>): Partial<Style> {
  const { zoomRegion: _zoom, ...rest } = style;
  return rest;
}
