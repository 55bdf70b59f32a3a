/**
 * Training files as the original's trainer loads them (data-formats §3): stacked float planes, flat policy indices. With
 * `exact` they are what its own exporter writes, defects included: values of three and four players by eliminated rings
 * whoever won, duplicate policy indices, strings and policies as Python objects. Otherwise the winner comes first,
 * duplicates are summed, and everything that can be is a plain typed array.
 */

import { legalMoves } from '../../engine/legal.ts';
import { isBookkeeping, kindOf, MOVE_TYPES, MoveList } from '../../engine/moves.ts';
import { PHASES, Phase } from '../../engine/phases.ts';
import type { State } from '../../engine/state.ts';
import { RrError } from '../../errors.ts';
import {
  type AiServiceEncoderId,
  type FrameEncoder,
  frameEncoder,
  HISTORY_FRAMES,
} from '../../net/encode/ai-service/frames.ts';
import { GLOBALS, writeGlobals } from '../../net/encode/ai-service/globals.ts';
import { FrameHistory } from '../../net/encode/ai-service/history.ts';
import { keyLookup } from '../../net/encode/ai-service/keys.ts';
import { flatPolicy, NOT_ENCODABLE, recordedIndex } from '../../net/encode/ai-service/policy.ts';
import { COMPONENT_COUNT, FEATURE_SCALES } from '../../search/heuristic/components.ts';
import { HeuristicEvaluator } from '../../search/heuristic/evaluate.ts';
import { PROFILES } from '../../search/heuristic/weights.ts';
import {
  type Game,
  type GameSearch,
  type KeyedPolicy,
  PROBABILITY_UNIT,
  replayGame,
  replayToEnd,
} from '../games/game.ts';
import { NpzWriter } from '../npz/writer.ts';
import type { ExportTarget, LayoutWriter, SampleOptions } from './layout.ts';
import { MarkerOrder } from './marker-order.ts';
import { type RowColumn, RowWriter } from './rows.ts';
import {
  DEFAULT_ELO,
  type EngineMode,
  engineMode,
  freshness,
  opponentType,
  SOURCE_WEIGHT,
  seconds,
  victoryType,
} from './service-labels.ts';
import { outcomeOf } from './targets.ts';

export interface AiServiceOptions extends SampleOptions {
  /** Default: hex_v2 or square_v2, whichever fits the board. */
  readonly encoder?: AiServiceEncoderId;
  readonly exact: boolean;
  /** Add sample_weights and timestamps (source and freshness, mean 1). */
  readonly qualityWeighted: boolean;
  /** Add the 21 heuristic features of the player on turn. */
  readonly heuristics: boolean;
  /** The instant ages are counted to, seconds since 1970, and the export time in the metadata. */
  readonly now: number;
}

/** What all samples of a game share. */
interface GameRow {
  readonly engine: EngineMode;
  readonly time: number;
  readonly newest: string;
}

const SLOTS = 4;

export class AiServiceWriter implements LayoutWriter {
  readonly config;
  readonly #options: AiServiceOptions;
  readonly #encoder: FrameEncoder;
  readonly #npz: NpzWriter;
  readonly #rows: RowWriter;
  readonly #columns: Columns;
  readonly #history: FrameHistory;
  readonly #legal = new MoveList();
  readonly #globals = new Float32Array(GLOBALS);
  readonly #table: GameRow[] = [];
  readonly #texts = new TextTable();
  readonly #markers = new MarkerOrder();
  readonly #evaluator: HeuristicEvaluator;
  readonly #heuristics = new Float32Array(COMPONENT_COUNT);
  #maxIndex = -1;

