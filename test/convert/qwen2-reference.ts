import type { LanguageSizes } from '../../src/spex/architecture.ts';

/** Row-major matrices and vectors by their Hugging Face names. */
export type Qwen2Weights = ReadonlyMap<string, Float32Array>;

/**
 * Qwen2 without cache, in plain double-precision loops, after Hugging Face's modeling_qwen2: what the graph must agree with.
 *
 * @param embeddings  [n][width]
 * @returns           hidden states after the final norm, [n][width]
 */
export function qwen2Reference(
  weights: Qwen2Weights,
  sizes: LanguageSizes,
  embeddings: readonly (readonly number[])[],
): number[][] {
  const { width, layers, heads, kvHeads, headSize, mlp, ropeTheta } = sizes;
  const get = (name: string): Float32Array => weights.get(`model.${name}`)!;
  const norm = (x: readonly number[], name: string): number[] => {
    const mean = x.reduce((sum, v) => sum + v * v, 0) / x.length;
    return x.map((v, i) => (v / Math.sqrt(mean + sizes.normEpsilon)) * get(`${name}.weight`)[i]!);
  };
  const linear = (x: readonly number[], name: string, rows: number, biased = false): number[] =>
    Array.from({ length: rows }, (_, r) => {
      const start = biased ? get(`${name}.bias`)[r]! : 0;
      return x.reduce((sum, v, c) => sum + v * get(`${name}.weight`)[r * x.length + c]!, start);
    });
  const rotated = (head: readonly number[], position: number): number[] =>
    head.map((v, i) => {
      const half = headSize / 2;
      const angle = position * ropeTheta ** ((-2 * (i % half)) / headSize);
      return v * Math.cos(angle) + (i < half ? -head[i + half]! : head[i - half]!) * Math.sin(angle);
    });
  const headOf = (x: readonly number[], h: number): number[] => x.slice(h * headSize, (h + 1) * headSize);

  let states = embeddings.map((row) => [...row]);
  for (let l = 0; l < layers; l++) {
    const name = `layers.${l}`;
    const normal = states.map((x) => norm(x, `${name}.input_layernorm`));
    const project = (part: string, count: number): number[][] =>
      normal.map((x) => linear(x, `${name}.self_attn.${part}_proj`, count * headSize, true));
    const [q, k, v] = [project('q', heads), project('k', kvHeads), project('v', kvHeads)];
    states = states.map((residual, n) => {
      const mixed = Array.from({ length: heads }, (_, h) => {
        const group = Math.floor(h / (heads / kvHeads));
        const query = rotated(headOf(q[n]!, h), n);
        const scores = Array.from({ length: n + 1 }, (_, m) => {
          const key = rotated(headOf(k[m]!, group), m);
          return query.reduce((sum, value, i) => sum + value * key[i]!, 0) / Math.sqrt(headSize);
        });
        const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
        const total = powers.reduce((sum, p) => sum + p, 0);
        return Array.from({ length: headSize }, (_, i) =>
          powers.reduce((sum, p, m) => sum + (p / total) * headOf(v[m]!, group)[i]!, 0),
        );
      }).flat();
      const attended = linear(mixed, `${name}.self_attn.o_proj`, width);
      return residual.map((x, i) => x + attended[i]!);
    });
    states = states.map((residual) => {
      const x = norm(residual, `${name}.post_attention_layernorm`);
      const gate = linear(x, `${name}.mlp.gate_proj`, mlp);
      const up = linear(x, `${name}.mlp.up_proj`, mlp);
      const down = linear(
        gate.map((g, i) => (g / (1 + Math.exp(-g))) * up[i]!),
        `${name}.mlp.down_proj`,
        width,
      );
      return residual.map((value, i) => value + down[i]!);
    });
  }
  return states.map((x) => norm(x, 'norm'));
}
