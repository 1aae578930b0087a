const BINS = 10;

/** One bin of a reliability curve. */
export interface ReliabilityBin {
  /** Lower edge of the probabilities in it; its width is 0.1. */
  readonly from: number;
  readonly pixels: number;
  readonly meanProbability: number | null;
  /** Share of its pixels that the label marks: equal to the mean probability when probabilities mean something. */
  readonly positive: number | null;
}

/** Gathers probabilities against labels, scene by scene. */
export class Reliability {
  readonly #pixels = new Float64Array(BINS);
  readonly #sum = new Float64Array(BINS);
  readonly #positives = new Float64Array(BINS);

  /** @param probability  NaN (nodata) is skipped; `label` other than 0 and 1 likewise */
  add(probability: Float32Array, label: Uint8Array): void {
    for (let i = 0; i < label.length; i++) {
      const p = probability[i]!;
      if (label[i]! > 1 || Number.isNaN(p)) continue;
      const bin = Math.min(BINS - 1, Math.floor(p * BINS));
      this.#pixels[bin]!++;
      this.#sum[bin]! += p;
      this.#positives[bin]! += label[i]!;
    }
  }

  /** The curve and its expected calibration error: mean distance of probability and share, weighted by pixels. */
  finish(): { readonly bins: readonly ReliabilityBin[]; readonly expectedCalibrationError: number | null } {
    const total = this.#pixels.reduce((a, b) => a + b, 0);
    let distance = 0;
    const bins = Array.from({ length: BINS }, (_, bin): ReliabilityBin => {
      const pixels = this.#pixels[bin]!;
      distance += Math.abs(this.#sum[bin]! - this.#positives[bin]!);
      return {
        from: bin / BINS,
        pixels,
        meanProbability: pixels > 0 ? this.#sum[bin]! / pixels : null,
        positive: pixels > 0 ? this.#positives[bin]! / pixels : null,
      };
    });
    return { bins, expectedCalibrationError: total > 0 ? distance / total : null };
  }
}
