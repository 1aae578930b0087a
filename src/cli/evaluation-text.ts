import { LAND_COVERS } from '../domain/land-cover.ts';
import type { Evaluation } from '../eval/evaluate.ts';
import { type TargetResult, VARIANTS } from '../eval/evaluate-scene.ts';
import { hasPositives, markedShare, scoresOf } from '../eval/scores.ts';
import type { BaselineScore } from '../eval/summarise.ts';
import { table } from './table.ts';

/** The report of an evaluation as text for a terminal or a model card. */
export function evaluationText(pack: { name: string; version: string }, evaluation: Evaluation): string {
  const skipped = evaluation.skipped.map(({ scene, reason }) => `Not evaluated: ${scene}: ${reason}`);
  if (evaluation.results.length === 0) return ['No label was judged.', ...skipped].join('\n');
  const { explanations: e, instruction } = evaluation;
  const sections = [
    `${pack.name} ${pack.version} on ${evaluation.dataset}: ${evaluation.results.length} targets of ` +
      `${new Set(evaluation.results.map((r) => r.scene)).size} scenes, mean IoU over targets ${number(evaluation.meanIou)}`,
    titled('Scores (means over scenes that have the target; pooled over all judged pixels)', groupTable(evaluation)),
    titled(
      'Against the best index threshold, chosen with the labels in hand, on the same scenes',
      baselineTable(evaluation),
    ),
    titled('What the parts are worth (mean IoU, in brackets the model on the same scenes)', variantTable(evaluation)),
    titled('Every scene', sceneTable(evaluation.results)),
    titled(
      'Does the mask follow the instruction? (mean IoU of the mask asked for with each label, scenes with two targets and more)',
      `${matrixTable(evaluation)}\n${instruction.followed} of ${instruction.questions} questions gave the asked target` +
        (instruction.swapped.questions > 0
          ? `; ${instruction.swapped.followed} of ${instruction.swapped.questions} masks followed the swapped hidden states`
          : '') +
        instruction.failures
          .slice(0, 20)
          .map((f) => `\n  not: ${f.scene}, ${f.target}: ${f.question}`)
          .join(''),
    ),
    titled('Do probabilities mean something? (share of positives by probability)', reliabilityTable(evaluation)),
    titled(
      'Sentences that contradict …',
      table(
        ['', 'before the checker', 'after'],
        [
          ["the answer's own mask", `${e.againstMask} of ${e.sentences}`, `0 of ${e.kept}`],
          [
            'the list in the prompt',
            `${e.againstList.before} of ${e.againstList.sentences}`,
            `${e.againstList.after} of ${e.againstList.kept}`,
          ],
          [
            'the label',
            `${e.againstLabel.before} of ${e.againstLabel.sentences}`,
            `${e.againstLabel.after} of ${e.againstLabel.kept}`,
          ],
        ],
      ),
    ),
    `Distinct answers: ${LAND_COVERS.flatMap((target) => {
      const found = evaluation.distinctAnswers[target];
      return found ? [`${target} ${found.distinct} of ${found.scenes} scenes`] : [];
    }).join(', ')}`,
    titled(
      'Worst scenes',
      table(
        ['scene', 'target', 'IoU'],
        evaluation.worst.map((w) => [w.scene, w.target, number(w.iou)]),
      ),
    ),
    skipped.join('\n'),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

const titled = (title: string, body: string): string => (body === '' ? '' : `${title}\n\n${body}`);

const number = (value: number | null | undefined): string => (value == null ? '–' : value.toFixed(3));

function groupTable({ groups }: Evaluation): string {
  return table(
    [
      'target',
      'bands',
      'resolution',
      'scenes',
      'IoU',
      'F1',
      'precision',
      'recall',
      'pooled IoU',
      'F1',
      'empty',
      'false alarms',
    ],
    groups.map((g) => [
      g.target,
      g.bands,
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
  );
}

function baselineTable({ groups }: Evaluation): string {
  const cells = (best: BaselineScore | null) =>
    best ? [best.name, `${best.scenes}`, number(best.iou), number(best.modelIou)] : ['none', '0', '–', '–'];
  return table(
    [
      'target',
      'bands',
      'resolution',
      'fixed',
      'scenes',
      'IoU',
      'model',
      'Otsu',
      'scenes',
      'IoU',
      'model',
      'best of each scene',
    ],
    groups
      .filter((g) => g.scenes > 0)
      .map((g) => [
        g.target,
        g.bands,
        g.resolution,
        ...cells(g.best.fixed),
        ...cells(g.best.otsu),
        number(g.oracleIou),
      ]),
  );
}

function variantTable({ groups }: Evaluation): string {
  const all = groups.filter((g) => Object.keys(g.variants).length > 0);
  if (all.length === 0) return '';
  return table(
    ['target', 'bands', 'resolution', 'scenes', 'model', ...VARIANTS],
    all.map((g) => [
      g.target,
      g.bands,
      g.resolution,
      `${g.scenes}`,
      number(g.mean.iou),
      ...VARIANTS.map((v) => {
        const compared = g.variants[v];
        return compared ? `${number(compared.iou)} (${number(compared.modelIou)})` : '–';
      }),
    ]),
  );
}

function sceneTable(results: readonly TargetResult[]): string {
  return table(
    ['scene', 'target', 'bands', 'IoU', 'F1', 'best threshold', 'IoU', 'marked', 'seconds'],
    results.map((r) => {
      const present = hasPositives(r.counts);
      const best = r.baselines
        .map((b) => ({ name: b.name, iou: scoresOf(b.counts).iou ?? 0 }))
        .sort((a, b) => b.iou - a.iou)[0];
      return [
        r.scene,
        r.target,
        r.bands,
        present ? number(scoresOf(r.counts).iou) : '–',
        present ? number(scoresOf(r.counts).f1) : '–',
        present && best ? best.name : '–',
        present && best ? number(best.iou) : '–',
        number(markedShare(r.counts)),
        r.seconds.toFixed(1),
      ];
    }),
  );
}

function matrixTable({ instruction: { matrix } }: Evaluation): string {
  return table(
    ['asked', ...LAND_COVERS.map((label) => `label ${label}`)],
    LAND_COVERS.flatMap((asked) => {
      const row = matrix[asked];
      return row ? [[asked, ...LAND_COVERS.map((label) => number(row[label]))]] : [];
    }),
  );
}

function reliabilityTable({ reliability }: Evaluation): string {
  const rows = LAND_COVERS.flatMap((target) => {
    const { bins, expectedCalibrationError } = reliability[target];
    if (expectedCalibrationError === null) return [];
    return [[target, ...bins.map((bin) => number(bin.positive)), number(expectedCalibrationError)]];
  });
  if (rows.length === 0) return '';
  return table(['target', ...reliability.water.bins.map((bin) => `from ${bin.from.toFixed(1)}`), 'ECE'], rows);
}
