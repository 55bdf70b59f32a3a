/** IEEE 754 half precision as bits, since ONNX Runtime takes float16 tensors as Uint16Array. */
const view = new DataView(new ArrayBuffer(4));

/** Half-precision bits of a number, rounded to nearest even; beyond ±65504 it becomes an infinity. */
export function toHalf(value: number): number {
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 112;
  const mantissa = bits & 0x7fffff;
  if (exponent >= 31) {
    const notANumber = exponent === 143 && mantissa !== 0;
    return sign | 0x7c00 | (notANumber ? 0x200 : 0);
  }
  if (exponent <= 0) {
    if (exponent < -10) return sign;
    return sign | roundShift(mantissa | 0x800000, 14 - exponent);
  }
  // A carry out of the mantissa moves into the exponent, which is what rounding up to the next power means.
  return sign | ((exponent << 10) + roundShift(mantissa, 13));
}

/** value / 2^shift rounded to nearest, ties to even. */
function roundShift(value: number, shift: number): number {
  const floor = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return floor + (rest > half || (rest === half && (floor & 1) === 1) ? 1 : 0);
}

export function toHalfArray(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, toHalf);
}
