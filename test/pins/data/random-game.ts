/** Seeded random games of every config. */
import { advance, apply } from '../../../src/engine/apply.ts';
import { BOARDS, type BoardName, PLAYER_COUNTS, type PlayerCount } from '../../../src/engine/boards.ts';
import { MoveList } from '../../../src/engine/moves.ts';
import { Random } from '../../../src/engine/random.ts';
import { createRules } from '../../../src/engine/rules.ts';
import { State } from '../../../src/engine/state.ts';
import type { Game, GameSearch } from '../../../src/games/game/game.ts';
import { gameWithoutMoves } from '../../../src/games/game/of-position.ts';

export const CONFIGS: readonly (readonly [BoardName, PlayerCount])[] = BOARDS.flatMap((board) =>
  PLAYER_COUNTS.map((players) => [board, players] as const),
);

/** Plays one; `visit` sees every decision and its legal moves. Every third decision carries a policy and values. */
export function randomGame(
  board: BoardName,
  players: PlayerCount,
  seed: number,
  visit: (s: State, legal: MoveList, decision: number) => void = () => {},
): Game {
  const rules = createRules(board, players);
  const s = new State(rules);
  const initial = s.clone();
  const legal = new MoveList();
  const random = new Random(seed);
  const moves: number[] = [];
  const searches: GameSearch[] = [];
  for (let decision = 0; ; decision++) {
    advance(s, legal, (move) => moves.push(move));
    if (legal.length === 0) break;
    visit(s, legal, decision);
    if (decision % 3 === 0) searches.push(madeUpSearch(legal.length, players, moves.length, decision));
    const move = legal.moves[random.below(legal.length)];
    moves.push(move);
    apply(s, move);
  }
  return {
    ...gameWithoutMoves(initial, 'pins'),
    id: `random-${board}-${players}-${seed}`,
    moves,
    searches,
    status: 'completed',
    winner: s.winner,
    reason: 'ring_elimination',
    source: 'random',
    engine: 'random',
    createdAt: '2026-11-20T00:00:00Z',
    quality: 0.5,
  };
}

function madeUpSearch(legal: number, players: number, ply: number, decision: number): GameSearch {
  const last = legal - 1;
  const policy =
    last === 0
      ? { indices: Uint16Array.of(0), probs: Uint16Array.of(65535) }
      : { indices: Uint16Array.of(0, last), probs: Uint16Array.of(40000, 25535) };
  const values = Int16Array.from({ length: players }, (_, seat) => 30000 - 17000 * seat);
  return { ply, policy, values, surprise: (decision * 37) % 900, weight: decision % 2 === 0 ? 1000 : 250 };
}
