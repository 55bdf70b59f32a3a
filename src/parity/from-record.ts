/** Our own game records, and the rows of our replay database, as replayable games. */

import { RrError } from '../core/errors.ts';
import { RulesError } from '../engine/errors.ts';
import { stateHash } from '../engine/fingerprint.ts';
import type { RawMove } from '../engine/json/move.ts';
import { OUTCOMES } from '../engine/phases.ts';
import { hashPosition, hashText } from '../engine/position-hash.ts';
import type { State } from '../engine/state.ts';
import { type GameRecord, gameKind } from '../games/record/game.ts';
import { startOfRecord } from '../games/record/game-read.ts';
import { openStored } from '../games/record/stored-game.ts';
import type { StoredGame } from '../games/store/types.ts';
import type { AnyRecord } from '../io/ndjson/kinds.ts';
import { OUTCOMES_OF_REASON } from './from-ringrift.ts';
import type { RecordedGame, RecordedMove, RecordedResult, UnreadableGame } from './source.ts';

const words = new Uint32Array(2);

/** The same value as `stateHash`, faster; only an ended position asked for as if it had not ended takes the slow way. */
function hash(s: State, over?: boolean): string {
  if (over !== undefined && over !== s.isOver) return stateHash(s, over);
  hashPosition(s, words, 0);
  return hashText(words, 0);
}

export function fromRecord(source: string, value: AnyRecord): RecordedGame | UnreadableGame {
  const id = typeof value.id === 'string' ? value.id : '';
  const config = typeof value.config === 'string' ? value.config : '';
  const unreadable = (problem: string): UnreadableGame => ({ source, id, config, problem });
  const checked = gameKind.check(value);
  if (!checked.ok) return unreadable(checked.detail);
  const record = checked.value;
  if (record.moves.length === 0) return unreadable('the game has no moves');
  if (record.plies !== record.moves.length)
    return unreadable(`${record.moves.length} moves, but ${record.plies} promised`);
  return guarded(unreadable, () => ({
    source,
    id,
    config,
    state: startOfRecord(record),
    moves: record.moves.map((raw, ply) => ({
      ...claimed(raw, record.extras?.raw?.[ply] !== undefined),
      hashAfter: record.hashes?.[ply] ?? record.extras?.hashes?.[ply],
    })),
    result: resultOf(record),
    hash,
  }));
}

export function fromStored(source: string, stored: StoredGame): RecordedGame | UnreadableGame {
  const config = `${stored.board}_${stored.players}p`;
  const unreadable = (problem: string): UnreadableGame => ({ source, id: stored.game_id, config, problem });
  if (stored.plies === 0) return unreadable('the game has no moves');
  return guarded(unreadable, () => {
    const game = openStored(stored, source);
    const { options, extras, raw } = game;
    if (game.moves.length !== stored.plies)
      return unreadable(`${game.moves.length} moves, but ${stored.plies} promised`);
    return {
      source,
      id: stored.game_id,
      config,
      state: game.initial.clone(),
      moves: Array.from(game.moves, (packed, ply) => {
        const exception = raw.get(ply);
        const hashAfter = extras.hashes?.[ply];
        return exception === undefined ? { packed, hashAfter } : { ...claimed(exception, true), hashAfter };
      }),
      result: resultOf({ ...options, status: stored.status, winner: stored.winner, reason: stored.reason }),
      hash,
    };
  });
}

/** A move in full; one outside the legal set also says in which phase it was made. */
function claimed(raw: RawMove, exception: boolean): RecordedMove {
  return { raw, ...(exception && typeof raw.phase === 'string' && { phase: raw.phase }) };
}

type Ending = Pick<GameRecord, 'status' | 'winner' | 'reason' | 'outcome' | 'eliminated' | 'territory'>;

/** Games from elsewhere give their reason in the original's words, ours the exact outcome. */
function resultOf({ status, winner, reason, outcome, eliminated, territory }: Ending): RecordedResult {
  const finished = status === 'completed';
  const exact = outcome !== undefined && outcome !== OUTCOMES[0];
  const outcomes = exact ? [outcome] : OUTCOMES_OF_REASON[reason ?? ''];
  return {
    finished,
    winner,
    ...(finished && outcomes && { reason: exact ? outcome : (reason ?? ''), outcomes }),
    seats: eliminated?.map((rings, i) => ({ player: i + 1, eliminated: rings, territory: territory?.[i] })),
  };
}

function guarded(
  unreadable: (problem: string) => UnreadableGame,
  make: () => RecordedGame | UnreadableGame,
): RecordedGame | UnreadableGame {
  try {
    return make();
  } catch (error) {
    if (error instanceof RulesError || (error instanceof RrError && (error.exit === 5 || error.exit === 2)))
      return unreadable(error.message);
    throw error;
  }
}
