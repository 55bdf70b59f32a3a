/** From a game of the original's database to a row of ours. */

import { VERSION } from '../../core/version.ts';
import { isBoardName, isPlayerCount } from '../../engine/boards.ts';
import { RulesError } from '../../engine/errors.ts';
import type { RawMove } from '../../engine/json/move.ts';
import { StackOrder } from '../../engine/json/stack-order.ts';
import { readState } from '../../engine/json/state.ts';
import { legalMoves } from '../../engine/legal.ts';
import { isBookkeeping, Kind, kindOf, MoveList } from '../../engine/moves.ts';
import {
  createRules,
  DEFAULT_LPS_ROUNDS,
  legacyTerritoryMinimum,
  RULES_VERSION,
  type Rules,
} from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import { difference, type Patch, tagged } from '../exact/difference.ts';
import { placeholderMove, rulesOfRecord } from '../record/game-read.ts';
import type { OpenedGame, StoredOptions } from '../record/stored-game.ts';
import { encodeGame } from '../store/blob.ts';
import { type Extras, encodeExtras } from '../store/extras.ts';
import { type GameHeader, PARITY_STATES, type Seat, type StoredGame } from '../store/types.ts';
import { interpretMove } from '../upstream/interpret.ts';
import type { JsonObject, RingriftGame } from '../upstream/types.ts';
import { assemble } from './assemble.ts';
import { searchOfColumns } from './search-columns.ts';
import { ownColumns } from './service-rows.ts';

/**
 * The row, with everything the packed form and the columns cannot say in its extras. Read `game` with `everything`.
 * @throws RulesError SETUP_INVALID for a start that is no position of the game; nothing else keeps a game out
 */
export function storedFromRingrift(game: RingriftGame): StoredGame {
  const played = replay(game);
  return ownGame(game, played) ?? foreignGame(game, played);
}

interface Played {
  readonly rules: Rules;
  readonly initial: State;
  /** Present when the game does not begin as its rules say. */
  readonly start: JsonObject | undefined;
  readonly moves: Int32Array;
  readonly raw: ReadonlyMap<number, RawMove>;
  readonly broken: number | undefined;
  readonly decisions: number;
  readonly swapped: boolean;
}

const legal = new MoveList();

function replay(game: RingriftGame): Played {
  const { state: initial, order } = startOf(game);
  const { rules } = initial;
  const standard = new State(
    rulesOfRecord({ config: `${rules.board}_${rules.players}p`, options: ruleOptions(rules) }),
  );
  const s = initial.clone();
  const moves = new Int32Array(game.moves.length);
  const raw = new Map<number, RawMove>();
  let broken: number | undefined;
  let decisions = 0;
  let swapped = false;
  game.moves.forEach(({ move, type, player }, ply) => {
    const recorded: RawMove = { ...move, type, player };
    if (s.isOver) broken ??= ply;
    if (broken === undefined) {
      try {
        const read = interpretMove(s, recorded, order);
        legalMoves(s, legal);
        if (legal.length !== 1 || !isBookkeeping(kindOf(legal.moves[0]))) decisions++;
        if (kindOf(read.move) === Kind.swap) swapped = !swapped;
        if (read.variant !== null) raw.set(ply, recorded);
        moves[ply] = read.move;
        read.play(s);
        order.follow(read.move, s);
        return;
      } catch (error) {
        if (!(error instanceof RulesError)) throw error;
        broken = ply;
      }
    }
    raw.set(ply, recorded);
    moves[ply] = placeholderMove(recorded);
  });
  const start = game.initialState !== null && !sameStart(initial, standard) ? game.initialState : undefined;
  return { rules, initial, start, moves, raw, broken, decisions, swapped };
}

function startOf({ game, initialState }: RingriftGame): { state: State; order: StackOrder } {
  const { board_type: board, num_players: players } = game;
  if (initialState) {
    return readState({ ...initialState, boardType: initialState.boardType ?? board }, { rings: 'bottom-to-top' });
  }
  if (!isBoardName(board) || !isPlayerCount(players)) {
    throw new RulesError('SETUP_INVALID', `unknown board '${board}' for ${players} players`);
  }
  const rules = createRules(board, players, {}, { territoryMinimum: legacyTerritoryMinimum(board) });
  return { state: new State(rules), order: new StackOrder() };
}

