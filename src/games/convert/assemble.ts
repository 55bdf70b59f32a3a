/**
 * All rows of one game in a GameReplayDB, derived from the game itself by one replay. Each derived value passes through
 * `settle` under a name. Writing a stored game out, `settle` applies the difference that was kept under that name; taking
 * an original game in, it compares with what the file says, keeps the difference and answers with the file's value. The
 * same walk does both, so what goes in comes out.
 */

import * as z from 'zod';
import { at } from '../../core/at.ts';
import { stateHash } from '../../engine/fingerprint.ts';
import type { RawMove } from '../../engine/json/move.ts';
import { Kind, kindOf } from '../../engine/moves.ts';
import type { State } from '../../engine/state.ts';
import type { PlySearch } from '../../search/players/search-data.ts';
import { untagged } from '../exact/difference.ts';
import type { Game } from '../game/game.ts';
import { replay } from '../game/replay.ts';
import type { Extras } from '../store/extras.ts';
import type { StoredGame } from '../store/types.ts';
import {
  ChoiceRowSchema,
  GameRowSchema,
  type JsonObject,
  JsonObjectSchema,
  NnueRowSchema,
  PlayerRowSchema,
  type RingriftGame,
  type RingriftHistoryEntry,
  type RingriftMove,
  type RingriftSnapshot,
} from '../upstream/types.ts';
import { moveAsUpstream, stateAsUpstream } from './as-upstream.ts';
import { columnsOf, glance, historyColumns, historyRow, moveRow, type Side, snapshotRow } from './columns.ts';
import { searchColumns } from './search-columns.ts';
import { serviceMove } from './service-move.ts';
import { gameRow, playerRows } from './service-rows.ts';
import { serviceStart, serviceState } from './service-state.ts';
import { StackSequence } from './stack-sequence.ts';

/** Answers what the column really holds, given what was derived for it. */
export type Settle = (name: string, derived: unknown) => unknown;

/** The original keeps the state after every 20th move and after the last. */
export const SNAPSHOT_EVERY = 20;

export interface Assembly {
  /** Columns of our row. */
  readonly about: Omit<StoredGame, 'moves' | 'extras'>;
  /** Its moves packed, all but those that only a move in full can say. */
  readonly game: Game;
  readonly extras: Extras;
  /** As our row keeps them. */
  readonly searches: readonly PlySearch[];
  readonly settle: Settle;
  /** Fields as upstream writes them, not as version 0.1.0 derived them (as-upstream.ts). */
  readonly faithful: boolean;
  /** History entries for every move, with full states, also for games that came without. */
  readonly fullHistory?: boolean;
}

/**
 * @throws RrError RECORD_INVALID when a move that should be playable is not; ZodError for a settled value of another shape
 */
export function assemble(assembly: Assembly): RingriftGame {
  const { game, settle } = assembly;
  const row = GameRowSchema.parse(settle('game', gameRow(assembly)));
  const start = JsonObjectSchema.nullable().parse(settle('start', startOf(assembly, row.created_at)));
  const walk = new MoveTables(assembly, start ?? serviceStart(game.initial.rules, row.created_at), row.created_at);
  const final = replay(
    game,
    {
      position: ({ state, ply }) => {
        if (ply > 0) walk.after(state, ply - 1);
        return true;
      },
      move: ({ state, ply, move }) => walk.before(state, ply, move),
    },
    { allowBroken: true, anyResult: true },
  );
  // what the rules refuse leaves the position as it is
  for (let ply = walk.moves.length; ply < game.moves.length; ply++) {
    walk.before(final, ply, undefined);
    walk.after(final, ply);
  }
  return {
    game: row,
    players: z.array(PlayerRowSchema).parse(settle('players', playerRows(assembly, final))),
    initialState: start,
    moves: walk.moves,
    snapshots: walk.snapshots,
    history: walk.history,
    choices: z.array(ChoiceRowSchema).parse(settle('choices', [])),
    nnue: z.array(NnueRowSchema).parse(settle('nnue', [])),
  };
}

