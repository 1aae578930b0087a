import { LAND_COVERS } from '../domain/land-cover.ts';
import type { Evaluation } from '../eval/evaluate.ts';
import { VARIANTS } from '../eval/evaluate-scene.ts';
import { hasPositives, markedShare, mean, scoresOf } from '../eval/scores.ts';
import type { GroupScores } from '../eval/summarise.ts';
import { table } from './table.ts';

/** One table of a report, with what has to be said to read it. */
export interface Section {
  readonly title: string;
  readonly note: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What an evaluation found, table by table; empty ones are left out. */
export function reportSections(evaluation: Evaluation): Section[] {
  return [
    verdict(evaluation),
    scores(evaluation),
    allBaselines(evaluation),
    variants(evaluation),
    confusion(evaluation),
    wordings(evaluation),
    misheard(evaluation),
    scenesNotFollowed(evaluation),
    experiments(evaluation),
    reliability(evaluation),
    foretold(evaluation),
    agreements(evaluation),
    sentences(evaluation),
    answers(evaluation),
    everyScene(evaluation),
    skipped(evaluation),
  ].filter((section) => section.rows.length > 0);
}

/** The report for a terminal. */
export function evaluationText(pack: { name: string; version: string }, evaluation: Evaluation): string {
  const sections = reportSections(evaluation).map(({ title, note, header, rows }) =>
    [title, ...(note ? [note] : []), '', table(header, rows)].join('\n'),
  );
  return [headline(pack, evaluation), ...sections].join('\n\n');
}

export function headline(pack: { name: string; version: string }, { dataset, results, meanIou }: Evaluation): string {
  if (results.length === 0) return 'No label was judged.';
  const scenes = new Set(results.map((r) => r.scene)).size;
  return (
    `${pack.name} ${pack.version} on ${dataset}: ${results.length} targets of ${scenes} scenes, ` +
    `mean IoU over targets ${number(meanIou)}`
  );
}

const number = (value: number | null | undefined): string => (value == null ? '–' : value.toFixed(3));

const share = (part: number, whole: number): string =>
  whole > 0 ? `${part} of ${whole} (${Math.round((100 * part) / whole)} %)` : '–';

const bandsText = (bands: GroupScores['bands']): string => (bands === 'nir hidden' ? 'rgb (nir hidden)' : bands);

function verdict({ groups }: Evaluation): Section {
  return {
    title: 'Against the best index threshold',
    note:
      'Mean IoU over the scenes that have the target, on the same pixels. The threshold is the best of all below, fixed and Otsu, ' +
      'chosen with the labels in hand; "best of each scene" may even choose another one for every scene.',
    header: ['target', 'bands', 'scenes', 'model', 'threshold', 'IoU', 'model is', 'scenes won', 'best of each scene'],
    rows: groups
      .filter((g) => g.resolution === 'all' && g.scenes > 0)
      .map(({ target, bands, scenes, best, won, oracleIou, mean: own }) => {
        const model = best ? best.modelIou : own.iou;
        return [
          target,
          bandsText(bands),
          `${scenes}`,
          number(model),
          best?.name ?? 'none',
          number(best?.iou),
          best ? signed((model ?? 0) - (best.iou ?? 0)) : '–',
          best ? share(won, best.scenes) : '–',
          number(oracleIou),
        ];
      }),
  };
}

const signed = (difference: number): string =>
  `${difference > 0 ? 'better' : 'worse'} by ${Math.abs(difference).toFixed(3)}`;

function scores({ groups }: Evaluation): Section {
  return {
    title: 'Scores',
    note: 'Means over the scenes that have the target; pooled over all judged pixels; false alarms: mean share marked on scenes without the target.',
    header: [
      'target',
      'bands',
      'resolution',
      'scenes',
      'IoU',
      'F1',
      'precision',
      'recall',
      'pooled IoU',
      'pooled F1',
      'empty',
      'false alarms',
    ],
    rows: groups
      .filter(tellsMore)
      .map((g) => [
        g.target,
        bandsText(g.bands),
        g.resolution,
        `${g.scenes}`,
        number(g.mean.iou),
        number(g.mean.f1),
        number(g.mean.precision),
        number(g.mean.recall),
        number(g.pooled.iou),
        number(g.pooled.f1),
        `${g.emptyScenes}`,
        number(g.falseAlarms),
      ]),
  };
}

/** A group by resolution that holds all of its scenes says nothing new. */
const tellsMore = (group: GroupScores, _i: number, groups: readonly GroupScores[]): boolean =>
  group.resolution === 'all' || groups.filter((g) => g.target === group.target && g.bands === group.bands).length > 2;

function allBaselines({ groups }: Evaluation): Section {
  return {
    title: 'Every index threshold',
    note: 'Each on the scenes whose bands allow it, beside the model on the same scenes. "Index in use" is what the bot takes its attributes from.',
    header: ['target', 'bands', 'threshold', 'scenes', 'IoU', 'model'],
    rows: groups
      .filter((g) => g.resolution === 'all' && g.bands !== 'all')
      .flatMap((g) =>
        g.baselines.map((b) => [
          g.target,
          bandsText(g.bands),
          b.name,
          `${b.scenes}`,
          number(b.iou),
          number(b.modelIou),
        ]),
      ),
  };
}

function variants({ groups }: Evaluation): Section {
  return {
    title: 'What the parts are worth',
    note: 'Mean IoU when something is taken away or swapped; in brackets the model on the same scenes.',
    header: ['target', 'bands', 'scenes', 'model', ...VARIANTS],
    rows: groups
      .filter((g) => g.resolution === 'all' && Object.keys(g.variants).length > 0)
      .map((g) => [
        g.target,
        bandsText(g.bands),
        `${g.scenes}`,
        number(g.mean.iou),
        ...VARIANTS.map((v) => {
          const compared = g.variants[v];
          return compared ? `${number(compared.iou)} (${number(compared.modelIou)})` : '–';
        }),
      ]),
  };
}

function confusion({ instruction: { matrix, confusion: counts, followed, questions } }: Evaluation): Section {
  return {
    title: 'Does the mask follow the instruction?',
    note:
      'Scenes with two targets and more, canonical question and further wordings: mean IoU of the mask asked for with each label, ' +
      `and how often that label fits best. The asked target fits best for ${share(followed, questions)} questions.`,
    header: ['asked', ...LAND_COVERS.map((label) => `IoU ${label}`), ...LAND_COVERS.map((label) => `best ${label}`)],
    rows: LAND_COVERS.flatMap((asked) => {
      const row = matrix[asked];
      if (!row) return [];
      return [
        [
          asked,
          ...LAND_COVERS.map((label) => number(row[label])),
          ...LAND_COVERS.map((label) => `${counts[asked]?.[label] ?? 0}`),
        ],
      ];
    }),
  };
}

function wordings({ instruction }: Evaluation): Section {
  const failing = instruction.wordings.filter((w) => w.followed < w.questions);
  return {
    title: 'Wordings that failed',
    note: `${instruction.wordings.length} wordings were asked; these did not give the asked target on every scene.`,
    header: ['target', 'question', 'followed'],
    rows: failing.map((w) => [w.target, w.question, share(w.followed, w.questions)]),
  };
}

function misheard({ instruction }: Evaluation): Section {
  return {
    title: 'Wordings that were misheard',
    note:
      `${share(instruction.misheard.length, instruction.reworded)} further wordings got an answer about another target; ` +
      'the canonical question was then asked instead, and the figures above are of its mask.',
    header: ['target', 'question', 'scenes'],
    rows: tally(instruction.misheard.map(({ target, question }) => [target, question])),
  };
}

function scenesNotFollowed({ instruction: { failures } }: Evaluation): Section {
  return {
    title: 'Scenes on which the mask did not follow',
    note: 'Canonical question and further wordings together.',
    header: ['scene', 'asked', 'questions that failed'],
    rows: tally(failures.map(({ scene, target }) => [scene, target])),
  };
}

/** Each different row once, in the order of first appearance, with how often it occurs as the last cell. */
function tally(rows: readonly (readonly string[])[]): string[][] {
  const counts = new Map<string, { row: readonly string[]; times: number }>();
  for (const row of rows) {
    const key = row.join('\n');
    counts.set(key, { row, times: (counts.get(key)?.times ?? 0) + 1 });
  }
  return [...counts.values()].map(({ row, times }) => [...row, `${times}`]);
}

function experiments({ instruction: { swapped, otherScene } }: Evaluation): Section {
  const rows: string[][] = [];
  if (swapped.masks > 0) {
    rows.push(
      [
        "hidden states of another target's answer",
        "more like that target's mask",
        share(swapped.followed, swapped.masks),
        '–',
        '–',
      ],
      [
        '',
        "fits that target's label better",
        share(swapped.followedByLabel, swapped.judged),
        number(swapped.iouWithOther),
        number(swapped.iouWithAsked),
      ],
    );
  }
  if (otherScene.masks > 0) {
    rows.push([
      "another scene's list in the prompt",
      "fits this scene's label better than that one's",
      share(otherScene.followed, otherScene.masks),
      number(otherScene.iouWithOwn),
      number(otherScene.iouWithOther),
    ]);
  }
  return {
    title: 'Does the mask depend on the language, and on the image?',
    note: 'Mean IoU with the label that it should fit, and with the one that it should not.',
    header: ['swapped in', 'expected', 'so it is', 'IoU with it', 'with the other'],
    rows,
  };
}

function reliability({ reliability: curves, temperature }: Evaluation): Section {
  return {
    title: 'Do probabilities mean something?',
    note:
      'Share of positive pixels by probability (equal to the probability when it means what it says), expected calibration error at the ' +
      `temperature of the pack, ${temperature}, and the temperature with the least error.`,
    header: [
      'target',
      ...curves.all.bins.map(({ from }) => `${from.toFixed(1)}–${(from + 0.1).toFixed(1)}`),
      'ECE',
      'best temperature',
      'ECE',
    ],
    rows: [...LAND_COVERS, 'all' as const].flatMap((target) => {
      const { bins, expectedCalibrationError, best } = curves[target];
      if (expectedCalibrationError === null || !best) return [];
      return [
        [
          target,
          ...bins.map((bin) => number(bin.positive)),
          number(expectedCalibrationError),
          best.temperature.toFixed(2),
          number(best.expectedCalibrationError),
        ],
      ];
    }),
  };
}

function foretold({ foresight: { masks, spearman, bins } }: Evaluation): Section {
  return {
    title: 'Does the foretold IoU come true?',
    note: `${masks} masks of scenes that have the target; rank correlation of foretold and real IoU (Spearman): ${number(spearman)}.`,
    header: ['foretold', 'masks', 'mean foretold', 'mean IoU', 'least'],
    rows: bins
      .filter((bin) => bin.masks > 0)
      .map(({ from, masks: count, foretold: told, real, worst }) => [
        `${from.toFixed(1)}–${(from + 0.1).toFixed(1)}`,
        `${count}`,
        number(told),
        number(real),
        number(worst),
      ]),
  };
}

/** The bot's own borders: below 0.3 it warns, from 0.5 on it may call itself sure. */
const AGREEMENT_CLASSES: readonly (readonly [from: number, below: number])[] = [
  [0, 0.3],
  [0.3, 0.5],
  [0.5, 1.01],
];

function agreements({ results }: Evaluation): Section {
  const judged = results.filter((r) => r.agreement !== null && hasPositives(r.counts));
  const rows = LAND_COVERS.flatMap((target) =>
    AGREEMENT_CLASSES.map(([from, below]) => {
      const members = judged.filter((r) => r.target === target && r.agreement! >= from && r.agreement! < below);
      return [
        target,
        `${from.toFixed(1)}–${Math.min(below, 1).toFixed(1)}`,
        `${members.length}`,
        number(mean(members.map((r) => r.iou))),
      ];
    }).filter(([, , count]) => count !== '0'),
  );
  return {
    title: 'Agreement of index and model',
    note: 'IoU of the mask with what the index in use marks by itself: said with every answer. What it says about the answer:',
    header: ['target', 'agreement', 'answers', 'mean IoU with the label'],
    rows,
  };
}

function sentences({ explanations: e, results }: Evaluation): Section {
  const row = (what: string, { sentences: of, kept, before, after }: typeof e.againstList) => [
    what,
    share(before, of),
    share(after, kept),
  ];
  return {
    title: 'Sentences that contradict …',
    note:
      `${e.answers} answers, ${e.sentences} sentences: wrong place, count, size, share or target. The checker knows the mask only. ` +
      `It leaves ${share(e.kept, e.sentences)} of the sentences, and at least one of ${share(e.shown, e.answers)} of the answers.`,
    header: ['', 'before the checker', 'after'],
    rows:
      results.length === 0
        ? []
        : [
            row("the answer's own mask", { ...e, before: e.againstMask, after: 0 }),
            row('the list in the prompt', e.againstList),
            row('the label', e.againstLabel),
          ],
  };
}

function answers({ distinctAnswers }: Evaluation): Section {
  return {
    title: 'Distinct answers',
    note: 'Different texts among the first 50 scenes of a target.',
    header: ['target', 'scenes', 'distinct'],
    rows: LAND_COVERS.flatMap((target) => {
      const found = distinctAnswers[target];
      return found ? [[target, `${found.scenes}`, `${found.distinct}`]] : [];
    }),
  };
}

function everyScene({ results, groups }: Evaluation): Section {
  return {
    title: 'Every scene',
    note: '"Threshold": the best one of the target and band group, as above; "own best": the best one on this scene. Without the target there is no IoU, and what is marked is a false alarm.',
    header: [
      'scene',
      'target',
      'bands',
      'IoU',
      'F1',
      'threshold',
      'IoU',
      'own best',
      'IoU',
      'better',
      'marked',
      'agreement',
      'seconds',
    ],
    rows: results.map((r) => {
      const present = hasPositives(r.counts);
      const group = groups.find((g) => g.target === r.target && g.bands === r.bands && g.resolution === 'all');
      const best = r.baselines.find((b) => b.name === group?.best?.name);
      const own = r.baselines.toSorted((a, b) => (b.iou ?? 0) - (a.iou ?? 0))[0];
      const better = !best || (r.iou ?? 0) > (best.iou ?? 0) ? 'model' : 'threshold';
      return [
        r.scene,
        r.target,
        r.bands,
        present ? number(r.iou) : '–',
        present ? number(scoresOf(r.counts).f1) : '–',
        present && best ? best.name : '–',
        present && best ? number(best.iou) : '–',
        present && own ? own.name : '–',
        present && own ? number(own.iou) : '–',
        present ? better : '–',
        number(markedShare(r.counts)),
        number(r.agreement),
        r.seconds.toFixed(1),
      ];
    }),
  };
}

const skipped = ({ skipped: scenes }: Evaluation): Section => ({
  title: 'Not evaluated',
  note: '',
  header: ['scene', 'reason'],
  rows: scenes.map(({ scene, reason }) => [scene, reason]),
});
