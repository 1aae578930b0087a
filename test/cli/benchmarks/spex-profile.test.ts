import { expect, it } from 'vitest';
import { spexProfile } from '../../../src/cli/benchmarks/spex-profile.ts';
import { SPEX_TINY, tinyPack } from '../../tiny-pack.ts';

it('shows what each operator took and how much arithmetic it was', { timeout: 120_000 }, async () => {
  const model = await tinyPack(SPEX_TINY, 'int4', { eos: [591] });
  const rows = await spexProfile.run({ model, threads: 1, onProgress: () => undefined });
  const what = rows.map((row) => row.what);
  expect(what).toContain('vision encoder: DeformConv × 5');
  // Three layers of 64 × (128 + 64) for attention and 3 × 64 × 128 behind it, and a head of 592 rows: 148,480.
  expect(what).toContain('one step of decoding: MatMulNBits × 16, 0.000148 GMAC');
  for (const part of ['vision encoder', 'prefill', 'one step of decoding']) {
    const whole = rows.find((row) => row.what === part)!;
    const operators = rows.filter((row) => row.what.startsWith(`${part}: `) && !row.what.includes(' at its fastest'));
    const sum = operators.reduce((seconds, row) => seconds + row.value, 0);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThanOrEqual(whole.value);
  }
});
