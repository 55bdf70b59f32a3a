/** Games and decisions for tests. */
import { Random } from '../../src/engine/random.ts';
import type { Rules } from '../../src/engine/rules.ts';
import { GameTask, type GameTaskOptions } from '../../src/search/play/game-task.ts';
import type { PlayedGame } from '../../src/search/play/played-game.ts';
import { isAnswer, type Player } from '../../src/search/players/player.ts';
import { playGameAtOnce } from './play-at-once.ts';
import type { Position } from './positions.ts';

/** A whole game of players that answer at once. */
export function played(rules: Rules, options: GameTaskOptions): PlayedGame {
  const game = playGameAtOnce(new GameTask(rules, options));
  if (!game) throw new Error('the game was stopped');
  return game;
}

/** What a player that answers at once does here. */
export function chosen(player: Player, { state, legal }: Position, random = new Random(1)): number {
  const answer = player.newGame(state.rules, random).decide({ state, legal, random, decision: 0 });
  if (!isAnswer(answer)) throw new Error(`${player.name} does not answer at once`);
  return answer.move;
}
