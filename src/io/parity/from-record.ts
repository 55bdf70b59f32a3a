/** Our own game records, and the rows of our replay database, as replayable games. */

import { RulesError } from '../../engine/errors.ts';
import { stateHash } from '../../engine/fingerprint.ts';
import { OUTCOMES } from '../../engine/phases.ts';
import { hashPosition, hashText } from '../../engine/position-hash.ts';
import { State } from '../../engine/state.ts';
import { RrError } from '../../errors.ts';
import { decodeGame } from '../db/store/blob.ts';
import type { StoredGame } from '../db/store/types.ts';
import { type GameRecord, gameKind } from '../records/game.ts';
import { rulesOfRecord } from '../records/game-read.ts';
import { optionsOfStored } from '../records/game-store.ts';
import type { AnyRecord } from '../records/kinds.ts';
import type { RecordedGame, RecordedResult, UnreadableGame } from './source.ts';

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
    state: new State(rulesOfRecord(record)),
    moves: record.moves.map((raw, ply) => ({ raw, hashAfter: record.hashes?.[ply] })),
    result: resultOf(record),
    hash,
  }));
}

export function fromStored(source: string, stored: StoredGame): RecordedGame | UnreadableGame {
  const config = `${stored.board}_${stored.players}p`;
  const unreadable = (problem: string): UnreadableGame => ({ source, id: stored.game_id, config, problem });
  if (stored.plies === 0) return unreadable('the game has no moves');
  return guarded(unreadable, () => {
    const options = optionsOfStored(stored, source);
    const { moves } = decodeGame(stored.moves, source);
    if (moves.length !== stored.plies) return unreadable(`${moves.length} moves, but ${stored.plies} promised`);
    return {
      source,
      id: stored.game_id,
      config,
      state: new State(rulesOfRecord({ config, options: options.rules ?? {} })),
      moves: Array.from(moves, (packed) => ({ packed })),
      result: resultOf({
        ...options,
        status: stored.status === 'completed' ? 'completed' : 'abandoned',
        winner: stored.winner,
      }),
      hash,
    };
  });
}

type Ending = Pick<GameRecord, 'status' | 'winner' | 'outcome' | 'eliminated' | 'territory'>;

function resultOf({ status, winner, outcome, eliminated, territory }: Ending): RecordedResult {
  return {
    finished: status === 'completed',
    winner,
    ...(outcome && outcome !== OUTCOMES[0] && { reason: outcome, outcomes: [outcome] }),
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
