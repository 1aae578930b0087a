import type { Block } from '../../domain/message.ts';
import { DEFAULT_STYLE, type Style } from '../../domain/picture.ts';
import { UserFacingError } from '../../errors.ts';
import { WHOLE_SCENE } from '../grammar/style.ts';
import { headline } from './extract.ts';
import { findFiltered } from './findings.ts';
import { placesOf } from './scenes.ts';
import { type Execute, plain } from './turn.ts';
import { targetsText } from './words.ts';

/** The same findings, drawn anew; without targets, how everything is drawn and counted from now on. */
export const restyle: Execute = async (plan, before, turn) => {
  const { texts } = turn;
  if (plan.targets.length === 0) {
    const style = { ...before.style, ...withoutZoom(plan.style ?? {}) };
    const unit = plan.unit === undefined ? before.unit : plan.unit;
    const text = texts.settings(unit && turn.format.unit(unit), { ...DEFAULT_STYLE, ...style });
    return {
      state: { ...before, style, unit },
      blocks: [plain(text)],
      ...(plan.style || plan.unit !== undefined ? {} : { unchanged: true }),
    };
  }
  const places = placesOf(plan, before, texts);
  const wanted = { ...before.style, ...plan.style };
  const style: Partial<Style> = wanted.zoomRegion === WHOLE_SCENE ? withoutZoom(wanted) : wanted;
  let state = { ...before, style };
  const blocks: Block[] = [];
  for (const place of places) {
    const scene = state.scenes[place - 1]!;
    const findings = [];
    for (const target of plan.targets) {
      const inForce = state.focus.targets.includes(target) ? state.focus.filters[target] : undefined;
      const found = await findFiltered(scene, target, inForce, state, turn);
      state = { ...found.state, style };
      findings.push(found.finding);
    }
    const region = style.zoomRegion;
    // Zooming is about one finding: the first that has the region.
    const shown =
      region === undefined
        ? findings
        : findings.filter((f) => f.facts.regions.some((r) => r.id === region)).slice(0, 1);
    if (shown.length === 0) {
      const { facts } = findings[0]!;
      throw new UserFacingError('wrong-usage', texts.noSuchRegion(region!, texts.target(facts.target), facts.count));
    }
    const picture = await turn.analyst.draw(
      { kind: 'overlay', scene: scene.info, findings: shown, style: { ...DEFAULT_STYLE, ...style } },
      turn.run,
    );
    const targets = targetsText(
      shown.map((f) => f.facts.target),
      turn,
    );
    blocks.push(
      ...shown.map((f) => headline(f, scene, state.unit, turn)),
      { kind: 'picture', artefact: picture, alt: texts.overlayAlt(targets, scene.name) },
      plain(texts.restyled),
    );
  }
  const zoomed = style.zoomRegion ?? null;
  state = {
    ...state,
    // A zoom is a glance, not a habit: the next picture shows the whole scene.
    style: withoutZoom(style),
    focus: { ...state.focus, targets: plan.targets, region: zoomed ?? state.focus.region, shown: 'finding' },
  };
  return {
    state,
    blocks,
    actions: [{ label: texts.buttonUndo, plans: [{ operation: 'undo', targets: [] }] }],
  };
};

function withoutZoom(style: Partial<Style>): Partial<Style> {
  const { zoomRegion: _zoom, ...rest } = style;
  return rest;
}