function startOf({ extras, game }: Assembly, created: string): unknown {
  return extras.start ? untagged(extras.start) : serviceStart(game.initial.rules, created);
}

/** The tables with a row a move, filled along a replay: before() and after() each move, in turn. */
class MoveTables {
  readonly moves: RingriftMove[] = [];
  readonly snapshots: RingriftSnapshot[] = [];
  readonly history: RingriftHistoryEntry[] = [];
  readonly #assembly: Assembly;
  readonly #start: JsonObject;
  readonly #wantsSnapshot: ReadonlySet<number>;
  readonly #wantsHistory: ReadonlySet<number>;
  readonly #played: JsonObject[] = [];
  readonly #stacks = new StackSequence();
  #turn = 0;
  #timestamp: unknown;
  #swapped = false;
  #before: Side | undefined;

  constructor(assembly: Assembly, start: JsonObject, created: string) {
    this.#assembly = assembly;
    this.#start = start;
    this.#timestamp = start.lastMoveAt ?? created;
    const { settle, game, fullHistory } = assembly;
    const count = game.moves.length;
    this.#wantsSnapshot = new Set(plies.parse(settle('snapshots', standardSnapshots(count))));
    const recorded = plies.parse(settle('history', []));
    this.#wantsHistory = new Set(fullHistory ? range(count) : recorded);
  }

  /** `packed`: the move as it is played; undefined for one that the rules refuse. */
  before(s: State, ply: number, packed: number | undefined): void {
    const { settle, game } = this.#assembly;
    const wanted = this.#wantsHistory.has(ply);
    this.#stacks.follow(s);
    this.#before = wanted ? { ...glance(s, s.isOver), state: this.#describe(s, s.isOver) } : undefined;
    const move = JsonObjectSchema.parse(settle(`m${ply}`, this.#inFull(s, at(game.moves, ply), ply)));
    const last = this.moves.at(-1);
    if (last && move.player !== last.player) this.#turn++;
    const row = { ...columnsOf(move, ply, this.#turn), ...searchColumns(s, this.#assembly, ply) };
    this.moves.push(moveRow(settle(`r${ply}`, row), move));
    if (packed !== undefined && kindOf(packed) === Kind.swap) this.#swapped = !this.#swapped;
    this.#played.push(move);
  }

  after(s: State, ply: number): void {
    const { about, extras, settle, game } = this.#assembly;
    const { player, move } = at(this.moves, ply);
    this.#timestamp = move.timestamp ?? this.#timestamp;
    const over = s.isOver || (ply === game.moves.length - 1 && about.status === 'completed');
    if (this.#wantsSnapshot.has(ply)) {
      const state_hash = extras.hashes?.[ply] ?? stateHash(s, over);
      const snapshot = { move_number: ply, state_hash, state: this.#describe(s, over) };
      this.snapshots.push(snapshotRow(settle(`s${ply}`, snapshot)));
    }
    if (this.#before) {
      const after = { ...glance(s, over), state: this.#describe(s, over) };
      this.history.push(historyRow(settle(`h${ply}`, historyColumns(ply, player, this.#before, after))));
    }
  }

  #inFull(s: State, move: number | RawMove, ply: number): JsonObject {
    if (typeof move !== 'number') return move;
    const full = serviceMove(s, move, ply, String(this.#timestamp));
    return this.#assembly.faithful ? moveAsUpstream(s, full, this.#stacks.firstOf(s, s.player)) : full;
  }

  #describe(s: State, over: boolean): JsonObject {
    const history = this.#played.slice();
    const winner = s.isOver ? s.winner : (this.#assembly.about.winner ?? 0);
    const lastMoveAt = this.#timestamp;
    const state = serviceState(s, { start: this.#start, history, lastMoveAt, over, winner, swapped: this.#swapped });
    return this.#assembly.faithful ? stateAsUpstream(s, state, { history, over, winner }) : state;
  }
}

const plies = z.array(z.int().min(0));
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const standardSnapshots = (count: number): number[] =>
  range(count).filter((ply) => ply % SNAPSHOT_EVERY === SNAPSHOT_EVERY - 1 || ply === count - 1);
