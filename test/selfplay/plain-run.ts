/** The games of a run whose players answer at once, for tests. */
import { createRules } from '../../src/engine/rules.ts';
import { playGameAtOnce } from '../../src/search/play/play-game.ts';
import type { PlayedGame } from '../../src/search/play/played-game.ts';
import { plainResources } from '../../src/search/players/resources.ts';
import { RunGames } from '../../src/selfplay/scheduler/run-games.ts';
import type { SelfplaySpec } from '../../src/selfplay/setup/spec.ts';

export const plainGames = (spec: SelfplaySpec, hashes = false): RunGames =>
  new RunGames(spec, plainResources(createRules(spec.board, spec.players, spec.options), spec.weightNoise), { hashes });

export function playOne(games: RunGames, index: number): PlayedGame {
  const game = playGameAtOnce(games.create(index));
  if (!game) throw new Error('the game was stopped');
  return game;
}
