/**
 * Values for moves tried and untried (Danihelka et al. 2022, §4 and Appendix D). Plain reference forms over whole
 * arrays, used at the root once per decision; interior.ts computes the same selection in time proportional to the moves
 * tried. All values are of the mover, in [−1, 1].
 */

/** σ of Eq. 8: monotone, grows with the visits spent. The paper's constants for board games. */
export const C_VISIT = 50;
export const C_SCALE = 1;

export interface SigmaScale {
  readonly cVisit: number;
  readonly cScale: number;
}
export const PAPER_SCALE: SigmaScale = { cVisit: C_VISIT, cScale: C_SCALE };

export function sigma(q: number, maxVisits: number, scale: SigmaScale = PAPER_SCALE): number {
  return (scale.cVisit + maxVisits) * scale.cScale * q;
}

/** A prior that underflowed must still be a positive weight (smallest normal float32). */
export const TINY = 2 ** -126;

/**
 * v_mix of Appendix D, Eq. 33: the evaluator's value mixed with the prior-weighted mean of the visited moves' values,
 * (v + ΣN · Σ π·q / Σ π) / (1 + ΣN), sums over visited moves. The raw value when nothing was visited.
 */
export function mixedValue(
  raw: number,
  priors: ArrayLike<number>,
  qvalues: ArrayLike<number>,
  visits: ArrayLike<number>,
): number {
  let sumVisits = 0;
  let sumPrior = 0;
  let weighted = 0;
  for (let a = 0; a < visits.length; a++) {
    if (visits[a] === 0) continue;
    const prior = Math.max(priors[a], TINY);
    sumVisits += visits[a];
    sumPrior += prior;
    weighted += prior * qvalues[a];
  }
  return sumVisits === 0 ? raw : (raw + (sumVisits * weighted) / sumPrior) / (1 + sumVisits);
}

/** Eq. 10: a visited move's own value, v_mix for the others. */
export function completedQ(
  qvalues: ArrayLike<number>,
  visits: ArrayLike<number>,
  mixed: number,
  out: Float64Array<ArrayBuffer> = new Float64Array(visits.length),
): Float64Array<ArrayBuffer> {
  for (let a = 0; a < visits.length; a++) out[a] = visits[a] > 0 ? qvalues[a] : mixed;
  return out;
}

/** Eq. 11: π' = softmax(logits + σ(completedQ)). */
export function improvedPolicy(
  logits: ArrayLike<number>,
  completed: ArrayLike<number>,
  maxVisits: number,
  scale: SigmaScale = PAPER_SCALE,
  out: Float64Array<ArrayBuffer> = new Float64Array(logits.length),
): Float64Array<ArrayBuffer> {
  let largest = Number.NEGATIVE_INFINITY;
  for (let a = 0; a < logits.length; a++) {
    out[a] = logits[a] + sigma(completed[a], maxVisits, scale);
    if (out[a] > largest) largest = out[a];
  }
  let total = 0;
  for (let a = 0; a < logits.length; a++) {
    out[a] = Math.exp(out[a] - largest);
    total += out[a];
  }
  for (let a = 0; a < logits.length; a++) out[a] /= total;
  return out;
}

/** Eq. 14, the deterministic choice below the root: argmax π'(a) − N(a) / (1 + ΣN); the first of equals. */
export function leastVisitedByPolicy(policy: ArrayLike<number>, visits: ArrayLike<number>): number {
  let sumVisits = 0;
  for (let a = 0; a < visits.length; a++) sumVisits += visits[a];
  let best = 0;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let a = 0; a < visits.length; a++) {
    const score = policy[a] - visits[a] / (1 + sumVisits);
    if (score > bestScore) {
      bestScore = score;
      best = a;
    }
  }
  return best;
}