/** Both states hold the same bytes, and their rules the same numbers. */
function sameStart(a: State, b: State): boolean {
  const numbers = ({ victoryThreshold, territoryMinimum, lpsRounds, supply, options, ringCapacity }: Rules): string =>
    [victoryThreshold, territoryMinimum, lpsRounds, supply, options.swapRuleEnabled ?? false, ringCapacity].join();
  return numbers(a.rules) === numbers(b.rules) && Buffer.compare(Buffer.from(a.buffer), Buffer.from(b.buffer)) === 0;
}

/** Only what differs from the standard rules. */
function ruleOptions({ board, players, options, victoryThreshold, territoryMinimum, lpsRounds }: Rules) {
  const { ringsPerPlayer, swapRuleEnabled } = options;
  const supply = ringsPerPlayer === undefined ? {} : { ringsPerPlayer };
  const standard = createRules(board, players, supply);
  return {
    ...supply,
    ...(swapRuleEnabled && { swapRuleEnabled }),
    ...(lpsRounds !== DEFAULT_LPS_ROUNDS && { lpsRoundsRequired: lpsRounds }),
    ...(victoryThreshold !== standard.victoryThreshold && { victoryThreshold }),
    ...(territoryMinimum !== standard.territoryMinimum && { territoryMinimum }),
  };
}

/** A game that we wrote there ourselves comes back as it was; undefined if it was not, or has been changed since. */
function ownGame(game: RingriftGame, played: Played): StoredGame | undefined {
  const own = ownColumns(game.game.metadata_json);
  const fullHistory = game.history.length > 0;
  if (own === undefined || own.game.plies !== played.moves.length) return undefined;
  if (own.game.game_id !== game.game.game_id) return undefined;
  if (fullHistory && game.history.length !== game.moves.length) return undefined;
  const searches = game.moves.flatMap((move) => searchOfColumns(move) ?? []);
  const extras: Extras = startAndRaw(played);
  const options: StoredOptions = JSON.parse(own.game.options);
  const opened = openedGame(played, extras, options, searches);
  const { history: _, ...patches } = differences(game, { ...own.game, seats: own.seats }, opened, fullHistory);
  if (Object.keys(patches).length > 0) return undefined;
  return {
    ...own.game,
    seats: own.seats,
    moves: encodeGame({ players: played.rules.players, moves: played.moves, searches }),
    extras: encodeExtras(extras),
  };
}

function foreignGame(game: RingriftGame, played: Played): StoredGame {
  const { rules, moves } = played;
  const { metadata_json, completed_at, opponent_type, excluded_from_training } = game.game;
  const kept: Extras = {
    ...startAndRaw(played),
    ...notEmpty('hashes', hashesOf(game)),
    ...notEmpty('probs', probsOf(game)),
    ...(metadata_json !== null && { metadata: metadata_json }),
    ...(completed_at !== null && { completedAt: completed_at }),
    ...(opponent_type !== null && { opponent: opponent_type }),
    ...(excluded_from_training === 1 && { excluded: true as const }),
    ringrift: {},
  };
  const options = foreignOptions(game, played);
  const header = foreignHeader(game, played, options);
  const opened = openedGame(played, kept, options, []);
  const extras: Extras = { ...kept, ringrift: differences(game, header, opened, false) };
  return {
    ...header,
    moves: encodeGame({ players: rules.players, moves, searches: [] }),
    extras: encodeExtras(extras),
  };
}

function startAndRaw({ start, raw, broken }: Played): Extras {
  const moves = [...raw].map(
    ([ply, move]) => [ply, { ...(tagged(move) as RawMove), type: String(move.type) }] as const,
  );
  return {
    ...(start && { start: tagged(start) as Record<string, unknown> }),
    ...(moves.length > 0 && { raw: Object.fromEntries(moves) }),
    ...(broken !== undefined && { broken }),
  };
}

const notEmpty = (name: string, value: object): object => (Object.keys(value).length > 0 ? { [name]: value } : {});

function hashesOf({ snapshots, history }: RingriftGame): Record<string, string> {
  const pairs: [number, string | null][] = [
    ...snapshots.map(({ move_number, state_hash }): [number, string | null] => [move_number, state_hash]),
    ...history.map(({ move_number, state_hash_after }): [number, string | null] => [move_number, state_hash_after]),
  ];
  return Object.fromEntries(pairs.filter((pair) => pair[1] !== null)) as Record<string, string>;
}

