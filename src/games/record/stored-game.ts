/** A row of the replay database opened for whoever wants to play it: start position, moves, exceptions, search data. */

import * as z from 'zod';
import { RrError } from '../../core/errors.ts';
import { apply } from '../../engine/apply.ts';
import { isPlayerCount } from '../../engine/boards.ts';
import { RulesError } from '../../engine/errors.ts';
import type { RawMove } from '../../engine/json/move.ts';
import type { State } from '../../engine/state.ts';
import type { PlySearch } from '../../search/players/search-data.ts';
import { untagged } from '../exact/difference.ts';
import { decodeGame } from '../store/blob.ts';
import { decodeExtras, type Extras } from '../store/extras.ts';
import type { StoredGame } from '../store/types.ts';
import { type Interpretation, interpretMove } from '../upstream/interpret.ts';
import { gameSchema } from './game.ts';
import { startOfRecord } from './game-read.ts';

/** What the `options` column of a stored game holds: the fields of a record that have no column of their own. */
const storedOptions = z.looseObject({
  rules: gameSchema.shape.options.optional(),
  outcome: gameSchema.shape.outcome,
  detector: gameSchema.shape.detector,
  swapped: gameSchema.shape.swapped,
  opening: gameSchema.shape.opening,
  fork: gameSchema.shape.fork,
  eliminated: gameSchema.shape.eliminated,
  territory: gameSchema.shape.territory,
});
export type StoredOptions = z.infer<typeof storedOptions>;

export interface OpenedGame {
  readonly config: string;
  readonly options: StoredOptions;
  readonly extras: Extras;
  /** The position before the first move; not to be changed. */
  readonly initial: State;
  /** Packed; where `raw` has a move this one only names its type, or is what it comes to. */
  readonly moves: Int32Array;
  /** Moves in full that the legal set does not hold, by ply. */
  readonly raw: ReadonlyMap<number, RawMove>;
  readonly searches: readonly PlySearch[];
}

/** @throws RrError FILE_CORRUPT for a blob or options that cannot be read; RulesError SETUP_INVALID for its start */
export function openStored(stored: StoredGame, where: string): OpenedGame {
  const { board, players, game_id } = stored;
  if (!isPlayerCount(players)) throw new RulesError('SETUP_INVALID', `${players} players`);
  const name = `${where}: game ${game_id}`;
  const config = `${board}_${players}p`;
  const options = optionsOfStored(stored, where);
  const extras = decodeExtras(stored.extras, name);
  const { moves, searches } = decodeGame(stored.moves, name);
  const raw = new Map(Object.entries(extras.raw ?? {}).map(([ply, move]) => [Number(ply), untagged(move) as RawMove]));
  const initial = startOfRecord({ config, options: options.rules ?? {}, extras });
  return { config, options, extras, initial, moves, raw, searches };
}

/** The parsed `options` column of a stored game. @throws RrError FILE_CORRUPT */
export function optionsOfStored({ options, game_id }: StoredGame, where: string): StoredOptions {
  let value: unknown;
  try {
    value = JSON.parse(options);
  } catch {
    value = undefined;
  }
  const checked = storedOptions.safeParse(value);
  if (checked.success) return checked.data;
  const detail = `the options of game ${game_id} cannot be read (${checked.error.issues[0]?.message})`;
  throw new RrError('FILE_CORRUPT', { path: where, detail });
}

/**
 * Plays an opened game on `s`, which holds the position before move `ply`, by that one move.
 * @returns how an exception was understood. @throws RulesError for an exception that the rules refuse
 */
export function playOpened(game: OpenedGame, s: State, ply: number): Interpretation | undefined {
  const raw = game.raw.get(ply);
  if (raw === undefined) {
    apply(s, game.moves[ply]);
    return undefined;
  }
  const interpretation = interpretMove(s, raw);
  interpretation.play(s);
  return interpretation;
}