  constructor({ config, target, spillFolder }: ExportTarget, options: AiServiceOptions) {
    const wanted = options.encoder ?? (config.board.startsWith('hex') ? 'hex_v2' : 'square_v2');
    const encoder = frameEncoder(wanted, config.board);
    if (!encoder) throw new RrError('USAGE', { detail: `--encoder ${wanted} does not fit ${config.board}` });
    this.config = config;
    this.#options = options;
    this.#encoder = encoder;
    this.#history = new FrameHistory(encoder);
    // The original exports its default weights, and what it sees of them on hex8.
    this.#evaluator = new HeuristicEvaluator({
      weights: PROFILES.balanced,
      mode: 'full',
      originalBlindness: options.exact,
    });
    this.#npz = new NpzWriter({ target, spillFolder, compressionLevel: options.compressionLevel });
    this.#rows = new RowWriter(spillFolder, options.shuffleSeed);
    this.#columns = columnsOf(this.#npz, this.#rows, encoder, options, this.#texts, this.#history.values.bits);
  }

  get samples(): number {
    return this.#rows.rows;
  }

  get games(): number {
    return this.#table.length;
  }

  add(game: Game): number {
    const before = this.#rows.rows;
    // A first pass for the end of the game: holding back all samples of a large board until then would not fit memory.
    const final = replayToEnd(game);
    const { sampleEvery, includeBookkeeping, exact } = this.#options;
    const shared = this.#shared(game, final);
    this.#history.reset();
    this.#markers.reset();
    let nextSearch = 0;
    replayGame(game, (s, ply, move) => {
      const markers = this.#options.heuristics ? this.#markers.follow(s) : undefined;
      if (ply % sampleEvery !== 0) return;
      this.#history.push(s);
      while (nextSearch < game.searches.length && game.searches[nextSearch].ply < ply) nextSearch++;
      if (!includeBookkeeping && !exact && isBookkeeping(kindOf(move))) return;
      const search = game.searches[nextSearch]?.ply === ply ? game.searches[nextSearch] : undefined;
      const variant = game.variants.get(ply);
      const played = variant ? recordedIndex(s, variant.raw, move) : flatPolicy(s.rules.board).indexOf(s, move);
      if (played === NOT_ENCODABLE) return;
      if (markers) {
        this.#writeHeuristics(s, markers);
        this.#columns.heuristics?.put(this.#heuristics);
      }
      this.#emit(s, ply, move, played, search, shared);
    });
    this.#table.push({
      engine: engineMode(game),
      time: Math.floor(seconds(game.meta.completedAt ?? game.meta.createdAt)),
      newest: game.meta.completedAt ?? game.meta.createdAt ?? '',
    });
    return this.#rows.rows - before;
  }

  /** The original divides in single precision. */
  #writeHeuristics(s: State, markers: readonly number[]): void {
    this.#evaluator.count(s, markers);
    const parts = this.#evaluator.components(s, s.player);
    for (let i = 0; i < COMPONENT_COUNT; i++) {
      this.#heuristics[i] = Math.min(1, Math.max(-1, Math.fround(parts[i]) / FEATURE_SCALES[i]));
    }
  }

  #shared(game: Game, final: State): Shared {
    const { exact } = this.#options;
    const ranks = exact ? serviceRanks(final) : outcomeOf(final, game.winner).ranks;
    const { players } = final.rules;
    const bySeat = ranks.map((rank) => 1 - (2 * (rank - 1)) / (players - 1));
    const multi = new Float32Array(SLOTS);
    multi.set(bySeat);
    const texts = this.#texts;
    return {
      value: (seat) => (players === 2 ? (game.winner === seat ? 1 : -1) : bySeat[seat - 1]),
      multi,
      moves: game.moves.length,
      victory: texts.of(victoryType(game)),
      engine: texts.of(engineMode(game)),
      opponent: texts.of(opponentType(game)),
      elo: game.meta.modelElo ?? DEFAULT_ELO,
      quality: game.meta.quality ?? 0,
    };
  }

  #emit(s: State, ply: number, move: number, played: number, search: GameSearch | undefined, shared: Shared): void {
    const columns = this.#columns;
    columns.features.put(this.#history.words());
    writeGlobals(this.#encoder.id, s, this.#globals, 0);
    columns.globals.put(this.#globals);
    columns.values.putNumber(shared.value(s.player));
    this.#emitPolicy(s, played, search);
    columns.moveNumbers.putNumber(ply);
    columns.totalMoves.putNumber(shared.moves);
    columns.phases.putNumber(this.#texts.of(PHASES[s.phase]));
    columns.victoryTypes.putNumber(shared.victory);
    columns.engineModes.putNumber(shared.engine);
    columns.moveTypes.putNumber(this.#texts.of(MOVE_TYPES[kindOf(move)]));
    columns.opponentElo.putNumber(DEFAULT_ELO);
    columns.generatorElo.putNumber(shared.elo);
    columns.quality.putNumber(shared.quality);
    columns.opponentTypes.putNumber(shared.opponent);
    columns.multi.put(shared.multi);
    columns.players.putNumber(s.rules.players);
    columns.game.putNumber(this.#table.length);
    this.#rows.end();
  }

  /** Sparse target; the played move alone where nothing usable was searched for. */
  #emitPolicy(s: State, played: number, search: GameSearch | undefined): void {
    const { policyIndices, policyValues } = this.#columns;
    const add = (index: number, prob: number): void => {
      policyIndices.putNumber(index);
      policyValues.putNumber(prob);
      if (index > this.#maxIndex) this.#maxIndex = index;
    };
    const entries = search?.policy ? this.#searched(s, search) : [];
    let sum = 0;
    for (const [, prob] of entries) sum += prob;
    if (sum > 0) for (const [index, prob] of entries) add(index, prob / sum);
    else add(played, 1);
  }

  #searched(s: State, { policy }: GameSearch): Entry[] {
    if (!policy) return [];
    const legal = this.#legal;
    legalMoves(s, legal);
    if ('keys' in policy)
      return this.#options.exact ? serviceEntries(s, legal, policy) : merged(keyEntries(s, legal, policy));
    const entries: Entry[] = [];
    policy.indices.forEach((position, i) => {
      if (position < legal.length) addMove(entries, s, legal.moves[position], policy.probs[i] / PROBABILITY_UNIT);
    });
    return this.#options.exact ? entries : merged(entries);
  }

  async finish(): Promise<void> {
    this.#rows.finish();
    const npz = this.#npz;
    const games = this.#table;
    const { board } = this.config;
    const { size, channels, id } = this.#encoder;
    const { exact, qualityWeighted, now } = this.#options;
    if (qualityWeighted) {
      const rowGames = this.#columns.rowGames;
      npz.array('sample_weights', weightsOf(games, rowGames, now));
      npz.array(
        'timestamps',
        Float64Array.from(rowGames, (game) => games[game].time),
      );
    }
    if (this.#options.heuristics) {
      npz.scalar('num_heuristic_features', COMPONENT_COUNT);
      npz.scalar('heuristic_mode', 'fast');
    }
    npz.scalar('board_type', board);
    const scalars: Readonly<Record<string, string | number | boolean>> = {
      board_size: size,
      history_length: HISTORY_FRAMES,
      feature_version: 2,
      policy_encoding: 'board_aware',
      encoder_type: id,
      encoder_version: id === 'hex_v3' ? 'v3' : 'v2',
      in_channels: channels * (HISTORY_FRAMES + 1),
      policy_size: flatPolicy(board).size,
      max_policy_index: this.#maxIndex,
      policies_normalized: true,
      export_version: '2.1',
      spatial_size: size,
    };
    for (const [name, value] of Object.entries(scalars)) npz.scalar(name, value);
    const newest = games.reduce((latest, game) => (game.newest > latest ? game.newest : latest), '');
    const metadata = new Map<string, string | number>([
      ['export_time', new Date(now * 1000).toISOString().replace('Z', '000+00:00')],
      ['newest_game_time', newest],
      ['game_count', games.length],
      ['sample_count', this.#rows.rows],
    ]);
    if (exact) npz.dict('metadata', metadata);
    else npz.scalar('metadata_json', JSON.stringify(Object.fromEntries(metadata)));
    await npz.finish();
  }

  abort(): void {
    this.#rows.close();
    this.#npz.abort();
  }
}

/** Samples of one game have these in common. */
interface Shared {
  readonly value: (seat: number) => number;
  readonly multi: Float32Array;
  readonly moves: number;
  /** Numbers of texts. */
  readonly victory: number;
  readonly engine: number;
  readonly opponent: number;
  readonly elo: number;
  readonly quality: number;
}

/** Ranks by eliminated rings, then territory; ties in seat order, the winner regardless (quirk 3). */
function serviceRanks(final: State): number[] {
  const seats = Array.from({ length: final.rules.players }, (_, i) => i + 1);
  const order = [...seats].sort(
    (a, b) => final.eliminated[b] - final.eliminated[a] || final.territory[b] - final.territory[a] || a - b,
  );
  return seats.map((p) => 1 + order.indexOf(p));
}

type Entry = readonly [index: number, prob: number];

function addMove(entries: Entry[], s: State, move: number, prob: number): void {
  const index = flatPolicy(s.rules.board).indexOf(s, move);
  if (index !== NOT_ENCODABLE && prob > 0) entries.push([index, prob]);
}

function keyEntries(s: State, legal: MoveList, { keys }: KeyedPolicy): Entry[] {
  const movesOf = keyLookup(s, legal);
  const entries: Entry[] = [];
  for (const [key, prob] of keys) {
    const moves = movesOf(key);
    for (const i of moves) addMove(entries, s, legal.moves[i], prob / moves.length);
  }
  return entries;
}

/**
 * As the original maps keys: the last move of a key wins, options of exact lines have the index of options, and searches
 * in the middle of a capture chain are not found at all (observed in its exports; there the played move is the target).
 */
function serviceEntries(s: State, legal: MoveList, { keys }: KeyedPolicy): Entry[] {
  if (s.phase === Phase.chain) return [];
  const movesOf = keyLookup(s, legal);
  const { lineOption } = flatPolicy(s.rules.board);
  const entries: Entry[] = [];
  for (const [key, prob] of keys) {
    const last = movesOf(key).at(-1);
    if (last === undefined) continue;
    if (key.startsWith('choose_line_option')) entries.push([lineOption, prob]);
    else addMove(entries, s, legal.moves[last], prob);
  }
  return entries;
}

/** Equal indices summed, ascending: the original's loader overwrites instead of adding (quirk 15). */
function merged(entries: readonly Entry[]): Entry[] {
  const sums = new Map<number, number>();
  for (const [index, prob] of entries) sums.set(index, (sums.get(index) ?? 0) + prob);
  return [...sums].sort(([a], [b]) => a - b);
}

/** Source weights normalised to mean 1, times freshness, normalised to mean 1 over all samples. */
function weightsOf(games: readonly GameRow[], rowGames: ArrayLike<number>, now: number): Float32Array {
  const weight = games.map(
    ({ engine, time }) => SOURCE_WEIGHT[engine] * (Number.isNaN(time) ? 1 : freshness(time, now)),
  );
  let sum = 0;
  for (let row = 0; row < rowGames.length; row++) sum += weight[rowGames[row]];
  const mean = sum / rowGames.length;
  return Float32Array.from(rowGames, (game) => weight[game] / mean);
}

/** Texts by number. */
class TextTable {
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

type Floats = RowColumn<Float32Array>;
type Ints = RowColumn<Int32Array>;
type Text = RowColumn<Uint32Array>;

interface Columns {
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

function columnsOf(
  npz: NpzWriter,
  rows: RowWriter,
  encoder: FrameEncoder,
  { exact, heuristics }: AiServiceOptions,
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
