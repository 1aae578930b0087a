/** How numbers lie in the file. What is computed with them is always float32 (int8 activations inside MatMulNBits). */
export const WEIGHT_FORMATS = ['fp32', 'fp16', 'int8', 'int4'] as const;

export type WeightFormat = (typeof WEIGHT_FORMATS)[number];
