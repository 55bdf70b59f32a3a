/** Positions of random games on every board and player count, for property tests. */
import { advance, apply } from '../../../src/engine/apply.ts';
import { BOARDS, type BoardName, PLAYER_COUNTS, type PlayerCount } from '../../../src/engine/boards.ts';
import { MoveList } from '../../../src/engine/moves.ts';
import { Random } from '../../../src/engine/random.ts';
import { createRules, type RulesOptions } from '../../../src/engine/rules.ts';
import { State } from '../../../src/engine/state.ts';

/** Plays uniformly random moves; `visit` sees every decision with its legal moves, which it must not change. */
export function playRandomly(
  board: BoardName,
  players: PlayerCount,
  seed: number,
  visit: (s: State, legal: MoveList) => void,
  options: RulesOptions = {},
  plies = 400,
): State {
  const s = new State(createRules(board, players, options));
  const legal = new MoveList();
  const random = new Random(seed);
  for (let i = 0; i < plies; i++) {
    advance(s, legal);
    if (legal.length === 0) break;
    visit(s, legal);
    apply(s, legal.moves[random.below(legal.length)]);
  }
  return s;
}

export const CONFIGS: readonly (readonly [BoardName, PlayerCount])[] = BOARDS.flatMap((board) =>
  PLAYER_COUNTS.map((players) => [board, players] as const),
);
