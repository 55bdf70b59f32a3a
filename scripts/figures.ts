/** Figures of repeated measurements. */

export const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;

/** To three significant digits. */
export const rounded = (value: number): number => Number(value.toPrecision(3));
