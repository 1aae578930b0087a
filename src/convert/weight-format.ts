/** How numbers lie in the file. What is computed with them is always float32 (int8 activations inside MatMulNBits). */
export const WEIGHT_FORMATS = ['fp32', 'fp16', 'int8', 'int4'] as const;

export type WeightFormat = (typeof WEIGHT_FORMATS)[number];

/** `float`: as the weights. `int8`: its matrices in 8-bit integers, activations rounded as well; faster, less exact. */
export const VISION_FORMATS = ['float', 'int8'] as const;

export type VisionFormat = (typeof VISION_FORMATS)[number];
