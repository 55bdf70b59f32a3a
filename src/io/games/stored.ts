/** Games of our replay database. */
import { apply } from '../../engine/apply.ts';
import { isPlayerCount } from '../../engine/boards.ts';
import { RulesError } from '../../engine/errors.ts';
import { legalMoves } from '../../engine/legal.ts';
import { Kind, kindOf, MoveList } from '../../engine/moves.ts';
import { RULES_VERSION } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import { RrError } from '../../errors.ts';
import { qualityScore } from '../db/quality.ts';
import { decodeGame } from '../db/store/blob.ts';
import type { StoredGame } from '../db/store/types.ts';
import { gameSchema } from '../records/game.ts';
import { rulesOfRecord } from '../records/game-read.ts';
import type { Game } from './game.ts';

/**
 * The game; moves recorded under other rules are checked against ours.
 * @throws RrError FILE_CORRUPT for a blob or options that cannot be read; RulesError MOVE_ILLEGAL, SETUP_INVALID.
 */
export function fromStored(stored: StoredGame, where: string): Game {
  const { board, players } = stored;
  if (!isPlayerCount(players)) throw new RulesError('SETUP_INVALID', `${players} players`);
  const rules = rulesOfRecord({ config: `${board}_${players}p`, options: optionsOf(stored, where) });
  const { moves, searches } = decodeGame(stored.moves, `${where}: game ${stored.game_id}`);
  const initial = new State(rules);
  // The checksum vouches for the moves, and self-play for their legality as long as the rules are the same.
  if (stored.rules_version !== RULES_VERSION) checkMoves(initial, moves);
  const winner = stored.winner ?? 0;
  return {
    id: stored.game_id,
    rules,
    initial,
    moves,
    variants: new Map(),
    searches,
    completed: stored.status === 'completed',
    winner,
    reason: stored.reason,
    meta: {
      where,
      source: stored.engine ?? stored.source,
      engine: stored.engine,
      createdAt: stored.created_at,
      completedAt: null,
      quality:
        stored.quality ??
        qualityScore({ moves: moves.length, decisive: winner > 0, sourceNamed: stored.source !== null }),
      opponent: null,
      modelElo: null,
    },
  };
}

function optionsOf(stored: StoredGame, where: string) {
  let options: unknown;
  try {
    options = JSON.parse(stored.options);
  } catch {
    options = undefined;
  }
  const rules = typeof options === 'object' && options !== null && 'rules' in options ? options.rules : {};
  const checked = gameSchema.shape.options.safeParse(rules ?? {});
  if (options !== undefined && checked.success) return checked.data;
  throw new RrError('FILE_CORRUPT', { path: where, detail: `the options of game ${stored.game_id} cannot be read` });
}

const legal = new MoveList();

function checkMoves(initial: State, moves: Int32Array): void {
  const s = initial.clone();
  for (let ply = 0; ply < moves.length; ply++) {
    const move = moves[ply];
    legalMoves(s, legal);
    const ends = kindOf(move) === Kind.resign || kindOf(move) === Kind.timeout;
    if (s.isOver || (!ends && !legal.includes(move))) {
      throw new RulesError('MOVE_ILLEGAL', `move ${ply}: not legal where it was played`);
    }
    apply(s, move);
  }
}
