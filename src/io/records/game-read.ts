/** From a game record back to packed moves: a strict replay, so that whatever comes out of here was a legal game. */

import { parseConfigKey } from '../../config-key.ts';
import { interpretMove } from '../../engine/json/interpret.ts';
import { hashPosition, hashText } from '../../engine/position-hash.ts';
import { createRules, type Rules } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import { RrError } from '../../errors.ts';
import type { PlySearch } from '../../search/play/search-data.ts';
import type { GameRecord } from './game.ts';

export interface ReplayedGame {
  readonly rules: Rules;
  readonly moves: Int32Array;
  readonly searches: readonly PlySearch[];
  /** The position after the last move. */
  readonly final: State;
}

export interface ReplayOptions {
  /** Sees every position before its move is played; the state is reused and must not be kept. */
  readonly onPosition?: (state: State, move: number, ply: number) => void;
}

export function rulesOfRecord({ config, options }: Pick<GameRecord, 'config' | 'options'>): Rules {
  const { board, players } = parseConfigKey(config);
  const { ringsPerPlayer, swapRuleEnabled, lpsRoundsRequired } = options;
  return createRules(board, players, {
    ...(ringsPerPlayer !== undefined && { ringsPerPlayer }),
    ...(swapRuleEnabled !== undefined && { swapRuleEnabled }),
    ...(lpsRoundsRequired !== undefined && { lpsRoundsRequired }),
  });
}

/**
 * Replays every move, and checks the hashes where the record has them.
 * @throws RrError RECORD_INVALID naming the first move that is not legal or whose position differs.
 */
export function replayRecord(record: GameRecord, where: string, { onPosition }: ReplayOptions = {}): ReplayedGame {
  const rules = rulesOfRecord(record);
  const state = new State(rules);
  const moves = new Int32Array(record.moves.length);
  const words = new Uint32Array(2);
  const refuse = (ply: number, detail: string, cause?: unknown): never => {
    throw new RrError('RECORD_INVALID', { where, detail: `game ${record.id} moves[${ply}]: ${detail}` }, { cause });
  };
  if (record.plies !== record.moves.length) refuse(record.moves.length, `the record promises ${record.plies} moves`);
  record.moves.forEach((json, ply) => {
    try {
      const { move, variant, play } = interpretMove(state, json);
      if (variant !== null) refuse(ply, `is outside the legal set (${variant})`);
      onPosition?.(state, move, ply);
      moves[ply] = move;
      play(state);
    } catch (error) {
      if (error instanceof RrError) throw error;
      refuse(ply, error instanceof Error ? error.message : String(error), error);
    }
    const expected = record.hashes?.[ply];
    if (expected === undefined) return;
    hashPosition(state, words, 0);
    if (hashText(words, 0) !== expected) refuse(ply, `leads to position ${hashText(words, 0)}, not ${expected}`);
  });
  return { rules, moves, searches: (record.search ?? []).map(searchOf), final: state };
}

function searchOf({ ply, policy, values, budget }: NonNullable<GameRecord['search']>[number]): PlySearch {
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
  };
}
