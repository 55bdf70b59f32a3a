/**
 * Training files of layout `rr1`: compact features, every legal move with its probability, and all targets, so that a
 * trainer never needs the games again. Plain typed arrays only; docs/encoding.md lists them. M samples, T legal moves of
 * all samples together, P players, G games.
 */

import { VERSION } from '../core/version.ts';
import { isBookkeeping, kindOf, type MoveList } from '../engine/moves.ts';
import { RULES_VERSION } from '../engine/rules.ts';
import { topologyOf } from '../engine/topology.ts';
import { fileOf, type Game, type GameSearch } from '../games/game/game.ts';
import { replay } from '../games/game/replay.ts';
import type { Step } from '../games/game/walk.ts';
import type { NumericDtype } from '../io/npz/dtype.ts';
import { NpzWriter } from '../io/npz/writer.ts';
import { COUNTERS, cellBytes, layersOf, RR1_ENCODER, writeFeatures } from '../net/encode/rr1/features.ts';
import { MOVE_COLUMNS, RR1_POLICY, writeMoves } from '../net/encode/rr1/moves.ts';
import { VALUE_UNIT } from '../search/players/search-data.ts';
import { SURPRISE_SHARE } from '../search/schedule/surprise.ts';
import { Arena } from './arena.ts';
import { claimedEnd, type ExportTarget, type LayoutWriter, type SampleOptions } from './layout.ts';
import { writePolicyTarget } from './policy-target.ts';
import { rowWeights } from './row-weights.ts';
import { type RowArray, type RowColumn, RowWriter } from './rows.ts';
import { type Outcome, outcomeOf } from './targets.ts';
import { seconds } from './time.ts';

/** Version of the layout of these files; a reader refuses later ones. */
export const RR1_FORMAT_VERSION = 1;

/** What is known of a sample before the game's end is. */
interface Pending {
  readonly ply: number;
  readonly seat: number;
  /** Place of its first legal move in the arenas. */
  readonly firstMove: number;
  readonly moves: number;
  /** Place of the played move in the list, −1 for none. */
  readonly played: number;
  readonly search: GameSearch | undefined;
}

/** What the tables of games at the end need. */
interface GameRow extends Pick<Game, 'id' | 'engine' | 'createdAt' | 'quality'> {
  readonly file: string;
  readonly plies: number;
}

export class Rr1Writer implements LayoutWriter {
  readonly config;
  readonly #options: SampleOptions;
  readonly #npz: NpzWriter;
  readonly #rows: RowWriter;
  readonly #columns: Columns;
  readonly #cells = new Arena(Uint8Array);
  readonly #counters = new Arena(Int16Array);
  readonly #moveRows = new Arena(Int32Array);
  readonly #numbers = new Arena(Float32Array);
  readonly #probs = new Arena(Float32Array);
  readonly #kinds = new Arena(Uint8Array);
  readonly #moveCells = new Arena(Int16Array);
  readonly #owners = new Arena(Uint8Array);
  readonly #table: GameRow[] = [];

  constructor({ config, target, spillFolder }: ExportTarget, options: SampleOptions) {
    this.config = config;
    this.#options = options;
    this.#npz = new NpzWriter({ target, spillFolder, compressionLevel: options.compressionLevel });
    this.#rows = new RowWriter(spillFolder, options.shuffleSeed);
    this.#columns = columnsOf(this.#npz, this.#rows, config.board, config.players);
  }

  get samples(): number {
    return this.#rows.rows;
  }

  get games(): number {
    return this.#table.length;
  }

