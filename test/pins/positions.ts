/** The pinned positions: all boards and player counts in mid-game, ends of games, and an offer of the pie rule. */
import { advance, apply } from '../../src/engine/apply.ts';
import type { BoardName, PlayerCount } from '../../src/engine/boards.ts';
import { MoveList } from '../../src/engine/moves.ts';
import { createRules, type Rules } from '../../src/engine/rules.ts';
import { State } from '../../src/engine/state.ts';
import { lastDecisions } from '../search/endgames.ts';
import { type Position, randomPosition } from '../search/positions.ts';

export interface PinnedPosition extends Position {
  readonly name: string;
  readonly rules: Rules;
}

/** Board, players and plies of random play. */
const MIDDLES: readonly (readonly [BoardName, PlayerCount, number])[] = [
  ['hex8', 2, 0],
  ['hex8', 2, 45],
  ['hex8', 3, 60],
  ['hex8', 4, 35],
  ['square8', 2, 25],
  ['square8', 2, 70],
  ['square8', 3, 15],
  ['square8', 4, 80],
  ['square19', 2, 200],
  ['square19', 3, 120],
  ['hexagonal', 2, 160],
  ['hexagonal', 4, 240],
];

/** Board, players, seed of a random game and choices before its end. */
const ENDS: readonly (readonly [BoardName, PlayerCount, number, number])[] = [
  ['hex8', 2, 3, 1],
  ['hex8', 2, 15, 6],
  ['hex8', 3, 7, 4],
  ['hex8', 4, 12, 3],
  ['square8', 2, 31, 2],
  ['square8', 3, 5, 5],
  ['square8', 4, 9, 2],
];

export function pinnedPositions(): PinnedPosition[] {
  const middles = MIDDLES.map(([board, players, plies], i): PinnedPosition => {
    const rules = createRules(board, players);
    return { name: `${board} ${players}p ply ${plies}`, rules, ...randomPosition(rules, 1000 + i, plies) };
  });
  const ends = ENDS.map(([board, players, seed, before]): PinnedPosition => {
    const rules = createRules(board, players);
    return { name: `${board} ${players}p end ${seed}-${before}`, rules, ...lastDecisions(rules, seed, 20)[before] };
  });
  return [...middles, ...ends, pieOffer()];
}

/** The second player's first decision. */
function pieOffer(): PinnedPosition {
  const rules = createRules('square8', 2, { swapRuleEnabled: true });
  const state = new State(rules);
  const legal = new MoveList();
  for (advance(state, legal); state.player === 1; advance(state, legal)) apply(state, legal.moves[20 % legal.length]);
  return { name: 'square8 2p pie', rules, state, legal };
}