const probsOf = ({ moves }: RingriftGame): Record<string, Readonly<Record<string, number>>> =>
  Object.fromEntries(moves.flatMap(({ move_number, probs }) => (probs === null ? [] : [[move_number, probs]])));

function foreignOptions({ players }: RingriftGame, played: Played): StoredOptions {
  const rules = ruleOptions(played.rules);
  const column = (name: 'final_eliminated_rings' | 'final_territory_spaces'): number[] | undefined => {
    const values = players.map((player) => player[name]);
    const whole = values.every((value): value is number => value !== null && value >= 0);
    return whole && values.length === played.rules.players ? values : undefined;
  };
  return {
    ...(Object.keys(rules).length > 0 && { rules }),
    ...(played.swapped && { swapped: true }),
    ...defined('eliminated', column('final_eliminated_rings')),
    ...defined('territory', column('final_territory_spaces')),
  };
}

const defined = (name: string, value: unknown): object => (value === undefined ? {} : { [name]: value });

function foreignHeader(
  { game, players }: RingriftGame,
  { rules, moves, decisions, broken }: Played,
  options: StoredOptions,
): GameHeader & { readonly seats: Seat[] } {
  const winner = game.winner !== null && game.winner >= 1 && game.winner <= rules.players ? game.winner : null;
  const seats = Array.from({ length: rules.players }, (_, i): Seat => {
    const row = players.find(({ player_number }) => player_number === i + 1);
    const engine = game.engine_mode ?? row?.ai_type ?? 'unknown';
    return { seat: i + 1, player: row?.player_type === 'human' ? 'human' : engine, model: null, settings: null };
  });
  return {
    game_id: game.game_id,
    board: rules.board,
    players: rules.players,
    status: game.game_status === 'completed' || game.game_status === 'abandoned' ? game.game_status : 'in_progress',
    winner,
    reason: game.termination_reason,
    ranking: null,
    plies: moves.length,
    decisions: broken === undefined ? decisions : null,
    engine: game.engine_mode,
    source: game.source,
    run_id: null,
    run_seed: null,
    shard: null,
    game_index: null,
    quality: game.quality_score,
    quality_category: game.quality_category,
    parity_status: PARITY_STATES.find((known) => known === game.parity_status) ?? 'pending',
    parity_checked_at: game.parity_checked_at,
    parity_divergence_move: game.parity_divergence_move,
    created_at: game.created_at || 'unknown',
    rr_version: VERSION,
    rules_version: RULES_VERSION,
    encoder: null,
    options: JSON.stringify(options),
    seats,
  };
}

function openedGame(
  { rules, initial, moves, raw }: Played,
  extras: Extras,
  options: StoredOptions,
  searches: OpenedGame['searches'],
): OpenedGame {
  return { config: `${rules.board}_${rules.players}p`, options, extras, initial, moves, raw, searches };
}

/** What the file says beyond what the game itself gives. */
function differences(
  game: RingriftGame,
  about: Parameters<typeof assemble>[0],
  opened: OpenedGame,
  fullHistory: boolean,
): Record<string, Patch> {
  const actual = valuesOf(game);
  const patches: Record<string, Patch> = {};
  assemble(
    about,
    opened,
    (name, derived) => {
      const value = actual.get(name);
      const patch = difference(derived, value);
      if (patch !== undefined) patches[name] = patch;
      return value;
    },
    { fullHistory },
  );
  return patches;
}

/** The rows under the names assemble() gives them. */
function valuesOf({ game, players, initialState, moves, snapshots, history, choices, nnue }: RingriftGame) {
  const values = new Map<string, unknown>([
    ['game', game],
    ['start', initialState],
    ['players', players],
    ['snapshots', snapshots.map(({ move_number }) => move_number)],
    ['history', history.map(({ move_number }) => move_number)],
    ['choices', choices],
    ['nnue', nnue],
  ]);
  for (const { move, ...row } of moves) {
    values.set(`m${row.move_number}`, move);
    values.set(`r${row.move_number}`, row);
  }
  for (const snapshot of snapshots) values.set(`s${snapshot.move_number}`, snapshot);
  for (const entry of history) values.set(`h${entry.move_number}`, entry);
  return values;
}
