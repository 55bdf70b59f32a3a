/**
 * Training files as the original's trainer loads them (docs/upstream-formats.md §3): stacked float planes, flat policy
 * indices. With `exact` they are what its own exporter writes, defects included: values of three and four players by
 * eliminated rings whoever won, duplicate policy indices, strings and policies as Python objects. Otherwise the winner
 * comes first, duplicates are summed, and everything that can be is a plain typed array.
 */

import { RrError } from '../../core/errors.ts';
import { isBookkeeping, kindOf, MOVE_TYPES } from '../../engine/moves.ts';
import { PHASES } from '../../engine/phases.ts';
import type { State } from '../../engine/state.ts';
import type { Game, GameSearch } from '../../games/game/game.ts';
import { replay } from '../../games/game/replay.ts';
import type { Step } from '../../games/game/walk.ts';
import { NpzWriter } from '../../io/npz/writer.ts';
import {
  type AiServiceEncoderId,
  type FrameEncoder,
  frameEncoder,
  HISTORY_FRAMES,
} from '../../net/encode/ai-service/frames.ts';
import { GLOBALS, writeGlobals } from '../../net/encode/ai-service/globals.ts';
import { FrameHistory } from '../../net/encode/ai-service/history.ts';
import { flatPolicy, NOT_ENCODABLE, recordedIndex } from '../../net/encode/ai-service/policy.ts';
import { COMPONENT_COUNT } from '../../search/heuristic/components.ts';
import { claimedEnd, type ExportTarget, type LayoutWriter, type SampleOptions } from '../layout.ts';
import { RowWriter } from '../rows.ts';
import { seconds } from '../time.ts';
import { type Columns, columnsOf, TextTable } from './columns.ts';
import { HeuristicFeatures } from './heuristics.ts';
import { DEFAULT_ELO, engineMode, opponentType, victoryType } from './labels.ts';
import { type ServiceValues, serviceValues } from './outcome.ts';
import { PolicyTargets } from './policy.ts';
import { type WeighedGame, weightsOf } from './weights.ts';

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

interface GameRow extends WeighedGame {
  /** Its time as the source writes it, empty when unknown. */
  readonly date: string;
}

/** Samples of one game have these in common. */
interface Shared {
  readonly values: ServiceValues;
  readonly moves: number;
  /** Numbers of texts. */
  readonly victory: number;
  readonly engine: number;
  readonly opponent: number;
  readonly elo: number;
  readonly quality: number;
}

export class AiServiceWriter implements LayoutWriter {
  readonly config;
  readonly #options: AiServiceOptions;
  readonly #encoder: FrameEncoder;
  readonly #npz: NpzWriter;
  readonly #rows: RowWriter;
  readonly #columns: Columns;
  readonly #history: FrameHistory;
  readonly #policy: PolicyTargets;
  readonly #heuristics: HeuristicFeatures | undefined;
  readonly #globals = new Float32Array(GLOBALS);
  readonly #table: GameRow[] = [];
  readonly #texts = new TextTable();
  #maxIndex = -1;

  constructor({ config, target, spillFolder }: ExportTarget, options: AiServiceOptions) {
    const wanted = options.encoder ?? (config.board.startsWith('hex') ? 'hex_v2' : 'square_v2');
    const encoder = frameEncoder(wanted, config.board);
    if (!encoder) throw new RrError('USAGE', { detail: `--encoder ${wanted} does not fit ${config.board}` });
    this.config = config;
    this.#options = options;
    this.#encoder = encoder;
    this.#history = new FrameHistory(encoder);
    this.#policy = new PolicyTargets(options.exact);
    this.#heuristics = options.heuristics ? new HeuristicFeatures(options.exact) : undefined;
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
    const { sampleEvery, includeBookkeeping, exact } = this.#options;
    const final = replay(game, {}, claimedEnd(game));
    const shared = this.#shared(game, final);
    this.#history.reset();
    this.#heuristics?.reset();
    let nextSearch = 0;
    const sample = ({ state: s, ply, move, variant, raw }: Step): void => {
      this.#heuristics?.follow(s);
      if (ply % sampleEvery !== 0) return;
      this.#history.push(s);
      while (nextSearch < game.searches.length && game.searches[nextSearch].ply < ply) nextSearch++;
      if (!includeBookkeeping && !exact && isBookkeeping(kindOf(move))) return;
      const search = game.searches[nextSearch]?.ply === ply ? game.searches[nextSearch] : undefined;
      const flat = flatPolicy(s.rules.board);
      const played = variant !== null && raw ? recordedIndex(s, raw, move) : flat.indexOf(s, move);
      if (played === NOT_ENCODABLE) return;
      if (this.#heuristics) this.#columns.heuristics?.put(this.#heuristics.of(s));
      this.#emit(s, ply, move, played, search, shared);
    };
    replay(game, { move: sample }, claimedEnd(game));
    const date = game.completedAt ?? game.createdAt;
    this.#table.push({ engine: engineMode(game), time: Math.floor(seconds(date)), date: date ?? '' });
    return this.#rows.rows - before;
  }

  #shared(game: Game, final: State): Shared {
    const texts = this.#texts;
    return {
      values: serviceValues(game, final, this.#options.exact),
      moves: game.moves.length,
      victory: texts.of(victoryType(game)),
      engine: texts.of(engineMode(game)),
      opponent: texts.of(opponentType(game)),
      elo: game.modelElo ?? DEFAULT_ELO,
      quality: game.quality ?? 0,
    };
  }

  #emit(s: State, ply: number, move: number, played: number, search: GameSearch | undefined, shared: Shared): void {
    const columns = this.#columns;
    columns.features.put(this.#history.words());
    writeGlobals(this.#encoder.id, s, this.#globals, 0);
    columns.globals.put(this.#globals);
    columns.values.putNumber(shared.values.of(s.player));
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
    columns.multi.put(shared.values.all);
    columns.players.putNumber(s.rules.players);
    columns.game.putNumber(this.#table.length);
    this.#rows.end();
  }

  #emitPolicy(s: State, played: number, search: GameSearch | undefined): void {
    const { policyIndices, policyValues } = this.#columns;
    for (const [index, prob] of this.#policy.of(s, played, search)) {
      policyIndices.putNumber(index);
      policyValues.putNumber(prob);
      if (index > this.#maxIndex) this.#maxIndex = index;
    }
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
    const newest = games.reduce((latest, { date }) => (date > latest ? date : latest), '');
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
