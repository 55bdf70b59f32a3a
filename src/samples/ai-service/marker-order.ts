/**
 * The order in which markers came onto the board, which the original's maps keep and one of its heuristic features
 * (territory closure over the first ten markers) depends on. Flipped markers keep their place.
 */
import { STACK, type State } from '../../engine/state.ts';

export class MarkerOrder {
  readonly #order = new Set<number>();

  reset(): void {
    this.#order.clear();
  }

  /** Cells with a marker, oldest first. Call it for every position of a game in turn. */
  follow(s: State): number[] {
    const isMarker = (cell: number): boolean => s.content[cell] > 0 && s.content[cell] <= STACK;
    for (const cell of this.#order) if (!isMarker(cell)) this.#order.delete(cell);
    for (let cell = 0; cell < s.content.length; cell++) if (isMarker(cell)) this.#order.add(cell);
    return [...this.#order];
  }
}
