/** The per-sample arrays of these files. */

import type { NpzWriter } from '../../io/npz/writer.ts';
import type { FrameEncoder } from '../../net/encode/ai-service/frames.ts';
import { HISTORY_FRAMES } from '../../net/encode/ai-service/frames.ts';
import { GLOBALS } from '../../net/encode/ai-service/globals.ts';
import { COMPONENT_COUNT } from '../../search/heuristic/components.ts';
import type { RowColumn, RowWriter } from '../rows.ts';

/** Seats that `values_mp` has room for. */
export const SLOTS = 4;

type Floats = RowColumn<Float32Array>;
type Ints = RowColumn<Int32Array>;
type Text = RowColumn<Uint32Array>;

export interface Columns {
  /** Words of FrameHistory. */
  readonly features: RowColumn<Uint32Array>;
  readonly globals: Floats;
  readonly values: Floats;
  readonly policyIndices: Ints;
  readonly policyValues: Floats;
  readonly moveNumbers: Ints;
  readonly totalMoves: Ints;
  readonly phases: Text;
  readonly victoryTypes: Text;
  readonly engineModes: Text;
  readonly moveTypes: Text;
  readonly opponentElo: Floats;
  readonly generatorElo: Floats;
  readonly quality: Floats;
  readonly opponentTypes: Text;
  readonly multi: Floats;
  readonly players: Ints;
  readonly heuristics: Floats | undefined;
  readonly game: RowColumn<Uint32Array>;
  /** Index of the game of every row, once the rows are finished. */
  readonly rowGames: readonly number[];
}

/** `values`: bits of the values of features, by number; `texts`: what the numbers of texts mean. Both may still grow. */
export function columnsOf(
  npz: NpzWriter,
  rows: RowWriter,
  encoder: FrameEncoder,
  { exact, heuristics }: { readonly exact: boolean; readonly heuristics: boolean },
  { texts }: TextTable,
  values: readonly number[],
): Columns {
  const { channels, size } = encoder;
  const floats = (name: string, shape: readonly number[] = []): Floats =>
    rows.numeric<Float32Array>(npz.numeric(name, 'f4', shape), Float32Array);
  const ints = (name: string): Ints => rows.numeric<Int32Array>(npz.numeric(name, 'i4'), Int32Array);
  const text = (name: string): Text => rows.text(npz.text(name, exact ? 'objects' : 'unicode'), texts);
  const form = exact ? 'objects' : 'typed';
  const rowGames: number[] = [];
  return {
    features: rows.sparse(npz.sparse('features', [channels * (HISTORY_FRAMES + 1), size, size], values)),
    globals: floats('globals', [GLOBALS]),
    values: floats('values'),
    policyIndices: rows.ragged<Int32Array>(npz.ragged('policy_indices', 'i4', form), Int32Array),
    policyValues: rows.ragged<Float32Array>(npz.ragged('policy_values', 'f4', form), Float32Array),
    moveNumbers: ints('move_numbers'),
    totalMoves: ints('total_game_moves'),
    phases: text('phases'),
    victoryTypes: text('victory_types'),
    engineModes: text('engine_modes'),
    moveTypes: text('move_types'),
    opponentElo: floats('opponent_elo'),
    generatorElo: floats('generator_elo'),
    quality: floats('quality_score'),
    opponentTypes: text('opponent_types'),
    multi: floats('values_mp', [SLOTS]),
    players: ints('num_players'),
    heuristics: heuristics ? floats('heuristics', [COMPONENT_COUNT]) : undefined,
    game: rows.derived((game) => rowGames.push(game)),
    rowGames,
  };
}

/** Texts by number. */
export class TextTable {
  readonly texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  of(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.texts.length;
      this.texts.push(text);
      this.#numbers.set(text, number);
    }
    return number;
  }
}
