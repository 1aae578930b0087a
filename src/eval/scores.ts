/** Pixels of a mask against a label, over the pixels that are judged. */
export interface Counts {
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
  readonly trueNegative: number;
}

/** Each 0–1, null where its denominator is zero. */
export interface Scores {
  readonly iou: number | null;
  readonly f1: number | null;
  readonly precision: number | null;
  readonly recall: number | null;
}

const NO_COUNTS: Counts = { truePositive: 0, falsePositive: 0, falseNegative: 0, trueNegative: 0 };

/** @param label  1 = is, 0 = is not, anything else is not judged */
export function countAgainst(mask: Uint8Array, label: Uint8Array): Counts {
  if (mask.length !== label.length) throw new RangeError(`${mask.length} pixels against a label of ${label.length}`);
  let [truePositive, falsePositive, falseNegative, trueNegative] = [0, 0, 0, 0];
  for (let i = 0; i < mask.length; i++) {
    const marked = mask[i] === 1;
    if (label[i] === 1) marked ? truePositive++ : falseNegative++;
    else if (label[i] === 0) marked ? falsePositive++ : trueNegative++;
  }
  return { truePositive, falsePositive, falseNegative, trueNegative };
}

export function scoresOf({ truePositive, falsePositive, falseNegative }: Counts): Scores {
  return {
    iou: ratio(truePositive, truePositive + falsePositive + falseNegative),
    f1: ratio(2 * truePositive, 2 * truePositive + falsePositive + falseNegative),
    precision: ratio(truePositive, truePositive + falsePositive),
    recall: ratio(truePositive, truePositive + falseNegative),
  };
}

export const sumCounts = (all: readonly Counts[]): Counts =>
  all.reduce(
    (a, b) => ({
      truePositive: a.truePositive + b.truePositive,
      falsePositive: a.falsePositive + b.falsePositive,
      falseNegative: a.falseNegative + b.falseNegative,
      trueNegative: a.trueNegative + b.trueNegative,
    }),
    NO_COUNTS,
  );

/** Whether the label has a pixel of the target: only then the scene enters an IoU mean. */
export const hasPositives = ({ truePositive, falseNegative }: Counts): boolean => truePositive + falseNegative > 0;

/** Share of the judged pixels that are marked: on a scene without the target, its false alarms. */
export const markedShare = (counts: Counts): number | null =>
  ratio(counts.truePositive + counts.falsePositive, judged(counts));

const judged = (c: Counts): number => c.truePositive + c.falsePositive + c.falseNegative + c.trueNegative;

/** Mean of what is there; null of nothing. */
export function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return ratio(
    known.reduce((a, b) => a + b, 0),
    known.length,
  );
}

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
