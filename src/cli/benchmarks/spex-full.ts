import { UserFacingError } from '../../errors.ts';
import { benchmarkAnswers } from './answer-benchmark.ts';
import { against, type Benchmark } from './benchmark.ts';
import { plainPyTorchVision } from './plain-pytorch.ts';

/** The figures of the issue, on two cores. */
const TARGETS = { vision: '≤ 4 (int8 ≤ 2.5)', decode: '≥ 25', answer: '≤ 60', second: '≤ 25', memory: '≤ 4096' };

export const spexFull: Benchmark = {
  name: 'spex-full',
  describe: 'a pack of the published size (--model), beside its vision encoder in plain PyTorch (--checkpoint)',
  async run({ model, checkpoint, threads, onProgress }) {
    if (!model) {
      throw new UserFacingError(
        'wrong-usage',
        'Give the pack with --model. Without the published weights: spex-chat random-checkpoint --out DIR, then spex-chat convert --checkpoint DIR --out PACK --weights int4.',
      );
    }
    const rows = await benchmarkAnswers({ pack: model, threads, tokens: 120, times: 3, targets: TARGETS, onProgress });
    const seconds = checkpoint ? await plainPyTorchVision(checkpoint, threads, onProgress) : null;
    if (seconds === null) return rows;
    const plain = { what: 'vision encoder in plain PyTorch', value: seconds, unit: 's' };
    return [plain, ...rows.map((row) => (row.what.startsWith('vision encoder,') ? against(plain, row) : row))];
  },
};
