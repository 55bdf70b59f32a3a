/** A game made on the spot from a seed: the first game that self-play with that seed would play. */

import type { Settings } from '../../config/topics.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { createRules } from '../../engine/rules.ts';
import type { GameRecord } from '../../games/record/game.ts';
import { gameRecord } from '../../games/record/game-write.ts';
import { GameTask } from '../../search/play/game-task.ts';
import { playGame } from '../../search/play/play-game.ts';
import { createPlayer } from '../../search/players/registry.ts';
import { plainResources } from '../../search/players/resources.ts';

export interface SeededGameOptions {
  readonly seed: number;
  /** Name in the registry; holds every seat. */
  readonly player: string;
  readonly settings: Settings<'selfplay'>;
}

/** @throws RrError USAGE for an unknown player, NETWORK_NEEDED */
export async function seededGame(game: GameConfig, options: SeededGameOptions): Promise<GameRecord> {
  const { seed, player: name, settings } = options;
  const swap = settings['swap-rule'] && game.players === 2;
  const rules = createRules(game.board, game.players, swap ? { swapRuleEnabled: true } : {});
  const resources = plainResources(rules, settings['weight-noise']);
  const task = new GameTask(rules, {
    seed,
    index: 0,
    players: Array.from({ length: game.players }, () => createPlayer(name, resources)),
    maxMoves: settings['max-moves'][game.key],
    hashes: false,
    openingMoves: settings['opening-moves'],
  });
  const played = await playGame(task);
  // Nobody stops this game, so there is one.
  if (!played) throw new TypeError('the game was stopped');
  return gameRecord({ rules, run: `seed-${seed}`, seed, engine: name }, played);
}
