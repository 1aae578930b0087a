/**
 * IEEE 754 half floats from float32, rounded to nearest even; what is too large becomes infinity.
 *
 * @param values  any length
 * @returns       the bit patterns, same length
 */
export function toFloat16(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) halves[i] = halfOf(bits[i]!);
  return halves;
}

/** The opposite way; exact, because every half float is a float32. */
export function fromFloat16(halves: Uint16Array): Float32Array {
  const values = new Float32Array(halves.length);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < halves.length; i++) bits[i] = FLOAT_OF_HALF[halves[i]!]!;
  return values;
}

/** bfloat16 is the upper half of a float32. */
export function fromBfloat16(halves: Uint16Array): Float32Array {
  const values = new Float32Array(halves.length);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return values;
}

function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x47800000) return sign | 0x7c00; // 65536 and more
  if (magnitude < 0x33000001) return sign; // at most half of the smallest subnormal: ties go to zero, which is even
  if (magnitude >= 0x38800000) {
    // Normal: rebias the exponent (127 -> 15) and round the 13 bits that go. A carry may run into the exponent: right.
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  }
  const shift = 126 - (magnitude >>> 23); // 14 … 24
  const mantissa = (magnitude & 0x7fffff) | 0x800000;
  const kept = mantissa >>> shift;
  const lost = mantissa & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return sign | (kept + (lost > half || (lost === half && (kept & 1) === 1) ? 1 : 0));
}

const FLOAT_OF_HALF = Uint32Array.from({ length: 65536 }, (_, half) => {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 31) return sign | 0x7f800000 | (mantissa << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (mantissa << 13);
  if (mantissa === 0) return sign;
  const lead = Math.clz32(mantissa) - 21; // shift that brings the first one to bit 10
  return sign | ((113 - lead) << 23) | (((mantissa << lead) & 0x3ff) << 13);
});