  add(game: Game): number {
    for (const arena of [this.#cells, this.#counters, this.#moveRows, this.#numbers, this.#probs]) arena.length = 0;
    const pending: Pending[] = [];
    let decisions = 0;
    let nextSearch = 0;
    const final = replay(
      game,
      {
        move: (step) => {
          const { ply, move } = step;
          while (nextSearch < game.searches.length && game.searches[nextSearch].ply < ply) nextSearch++;
          if (!this.#options.includeBookkeeping && isBookkeeping(kindOf(move))) return;
          if (decisions++ % this.#options.sampleEvery !== 0) return;
          const search = game.searches[nextSearch]?.ply === ply ? game.searches[nextSearch] : undefined;
          const sample = this.#take(step, search);
          if (sample) pending.push(sample);
        },
      },
      claimedEnd(game),
    );
    const outcome = outcomeOf(final, game.winner);
    const { surpriseShare = SURPRISE_SHARE } = this.#options;
    const weights = rowWeights(
      pending.map(({ search }) => search),
      surpriseShare,
    );
    for (let i = 0; i < pending.length; i++) this.#emit(pending[i], i, weights[i], outcome, game);
    if (pending.length > 0) {
      const { id, engine, createdAt, quality, moves } = game;
      this.#table.push({ id, engine, createdAt, quality, file: fileOf(game), plies: moves.length });
    }
    return pending.length;
  }

  /** Undefined for a move outside the legal set that nothing was searched for: there is no policy to learn. */
  #take({ state: s, ply, move, legal, variant }: Step, search: GameSearch | undefined): Pending | undefined {
    const played = variant === null ? indexOf(legal, move) : -1;
    const probs = this.#probs.take(legal.length);
    if (!writePolicyTarget(s, legal, search, played, this.#probs.data, probs)) {
      this.#probs.length = probs;
      return undefined;
    }
    const { board, players } = s.rules;
    const cells = this.#cells.take(cellBytes(board, players));
    const counters = this.#counters.take(COUNTERS);
    writeFeatures(s, this.#cells.data, cells, this.#counters.data, counters);
    this.#moveRows.take(legal.length * MOVE_COLUMNS);
    this.#numbers.take(legal.length);
    writeMoves(s, legal, 0, this.#moveRows.data, this.#numbers.data, probs);
    return { ply, seat: s.player, firstMove: probs, moves: legal.length, played, search };
  }

  #emit(sample: Pending, index: number, weight: number, outcome: Outcome, game: Game): void {
    const { board, players } = this.config;
    const columns = this.#columns;
    const { firstMove, moves, seat } = sample;
    const bytes = cellBytes(board, players);
    columns.features.put(this.#cells.part(index * bytes, bytes));
    columns.counters.put(this.#counters.part(index * COUNTERS, COUNTERS));
    columns.moves.putNumber(moves);
    this.#emitMoves(firstMove, moves);
    columns.number.put(this.#numbers.part(firstMove, moves));
    columns.prob.put(this.#probs.part(firstMove, moves));
    columns.played.putNumber(sample.played);
    const { search } = sample;
    columns.searched.putNumber((search?.policy ? 1 : 0) | (search?.values ? 2 : 0));
    for (let k = 0; k < players; k++) {
      const at = (seat - 1 + k) % players;
      columns.value.putNumber(outcome.winner === at + 1 ? 1 : 0);
      columns.rootValue.putNumber(search?.values ? search.values[at] / VALUE_UNIT : 0);
      columns.rank.putNumber(outcome.ranks[at]);
      columns.ringMargin.putNumber(outcome.ringMargins[at]);
      columns.territoryMargin.putNumber(outcome.territoryMargins[at]);
    }
    const { owners } = outcome;
    const relative = this.#owners.part(this.#owners.reset(owners.length), owners.length);
    for (let cell = 0; cell < owners.length; cell++) {
      relative[cell] = owners[cell] === 0 ? 0 : 1 + ((owners[cell] - seat + players) % players);
    }
    columns.ownership.put(relative);
    columns.pliesLeft.putNumber(game.moves.length - sample.ply);
    columns.weight.putNumber(weight);
    columns.game.putNumber(this.#table.length);
    this.#rows.end();
  }

  #emitMoves(first: number, count: number): void {
    const rows = this.#moveRows.data;
    const kinds = this.#kinds.part(this.#kinds.reset(count), count);
    const cells = this.#moveCells.part(this.#moveCells.reset(3 * count), 3 * count);
    for (let i = 0, at = first * MOVE_COLUMNS; i < count; i++, at += MOVE_COLUMNS) {
      kinds[i] = rows[at + 1];
      cells[3 * i] = rows[at + 2];
      cells[3 * i + 1] = rows[at + 3];
      cells[3 * i + 2] = rows[at + 4];
    }
    this.#columns.kind.put(kinds);
    this.#columns.cells.put(cells);
  }

  async finish(): Promise<void> {
    this.#rows.finish();
    const npz = this.#npz;
    const games = this.#table;
    const ids = npz.text('game_id');
    const engines = npz.text('game_engine');
    for (const { id, engine } of games) {
      ids.append(id);
      engines.append(engine ?? '');
    }
    npz.array(
      'game_created',
      Float64Array.from(games, ({ createdAt }) => seconds(createdAt)),
    );
    npz.array(
      'game_quality',
      Float32Array.from(games, ({ quality }) => quality ?? Number.NaN),
    );
    npz.array(
      'game_plies',
      Uint32Array.from(games, ({ plies }) => plies),
    );
    const { board, players, key } = this.config;
    const newest = games.reduce(
      (latest, { createdAt }) => (createdAt !== null && createdAt > latest ? createdAt : latest),
      '',
    );
    const scalars: Readonly<Record<string, string | number | boolean>> = {
      format: 'rr1',
      format_version: RR1_FORMAT_VERSION,
      encoder: RR1_ENCODER,
      policy: RR1_POLICY,
      config: key,
      board,
      players,
      rules: RULES_VERSION,
      rr_version: VERSION,
      sample_every: this.#options.sampleEvery,
      includes_bookkeeping: this.#options.includeBookkeeping,
      shuffled: this.#options.shuffleSeed !== undefined,
      newest_game: newest,
      sources: JSON.stringify([...new Set(games.map(({ file }) => file))].sort()),
    };
    for (const [name, value] of Object.entries(scalars)) npz.scalar(name, value);
    await npz.finish();
  }

  abort(): void {
    this.#rows.close();
    this.#npz.abort();
  }
}

function indexOf(legal: MoveList, move: number): number {
  for (let i = 0; i < legal.length; i++) if (legal.moves[i] === move) return i;
  return -1;
}

interface Columns {
  readonly features: RowColumn<Uint8Array>;
  readonly counters: RowColumn<Int16Array>;
  readonly moves: RowColumn<Uint32Array>;
  readonly kind: RowColumn<Uint8Array>;
  readonly cells: RowColumn<Int16Array>;
  readonly number: RowColumn<Float32Array>;
  readonly prob: RowColumn<Float32Array>;
  readonly played: RowColumn<Int32Array>;
  readonly value: RowColumn<Float32Array>;
  readonly searched: RowColumn<Uint8Array>;
  readonly rootValue: RowColumn<Float32Array>;
  readonly rank: RowColumn<Uint8Array>;
  readonly ringMargin: RowColumn<Float32Array>;
  readonly territoryMargin: RowColumn<Float32Array>;
  readonly ownership: RowColumn<Uint8Array>;
  readonly pliesLeft: RowColumn<Int32Array>;
  readonly weight: RowColumn<Float32Array>;
  readonly game: RowColumn<Uint32Array>;
}

function columnsOf(npz: NpzWriter, rows: RowWriter, board: ExportTarget['config']['board'], players: number): Columns {
  const { cells } = topologyOf(board);
  const column = <T extends Uint8Array | Int16Array | Int32Array | Uint32Array | Float32Array>(
    name: string,
    dtype: NumericDtype,
    make: RowArray<T>,
    shape: readonly number[] = [],
  ): RowColumn<T> => rows.numeric<T>(npz.numeric(name, dtype, shape), make);
  const indptr = npz.numeric('policy_indptr', 'i8');
  const end = BigInt64Array.of(0n);
  indptr.append(end);
  return {
    features: column<Uint8Array>('features', 'u1', Uint8Array, [layersOf(players), cells]),
    counters: column<Int16Array>('counters', 'i2', Int16Array, [COUNTERS]),
    moves: rows.derived((count) => {
      end[0] += BigInt(count);
      indptr.append(end);
    }),
    kind: column<Uint8Array>('policy_kind', 'u1', Uint8Array),
    cells: column<Int16Array>('policy_cells', 'i2', Int16Array, [3]),
    number: column<Float32Array>('policy_number', 'f4', Float32Array),
    prob: column<Float32Array>('policy_prob', 'f4', Float32Array),
    played: column<Int32Array>('played', 'i4', Int32Array),
    value: column<Float32Array>('value', 'f4', Float32Array, [players]),
    searched: column<Uint8Array>('searched', 'u1', Uint8Array),
    rootValue: column<Float32Array>('root_value', 'f4', Float32Array, [players]),
    rank: column<Uint8Array>('rank', 'u1', Uint8Array, [players]),
    ringMargin: column<Float32Array>('ring_margin', 'f4', Float32Array, [players]),
    territoryMargin: column<Float32Array>('territory_margin', 'f4', Float32Array, [players]),
    ownership: column<Uint8Array>('ownership', 'u1', Uint8Array, [cells]),
    pliesLeft: column<Int32Array>('plies_left', 'i4', Int32Array),
    weight: column<Float32Array>('weight', 'f4', Float32Array),
    game: column<Uint32Array>('game', 'u4', Uint32Array),
  };
}
