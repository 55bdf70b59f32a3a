/** Sparse policy targets over the flat policy layouts. */
import { legalMoves } from '../../engine/legal.ts';
import { MoveList } from '../../engine/moves.ts';
import { Phase } from '../../engine/phases.ts';
import type { State } from '../../engine/state.ts';
import type { GameSearch, IndexedPolicy, KeyedPolicy } from '../../games/game/game.ts';
import { keyLookup } from '../../net/encode/ai-service/keys.ts';
import { flatPolicy, NOT_ENCODABLE } from '../../net/encode/ai-service/policy.ts';
import { PROBABILITY_UNIT } from '../../search/players/search-data.ts';

export type PolicyEntry = readonly [index: number, prob: number];

export class PolicyTargets {
  readonly #exact: boolean;
  readonly #legal = new MoveList();

  /** `exact`: as the original exports them, duplicate indices included. */
  constructor(exact: boolean) {
    this.#exact = exact;
  }

  /** The target of a position, summing to 1; the played move alone where nothing usable was searched for. */
  of(s: State, played: number, search: GameSearch | undefined): readonly PolicyEntry[] {
    const entries = search?.policy ? this.#searched(s, search.policy) : [];
    let sum = 0;
    for (const [, prob] of entries) sum += prob;
    return sum > 0 ? entries.map(([index, prob]) => [index, prob / sum]) : [[played, 1]];
  }

  #searched(s: State, policy: IndexedPolicy | KeyedPolicy): PolicyEntry[] {
    const legal = this.#legal;
    legalMoves(s, legal);
    if ('keys' in policy) return this.#exact ? serviceEntries(s, legal, policy) : merged(keyEntries(s, legal, policy));
    const entries: PolicyEntry[] = [];
    policy.indices.forEach((position, i) => {
      if (position < legal.length) addMove(entries, s, legal.moves[position], policy.probs[i] / PROBABILITY_UNIT);
    });
    return this.#exact ? entries : merged(entries);
  }
}

function addMove(entries: PolicyEntry[], s: State, move: number, prob: number): void {
  const index = flatPolicy(s.rules.board).indexOf(s, move);
  if (index !== NOT_ENCODABLE && prob > 0) entries.push([index, prob]);
}

function keyEntries(s: State, legal: MoveList, { keys }: KeyedPolicy): PolicyEntry[] {
  const movesOf = keyLookup(s, legal);
  const entries: PolicyEntry[] = [];
  for (const [key, prob] of keys) {
    const moves = movesOf(key);
    for (const i of moves) addMove(entries, s, legal.moves[i], prob / moves.length);
  }
  return entries;
}

/**
 * As the original maps keys: the last move of a key wins, options of exact lines have the index of options, and searches
 * in the middle of a capture chain are not found at all (observed in its exports; there the played move is the target).
 */
function serviceEntries(s: State, legal: MoveList, { keys }: KeyedPolicy): PolicyEntry[] {
  if (s.phase === Phase.chain) return [];
  const movesOf = keyLookup(s, legal);
  const { lineOption } = flatPolicy(s.rules.board);
  const entries: PolicyEntry[] = [];
  for (const [key, prob] of keys) {
    const last = movesOf(key).at(-1);
    if (last === undefined) continue;
    if (key.startsWith('choose_line_option')) entries.push([lineOption, prob]);
    else addMove(entries, s, legal.moves[last], prob);
  }
  return entries;
}

/** Equal indices summed, ascending: the original's loader overwrites instead of adding (quirk 15). */
function merged(entries: readonly PolicyEntry[]): PolicyEntry[] {
  const sums = new Map<number, number>();
  for (const [index, prob] of entries) sums.set(index, (sums.get(index) ?? 0) + prob);
  return [...sums].sort(([a], [b]) => a - b);
}
