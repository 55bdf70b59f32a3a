/** What a search says about one decision, for records and databases. */
import { PROBABILITY_UNIT, SURPRISE_UNIT, VALUE_UNIT, WEIGHT_UNIT } from './search-data.ts';

/**
 * Probabilities as whole multiples of 1/65535 that sum to exactly one (largest remainders); zeros are left out.
 */
export function quantisePolicy(policy: ArrayLike<number>): { indices: Uint16Array; probs: Uint16Array } {
  const count = policy.length;
  const units = new Uint16Array(count);
  const rest: { readonly index: number; readonly remainder: number }[] = [];
  let left = PROBABILITY_UNIT;
  for (let i = 0; i < count; i++) {
    const exact = policy[i] * PROBABILITY_UNIT;
    units[i] = Math.floor(exact);
    left -= units[i];
    if (exact > units[i]) rest.push({ index: i, remainder: exact - units[i] });
  }
  rest.sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (let i = 0; i < left && i < rest.length; i++) units[rest[i].index]++;
  const indices = new Uint16Array(units.reduce((n, unit) => n + (unit > 0 ? 1 : 0), 0));
  const probs = new Uint16Array(indices.length);
  for (let i = 0, at = 0; i < count; i++) {
    if (units[i] === 0) continue;
    indices[at] = i;
    probs[at++] = units[i];
  }
  return { indices, probs };
}

/** Nats in units of SURPRISE_UNIT; beyond the largest, which no search reaches, the largest. */
export const quantiseSurprise = (nats: number): number => Math.min(65535, Math.round(nats * SURPRISE_UNIT));

export const quantiseWeight = (weight: number): number => Math.round(weight * WEIGHT_UNIT);

export function quantiseValues(values: ArrayLike<number>): Int16Array {
  return Int16Array.from(values, (value) => Math.round(Math.min(1, Math.max(-1, value)) * VALUE_UNIT));
}
