import { benchmarkAnswers, SHIPPED_PACK } from './answer-benchmark.ts';
import type { Benchmark } from './benchmark.ts';

export const spex: Benchmark = {
  name: 'spex',
  describe: 'the shipped model: vision, prefill, decoding, mask, and what reuse on one chip saves',
  run({ model, threads, onProgress }) {
    const targets = { vision: '≤ 0.5', answer: '≤ 2' };
    return benchmarkAnswers({ pack: model ?? SHIPPED_PACK, threads, tokens: 96, times: 5, targets, onProgress });
  },
};
