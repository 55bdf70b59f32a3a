/**
 * The stacks of a position in the order in which upstream's Python keeps them: a stack holds its place for as long as its
 * cell is not empty. A skipped placement names the first one of its player.
 */
import { STACK, type State } from '../../engine/state.ts';

export class StackSequence {
  readonly #cells = new Set<number>();

  /** To be called with every position of a game, in turn. */
  follow(s: State): void {
    for (const cell of this.#cells) if (s.height[cell] === 0) this.#cells.delete(cell);
    s.height.forEach((height, cell) => {
      if (height > 0) this.#cells.add(cell);
    });
  }

  /** First stack that `player` controls; −1 if there is none. */
  firstOf(s: State, player: number): number {
    for (const cell of this.#cells) if (s.content[cell] === STACK + player) return cell;
    return -1;
  }
}
