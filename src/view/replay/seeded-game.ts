/** A game made on the spot from a seed: the first game that self-play with that seed would play. */

import type { Settings } from '../../config/topics.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { createRules } from '../../engine/rules.ts';
import type { GameRecord } from '../../games/record/game.ts';
import { gameRecord } from '../../games/record/game-write.ts';
import { playGame } from '../../search/play/play-game.ts';
import { createPlayer } from '../../search/players/registry.ts';

export interface SeededGameOptions {
  readonly seed: number;
  /** Name in the registry; sits in every seat. */
  readonly player: string;
  readonly settings: Settings<'selfplay'>;
}

/** @throws RrError USAGE for an unknown player. */
export function seededGame(game: GameConfig, { seed, player, settings }: SeededGameOptions): GameRecord {
  const swap = settings['swap-rule'] && game.players === 2;
  const rules = createRules(game.board, game.players, swap ? { swapRuleEnabled: true } : {});
  const seated = createPlayer(player, { weightNoise: settings['weight-noise'] });
  const played = playGame(rules, seed, 0, new Array(game.players).fill(seated), {
    maxMoves: settings['max-moves'][game.key],
    hashes: false,
    openingMoves: settings['opening-moves'],
  });
  // Nobody stops this game, so there is one.
  if (!played) throw new TypeError('the game was stopped');
  return gameRecord({ rules, run: `seed-${seed}`, seed, engine: player }, played);
}
