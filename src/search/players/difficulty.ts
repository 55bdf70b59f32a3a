/**
 * Difficulty 1 to 10 as a player and its budget, in the spirit of the original's ladder (docs/upstream-formats.md
 * §7.2).
 */
import { RrError } from '../../core/errors.ts';

export interface Difficulty {
  /** Name in the registry. */
  readonly player: string;
  /** Probability of a uniformly random move instead. */
  readonly randomness: number;
}

/** With a network; steps 1–5 and 7 need none. */
export const DIFFICULTIES: readonly Difficulty[] = [
  { player: 'random', randomness: 0.5 },
  { player: 'heuristic-medium', randomness: 0.1 },
  { player: 'heuristic', randomness: 0.05 },
  { player: 'minimax:2', randomness: 0.08 },
  { player: 'minimax:4', randomness: 0.05 },
  { player: 'nn-descent:256', randomness: 0.02 },
  { player: 'mcts-heuristic:512', randomness: 0 },
  { player: 'mcts:800', randomness: 0 },
  { player: 'gumbel:800', randomness: 0 },
  { player: 'gumbel:1600', randomness: 0 },
];

/** @throws RrError USAGE unless 1 to 10 */
export function difficulty(level: number): Difficulty {
  const found = DIFFICULTIES[level - 1];
  if (found) return found;
  throw new RrError('USAGE', { detail: `difficulty ${level} is not 1 to ${DIFFICULTIES.length}` });
}
