/** A replay that keeps a game out for nothing: where the rules refuse a move, the rest is kept as it was recorded. */

import type { RawMove } from '../../engine/json/move.ts';
import { isBookkeeping, Kind, kindOf } from '../../engine/moves.ts';
import { createRules, DEFAULT_LPS_ROUNDS, type Rules } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import { problemOf } from '../bad-game.ts';
import { tagged } from '../exact/difference.ts';
import { configOf, type Game } from '../game/game.ts';
import { gameOfUpstream } from '../game/of-upstream.ts';
import { replay } from '../game/replay.ts';
import { placeholderMove, rulesOfRecord } from '../record/start.ts';
import type { Extras } from '../store/extras.ts';
import type { JsonObject, RingriftGame } from '../upstream/types.ts';

/** What a lenient replay finds out about a game. */
export interface Played {
  /** The game with its moves packed, all but those that only a move in full can say. */
  readonly game: Game;
  /** Present when the game does not begin as its rules say. */
  readonly start: JsonObject | undefined;
  readonly moves: Int32Array;
  readonly raw: ReadonlyMap<number, RawMove>;
  readonly broken: number | undefined;
  readonly decisions: number;
  readonly swapped: boolean;
}

/** Nothing keeps a move out: from the first that the rules refuse on, all are kept as they were recorded. */
export function play(stored: RingriftGame): Played {
  const recorded = gameOfUpstream(stored, '');
  const { initial } = recorded;
  const { rules } = initial;
  const standard = new State(rulesOfRecord({ config: configOf(recorded), options: ruleOptions(rules) }));
  const moves = Int32Array.from(recorded.moves, (move) => (typeof move === 'number' ? move : placeholderMove(move)));
  const raw = new Map<number, RawMove>();
  let played = 0;
  let decisions = 0;
  let swapped = false;
  try {
    replay(
      recorded,
      {
        move: ({ ply, legal, move, variant, raw: full }) => {
          const [only] = legal.length === 1 ? legal.moves : [];
          if (only === undefined || !isBookkeeping(kindOf(only))) decisions++;
          if (kindOf(move) === Kind.swap) swapped = !swapped;
          if (variant !== null && full) raw.set(ply, full);
          moves[ply] = move;
          played = ply + 1;
        },
      },
      { anyResult: true },
    );
  } catch (error) {
    // rethrows what is not about the game
    problemOf(error);
  }
  recorded.moves.forEach((move, ply) => {
    if (ply >= played && typeof move !== 'number') raw.set(ply, move);
  });
  const broken = played < moves.length ? played : undefined;
  const { order: _, ...rest } = recorded;
  return {
    game: {
      ...rest,
      moves: Array.from(moves, (move, ply) => raw.get(ply) ?? move),
      exceptions: new Set(raw.keys()),
      ...(broken !== undefined && { broken }),
    },
    start: stored.initialState !== null && !sameStart(initial, standard) ? stored.initialState : undefined,
    moves,
    raw,
    broken,
    decisions,
    swapped,
  };
}

/** Both states hold the same bytes, and their rules the same numbers. */
function sameStart(a: State, b: State): boolean {
  const numbers = ({ victoryThreshold, territoryMinimum, lpsRounds, supply, options, ringCapacity }: Rules): string =>
    [victoryThreshold, territoryMinimum, lpsRounds, supply, options.swapRuleEnabled ?? false, ringCapacity].join();
  return numbers(a.rules) === numbers(b.rules) && Buffer.compare(Buffer.from(a.buffer), Buffer.from(b.buffer)) === 0;
}

/** Only what differs from the standard rules. */
export function ruleOptions({ board, players, options, victoryThreshold, territoryMinimum, lpsRounds }: Rules) {
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

/** Extras that the replay gives. */
export function startAndRaw({ start, raw, broken }: Played): Extras {
  const moves = [...raw].map(
    ([ply, move]) => [ply, { ...(tagged(move) as RawMove), type: String(move.type) }] as const,
  );
  return {
    ...(start && { start: tagged(start) as Record<string, unknown> }),
    ...(moves.length > 0 && { raw: Object.fromEntries(moves) }),
    ...(broken !== undefined && { broken }),
  };
}
