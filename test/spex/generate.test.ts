import { describe, expect, it } from 'vitest';
import { greedyId } from '../../src/spex/generate.ts';

describe('greedyId', () => {
  it.each<[string, number[], number[], number, number]>([
    ['the largest logit', [1, 3, 2], [], 1, 1],
    ['the first of equals', [1, 3, 3], [], 1, 1],
    ['the largest of negative ones', [-3, -1, -2], [], 1, 1],
    ['another id when a penalty divides a positive logit', [1, 3, 2], [1], 2, 2], // 3 / 2 < 2
    ['the same id when the penalty does not suffice', [1, 3, 2], [1], 1.4, 1], // 3 / 1.4 > 2
    ['another id when a penalty multiplies a negative logit', [-1.2, -1, -3], [1], 1.5, 0], // -1.5 < -1.2
    ['the same whether an id came once or twice', [1, 3, 2], [1, 1], 1.4, 1],
  ])('takes %s', (_, logits, generated, penalty, expected) => {
    expect(greedyId(Float32Array.from(logits), generated, penalty)).toBe(expected);
  });
});
