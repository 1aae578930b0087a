import { expect, it } from 'vitest';
import type { TargetResult } from '../../src/eval/evaluate-scene.ts';
import { countAgainst, scoresOf } from '../../src/eval/scores.ts';
import { summarise } from '../../src/eval/summarise.ts';
import { pythonWith } from '../python.ts';

const python = pythonWith(['numpy'], 'the arithmetic of scores beside numpy');

/** The figures of a report once more, in the plainest numpy. */
const NUMPY = `
import json, sys
import numpy as np
scenes = [[np.array(part) for part in scene] for scene in json.load(sys.stdin)]
def scores(mask, label):
    judged = label != 255
    p, t = mask[judged] == 1, label[judged] == 1
    union = np.logical_or(p, t).sum()
    both = np.logical_and(p, t).sum()
    return [
        both / union if union else None,
        2 * both / (p.sum() + t.sum()) if p.sum() + t.sum() else None,
        both / p.sum() if p.sum() else None,
        both / t.sum() if t.sum() else None,
    ]
def mean(values):
    known = [v for v in values if v is not None]
    return float(np.mean(known)) if known else None
present = [s for s in scenes if (s[1] == 1).any()]
empty = [s for s in scenes if not (s[1] == 1).any()]
each = [scores(mask, label) for mask, label, _ in present]
pooled = scores(np.concatenate([s[0] for s in scenes]), np.concatenate([s[1] for s in scenes]))
alarms = [float((mask[label != 255] == 1).mean()) for mask, label, _ in empty if (label != 255).any()]
threshold = [scores(other, label)[0] for _, label, other in present]
print(json.dumps({
    "scenes": len(present), "emptyScenes": len(alarms),
    "mean": [mean(column) for column in zip(*each)], "pooled": [None if v is None else float(v) for v in pooled],
    "falseAlarms": mean(alarms), "threshold": mean(threshold),
    "won": int(sum(a[0] > b for a, b in zip(each, threshold))),
}))
`;

it.skipIf(!python)('means, pooled scores, false alarms and wins are what numpy finds', () => {
  let state = 1;
  const random = () => {
    state = (state * 48271) % 2147483647; // Park and Miller 1988
    return state / 2147483647;
  };
  // [mask, label, threshold mask]: rare and frequent targets, unjudged pixels, two scenes without any, one that nobody judged.
  const scenes = Array.from({ length: 24 }, (_, n) => {
    const share = n < 2 ? 0 : random();
    const label = Array.from({ length: 60 }, () => (random() < 0.2 || n === 2 ? 255 : random() < share ? 1 : 0));
    const like = (error: number) => label.map((value) => (random() < error ? 1 - (value & 1) : value & 1));
    return [like(0.3 * random()), label, like(0.3)] as const;
  });
  const results = scenes.map(([mask, label, other], n): TargetResult => {
    const truth = Uint8Array.from(label);
    const counts = countAgainst(Uint8Array.from(mask), truth);
    const threshold = countAgainst(Uint8Array.from(other), truth);
    return {
      scene: `${n}`,
      target: 'water',
      resolution: 'high',
      bands: 'rgb',
      counts,
      iou: scoresOf(counts).iou,
      baselines: [{ name: 'threshold', kind: 'otsu', counts: threshold, iou: scoresOf(threshold).iou }],
      variants: {},
      onRgb: null,
      swapped: null,
      otherScene: null,
      against: {},
      wordings: [],
      agreement: null,
      foretoldIou: null,
      text: '',
      explanation: { sentences: 0, kept: 0, againstMask: 0, againstList: null, againstLabel: null },
      seconds: 0,
    };
  });
  const [group] = summarise(results);
  const wanted = JSON.parse(python!(NUMPY, JSON.stringify(scenes)));
  const close = (found: (number | null)[], expected: (number | null)[]) =>
    expect(found.map((value) => value?.toFixed(12))).toEqual(expected.map((value) => value?.toFixed(12)));
  const { scenes: present, emptyScenes, mean, pooled, falseAlarms, best, won } = group!;
  expect({ present, emptyScenes, won }).toEqual({
    present: wanted.scenes,
    emptyScenes: wanted.emptyScenes,
    won: wanted.won,
  });
  expect(emptyScenes).toBe(2);
  expect(won).toBeGreaterThan(0);
  close([mean.iou, mean.f1, mean.precision, mean.recall], wanted.mean);
  close([pooled.iou, pooled.f1, pooled.precision, pooled.recall], wanted.pooled);
  close([falseAlarms, best!.iou], [wanted.falseAlarms, wanted.threshold]);
});
