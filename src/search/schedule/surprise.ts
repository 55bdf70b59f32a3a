/**
 * Policy-surprise weighting (KataGo methods: "policy surprise weighting"): positions where the search changed the
 * network's mind teach most, so half of a game's total row weight is spread evenly and half in proportion to
 * KL(target ‖ prior).
 */

/** KL(p ‖ q) in nats; both are distributions over the same moves, q positive wherever p is. */
export function divergence(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) if (p[i] > 0) sum += p[i] * Math.log(p[i] / Math.max(q[i], 2 ** -126));
  return Math.max(0, sum);
}

/** Share of the weight that goes by surprise (KataGo: half). */
export const SURPRISE_SHARE = 0.5;

/**
 * Row weights of one game, from base weights (1 for an ordinary policy row, 0 for none) and surprises. Their sum is the
 * sum of the base weights.
 */
export function surpriseWeights(
  base: readonly number[],
  surprise: readonly number[],
  share = SURPRISE_SHARE,
): number[] {
  const total = base.reduce((sum, weight) => sum + weight, 0);
  const surprised = base.reduce((sum, weight, i) => sum + weight * (surprise[i] ?? 0), 0);
  if (surprised <= 0) return [...base];
  return base.map((weight, i) => weight * (1 - share + (share * total * (surprise[i] ?? 0)) / surprised));
}
