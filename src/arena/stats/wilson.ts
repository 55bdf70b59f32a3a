/** Wilson's score interval for a proportion (Wilson 1927); holds up at 0 % and 100 %, where the plain one collapses. */

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Two-sided normal quantile of 95 %. */
export const Z95 = 1.959963984540054;

/**
 * Interval of the success probability after `successes` of `trials`; fractional successes (draws as halves) are fine.
 * @returns the whole of [0, 1] when there were no trials
 */
export function wilsonInterval(successes: number, trials: number, z = Z95): Interval {
  if (!(successes >= 0 && successes <= trials)) throw new RangeError(`${successes} of ${trials} is no proportion`);
  if (trials === 0) return { low: 0, high: 1 };
  const p = successes / trials;
  const shrink = 1 + (z * z) / trials;
  const centre = (p + (z * z) / (2 * trials)) / shrink;
  const margin = (z / shrink) * Math.sqrt((p * (1 - p)) / trials + (z * z) / (4 * trials * trials));
  return { low: Math.max(0, centre - margin), high: Math.min(1, centre + margin) };
}
