import type { GameTask } from '../../src/search/play/game-task.ts';
import type { PlayedGame } from '../../src/search/play/played-game.ts';

/** A game whose players answer at once. Blocks. Undefined when `stopped` of its options said so. */
export function playGameAtOnce(task: GameTask): PlayedGame | undefined {
  if (task.advance() !== null) throw new TypeError('a player at this table does not answer at once');
  return task.isOver ? task.result() : undefined;
}
