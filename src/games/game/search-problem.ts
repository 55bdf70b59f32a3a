/** Whether recorded search data can be those of their game. */
import { PROBABILITY_UNIT } from '../../search/players/search-data.ts';
import type { Game, IndexedPolicy } from './game.ts';

/** The first thing that is wrong with the searches by themselves, before any position is looked at. */
export function searchesProblem({ searches, moves, initial }: Pick<Game, 'searches' | 'moves' | 'initial'>) {
  let last = -1;
  for (const { ply, values } of searches) {
    if (ply >= moves.length) return `a search at move ${ply} of a game of ${moves.length} moves`;
    if (ply <= last) return `a search at move ${ply} after one at move ${last}`;
    last = ply;
    const { players } = initial.rules;
    if (values && values.length !== players) return `moves[${ply}]: ${values.length} values for ${players} players`;
  }
  return undefined;
}

/** What is wrong with a policy over so many legal moves; undefined when nothing is. Probabilities are whole units: the sum is exact. */
export function policyProblem({ indices, probs }: IndexedPolicy, legal: number): string | undefined {
  let sum = 0;
  let last = -1;
  for (const index of indices) {
    if (index <= last) return `is not in ascending order at move ${index}`;
    last = index;
  }
  if (last >= legal) return `names move ${last} of ${legal}`;
  for (const prob of probs) sum += prob;
  return sum === PROBABILITY_UNIT ? undefined : `sums to ${sum / PROBABILITY_UNIT}`;
}
