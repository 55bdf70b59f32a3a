/** Half precision (IEEE 754 binary16) as bits, since ONNX Runtime takes float16 tensors as Uint16Array. */

/** Rounded to nearest even; beyond ±65504 a number becomes an infinity. */
export const toHalfArray = (values: Float32Array): Uint16Array => new Uint16Array(new Float16Array(values).buffer);
