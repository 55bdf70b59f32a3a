/** The position a recorded game starts from. */

import { parseConfigKey } from '../../engine/config-key.ts';
import type { RawMove } from '../../engine/json/move.ts';
import { readState } from '../../engine/json/state.ts';
import { MOVE_TYPES, packMove } from '../../engine/moves.ts';
import { createRules, type Rules } from '../../engine/rules.ts';
import { State } from '../../engine/state.ts';
import { untagged } from '../exact/difference.ts';
import type { GameRecord } from './game.ts';

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

/** @throws RulesError SETUP_INVALID */
export function startOfRecord(game: Header & Pick<GameRecord, 'extras'>): State {
  const start = game.extras?.start;
  return start ? readState(untagged(start), { rings: 'bottom-to-top' }).state : new State(rulesOfRecord(game));
}

/** Stands in for a move that no packed move expresses: its type. */
export const placeholderMove = (raw: RawMove): number =>
  packMove(Math.max(0, (MOVE_TYPES as readonly string[]).indexOf(String(raw.type))));
