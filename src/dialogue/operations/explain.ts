import type { Finding } from '../../domain/finding.ts';
import type { Block } from '../../domain/message.ts';
import type { Plan } from '../../domain/plan.ts';
import { INDICES } from '../../spectral/indices.ts';
import type { DialogueState, SceneEntry } from '../state.ts';
import { findFiltered } from './findings.ts';
import { checkedIndex } from './index-map.ts';
import { sceneOf } from './scenes.ts';
import { type Execute, plain, type Turn, voiced } from './turn.ts';
import { verdictSentence } from './verdict.ts';
import { indexSymbol, limitsOf, provenanceLines, readingOf } from './words.ts';

/** Why, how sure, how computed: from the evidence in the finding, without a model run. */
export const explain: Execute = async (plan, before, turn) => {
  const { texts } = turn;
  const index = plan.index ?? (plan.targets.length === 0 || before.focus.shown === 'index' ? before.focus.index : null);
  if (index && (plan.index !== undefined || before.focus.shown === 'index')) {
    const scene = sceneOf(plan, before, texts)?.scene;
    const reading = scene ? readingOf(scene.info, turn) : [];
    return {
      state: before,
      blocks: [explainIndex(index, turn), ...voiced('limits', reading, texts)],
      unchanged: true,
    };
  }
  const place = sceneOf(plan, before, texts);
  if (!place || plan.targets.length === 0) {
    return { state: before, blocks: [plain(texts.whyNothing)], unchanged: true };
  }
  let state: DialogueState = before;
  const blocks: Block[] = [];
  if (before.focus.shown === 'change') {
    blocks.push(
      ...plan.targets.map(
        (t) => ({ kind: 'text', voice: 'measured', text: texts.whyChange(texts.target(t)) }) as const,
      ),
    );
  }
  const facts: Finding['facts'][] = [];
  for (const target of plan.targets) {
    const inForce = state.focus.targets.includes(target) ? state.focus.filters[target] : undefined;
    const found = await findFiltered(place.scene, target, inForce, state, turn);
    state = found.state;
    facts.push(found.finding.facts);
    blocks.push(...explainFinding(found.finding, plan.aspect ?? 'why', place.scene, turn));
  }
  state = { ...state, currentScene: place.place, focus: { ...state.focus, targets: plan.targets } };
  return {
    state,
    blocks,
    facts,
    actions: [
      ...(plan.aspect === 'sure'
        ? []
        : [
            {
              label: texts.buttonSure,
              plans: [{ operation: 'explain', targets: plan.targets, aspect: 'sure' } as const],
            },
          ]),
      {
        label: texts.buttonOutline,
        plans: [{ operation: 'restyle', targets: plan.targets, style: { mode: 'outline' } }],
      },
    ],
    unchanged: true,
  };
};

function explainFinding(finding: Finding, aspect: NonNullable<Plan['aspect']>, scene: SceneEntry, turn: Turn): Block[] {
  const { texts } = turn;
  const evidence = { why: whySentences, sure: sureSentences, how: howSentences }[aspect](finding, scene, turn);
  const words = aspect === 'why' ? finding.explanation : [];
  return [
    ...voiced('measured', evidence, texts),
    ...(words.length > 0 ? voiced('model', [texts.modelSays(words.join(' '))], texts) : []),
    ...voiced('limits', [...readingOf(scene.info, turn), ...limitsOf(finding, scene.info, turn)], texts),
    ...(aspect === 'sure'
      ? []
      : [{ kind: 'details', title: texts.provenance, lines: provenanceLines(finding, turn) } as const]),
  ];
}

function whySentences(finding: Finding, _scene: SceneEntry, turn: Turn): string[] {
  const { texts } = turn;
  const target = texts.target(finding.facts.target);
  if (finding.facts.count === 0) return [texts.foundNone(target), ...indexSentences(finding, turn)];
  return [texts.whyIntro(target), ...indexSentences(finding, turn), ...confidenceSentences(finding, turn)];
}

function sureSentences(finding: Finding, scene: SceneEntry, turn: Turn): string[] {
  return [
    verdictSentence(finding, scene.info, turn),
    ...confidenceSentences(finding, turn),
    ...indexSentences(finding, turn),
  ];
}

function howSentences(finding: Finding, scene: SceneEntry, turn: Turn): string[] {
  const { texts, format } = turn;
  const { provenance } = finding;
  const pixel = scene.info.pixelSizeM;
  const size = pixel ? format.length(pixel.x * provenance.resolutionFactor) : null;
  return [
    texts.howSteps(provenance.bandsUsed.join(', '), size, provenance.chips),
    texts.howAreas,
    ...(size ? [texts.howResolution(size)] : []),
    ...indexSentences(finding, turn),
  ];
}

function confidenceSentences({ confidence }: Finding, { texts, format }: Turn): string[] {
  return [
    ...(confidence.meanInside === null ? [] : [texts.sureInside(format.number(confidence.meanInside, 2))]),
    texts.sureUnsure(format.percent(confidence.unsureShare)),
  ];
}

function indexSentences({ evidence, facts }: Finding, { texts, format }: Turn): string[] {
  if (!evidence) return [texts.whyNoIndex(texts.target(facts.target))];
  const symbol = indexSymbol(evidence.index);
  const { meanInside, meanOutside, agreement } = evidence;
  return [
    ...(meanInside === null || meanOutside === null
      ? []
      : [texts.whyIndex(symbol, format.number(meanInside, 3), format.number(meanOutside, 3))]),
    ...(agreement === null
      ? []
      : [texts.whyThreshold(symbol, format.number(evidence.threshold, 3), format.percent(agreement))]),
    ...(agreement !== null && agreement < 0.3 ? [texts.disagreementHint] : []),
  ];
}

function explainIndex(name: string, { texts }: Turn): Block {
  const key = checkedIndex(name, texts);
  const index = INDICES[key];
  return {
    kind: 'text',
    voice: 'measured',
    text: texts.howIndex(index.symbol, texts.indexName(key, index.title), index.formula, index.reference),
  };
}
