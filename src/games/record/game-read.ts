/** From a game record back to packed moves: a strict replay, so that whatever comes out of here was a legal game. */

import { RrError } from '../../core/errors.ts';
import { parseConfigKey } from '../../engine/config-key.ts';
import type { RawMove } from '../../engine/json/move.ts';
import { readState } from '../../engine/json/state.ts';
import { MOVE_TYPES, packMove } from '../../engine/moves.ts';
import { hashPosition, hashText } from '../../engine/position-hash.ts';
import { createRules, type Rules } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import type { PlySearch } from '../../search/players/search-data.ts';
import { untagged } from '../exact/difference.ts';
import { type Interpretation, interpretMove } from '../upstream/interpret.ts';
import type { GameRecord } from './game.ts';
import { resultContradiction } from './result.ts';

/** A recorded move outside the legal set that the original accepts, and how it is played. */
export interface RecordedVariant {
  readonly raw: RawMove;
  readonly interpretation: Interpretation;
}

export interface ReplayedGame {
  readonly rules: Rules;
  /** The position before the first move; not to be changed. */
  readonly initial: State;
  /** From `extras.broken` on each holds no more than its type. */
  readonly moves: Int32Array;
  /** By ply; nearly always empty. */
  readonly variants: ReadonlyMap<number, RecordedVariant>;
  readonly searches: readonly PlySearch[];
  /** The position after the last move, or where the rules part from the record. */
  readonly final: State;
}

export interface ReplayOptions {
  /** Sees every position before its move is played; the state is reused and must not be kept. */
  readonly onPosition?: (state: State, move: number, ply: number) => void;
  /** Take a game that says itself that the rules refuse it from some move on (`extras.broken`). Default: refuse it. */
  readonly allowBroken?: boolean;
}

type Header = Pick<GameRecord, 'config' | 'options'>;

export function rulesOfRecord({ config, options }: Header): Rules {
  const { board, players } = parseConfigKey(config);
  const { ringsPerPlayer, swapRuleEnabled, lpsRoundsRequired, victoryThreshold, territoryMinimum } = options;
  return createRules(
    board,
    players,
    {
      ...(ringsPerPlayer !== undefined && { ringsPerPlayer }),
      ...(swapRuleEnabled !== undefined && { swapRuleEnabled }),
      ...(lpsRoundsRequired !== undefined && { lpsRoundsRequired }),
    },
    {
      ...(victoryThreshold !== undefined && { victoryThreshold }),
      ...(territoryMinimum !== undefined && { territoryMinimum }),
    },
  );
}

/** The position a game starts from. @throws RulesError SETUP_INVALID */
export function startOfRecord(game: Header & Pick<GameRecord, 'extras'>): State {
  const start = game.extras?.start;
  return start ? readState(untagged(start), { rings: 'bottom-to-top' }).state : new State(rulesOfRecord(game));
}

/** Stands in for a move that no packed move expresses: its type. */
export const placeholderMove = (raw: RawMove): number =>
  packMove(Math.max(0, (MOVE_TYPES as readonly string[]).indexOf(String(raw.type))));

/**
 * Replays every move, and checks the hashes where the record has them, and its result. Moves outside the legal set are
 * taken where the record says so (`extras.raw`).
 * @throws RrError RECORD_INVALID naming the first move that is not legal or whose position differs, or for another result
 */
export function replayRecord(
  record: GameRecord,
  where: string,
  { onPosition, allowBroken = false }: ReplayOptions = {},
): ReplayedGame {
  const refuse = (ply: number, detail: string, cause?: unknown): never => {
    throw new RrError('RECORD_INVALID', { where, detail: `game ${record.id} moves[${ply}]: ${detail}` }, { cause });
  };
  const guard = <T>(ply: number, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (error instanceof RrError) throw error;
      return refuse(ply, error instanceof Error ? error.message : String(error), error);
    }
  };
  const initial = guard(0, () => startOfRecord(record));
  const state = initial.clone();
  const moves = new Int32Array(record.moves.length);
  const variants = new Map<number, RecordedVariant>();
  const words = new Uint32Array(2);
  const broken = record.extras?.broken ?? record.moves.length;
  if (broken < record.moves.length && !allowBroken) refuse(broken, 'is none that the rules allow there');
  if (record.plies !== record.moves.length) refuse(record.moves.length, `the record promises ${record.plies} moves`);
  record.moves.forEach((json, ply) => {
    const exception = record.extras?.raw?.[ply];
    if (ply >= broken) {
      if (exception === undefined) refuse(ply, 'is missing from extras.raw');
      moves[ply] = placeholderMove(json);
      return;
    }
    guard(ply, () => {
      const raw: RawMove = exception === undefined ? json : (untagged(exception) as RawMove);
      const interpretation = interpretMove(state, raw);
      const { move, variant, play } = interpretation;
      if (variant !== null) {
        if (exception === undefined) refuse(ply, `is outside the legal set (${variant})`);
        variants.set(ply, { raw, interpretation });
      }
      onPosition?.(state, move, ply);
      moves[ply] = move;
      play(state);
    });
    const expected = record.hashes?.[ply];
    if (expected === undefined) return;
    hashPosition(state, words, 0);
    if (hashText(words, 0) !== expected) refuse(ply, `leads to position ${hashText(words, 0)}, not ${expected}`);
  });
  const contradiction = broken < record.moves.length ? undefined : resultContradiction(record, state);
  if (contradiction !== undefined) {
    throw new RrError('RECORD_INVALID', { where, detail: `game ${record.id}: ${contradiction}` });
  }
  return { rules: state.rules, initial, moves, variants, searches: (record.search ?? []).map(searchOf), final: state };
}

export function searchOf(record: NonNullable<GameRecord['search']>[number]): PlySearch {
  const { ply, policy, values, budget, surprise, weight } = record;
  return {
    ply,
    ...(policy && {
      policy: {
        indices: Uint16Array.from(policy, ([index]) => index),
        probs: Uint16Array.from(policy, ([, probability]) => probability),
      },
    }),
    ...(values && { values: Int16Array.from(values) }),
    ...(budget !== undefined && { budget }),
    ...(surprise !== undefined && { surprise }),
    ...(weight !== undefined && { weight }),
  };
}
