/** From what a source recorded of a decision to a probability for each legal move. */
import type { MoveList } from '../engine/moves.ts';
import type { State } from '../engine/state.ts';
import type { GameSearch, KeyedPolicy } from '../games/game/game.ts';
import { keyLookup } from '../net/encode/ai-service/keys.ts';
import { PROBABILITY_UNIT } from '../search/players/search-data.ts';

/**
 * Writes one probability per legal move to `out` from `offset` on, and returns whether they sum to one: not when the
 * search named none of the legal moves and the played one (index `played`, −1 for none) is not legal either. Without a
 * usable search the target is the played move. Keys that mean several moves share their probability evenly.
 */
export function writePolicyTarget(
  s: State,
  legal: MoveList,
  search: GameSearch | undefined,
  played: number,
  out: Float32Array,
  offset: number,
): boolean {
  out.fill(0, offset, offset + legal.length);
  const policy = search?.policy;
  if (policy) {
    const total =
      'keys' in policy
        ? spreadKeys(s, legal, policy, out, offset)
        : spreadIndices(legal, policy.indices, policy.probs, out, offset);
    if (total > 0) {
      for (let i = offset; i < offset + legal.length; i++) out[i] /= total;
      return true;
    }
  }
  if (played < 0) return false;
  out[offset + played] = 1;
  return true;
}

function spreadIndices(
  legal: MoveList,
  indices: Uint16Array,
  probs: Uint16Array,
  out: Float32Array,
  offset: number,
): number {
  let total = 0;
  for (let i = 0; i < indices.length; i++) {
    if (indices[i] >= legal.length) continue;
    const prob = probs[i] / PROBABILITY_UNIT;
    out[offset + indices[i]] = prob;
    total += prob;
  }
  return total;
}

function spreadKeys(s: State, legal: MoveList, { keys }: KeyedPolicy, out: Float32Array, offset: number): number {
  const movesOf = keyLookup(s, legal);
  let total = 0;
  for (const [key, prob] of keys) {
    const moves = movesOf(key);
    for (const i of moves) {
      out[offset + i] += prob / moves.length;
      total += prob / moves.length;
    }
  }
  return total;
}
