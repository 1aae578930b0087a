/** The IoU that a pack foretells the mask of a scene, from what it foretells of the chips. */
export class ForetoldIou {
  readonly #chips: { iou: number; inside: number }[] = [];

  /** @param logits  of the chip; above `cut` is the mask */
  add(iou: number | null, logits: Float32Array, cut: number): void {
    if (iou !== null) this.#chips.push({ iou, inside: logits.reduce((sum, logit) => sum + Number(logit > cut), 0) });
  }

  /** By how much of the mask is in each chip; null where the pack foretells nothing. */
  mean(): number | null {
    const inside = this.#chips.reduce((sum, chip) => sum + chip.inside, 0);
    if (this.#chips.length === 0) return null;
    // Where nothing is marked, that is what is foretold to be right: all chips count alike.
    const weight = (chip: { inside: number }) => (inside > 0 ? chip.inside / inside : 1 / this.#chips.length);
    return this.#chips.reduce((sum, chip) => sum + weight(chip) * chip.iou, 0);
  }
}
