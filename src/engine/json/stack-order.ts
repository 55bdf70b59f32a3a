/**
 * The order in which the original's stack map holds its stacks (docs/rules.md §2.4). It decides one thing only: who
 * pays for a recovery whose record names no payer. Replays of such records keep one beside the position; play never
 * needs it.
 */
import { fieldA, fieldB, fieldC, Kind, kindOf } from '../moves.ts';
import type { State } from '../state.ts';

export class StackOrder {
  readonly #order = new Set<number>();

  constructor(cells: Iterable<number> = []) {
    for (const cell of cells) this.#order.add(cell);
  }

  /** A copy that follows a replay of its own. */
  clone(): StackOrder {
    return new StackOrder(this.#order);
  }

  /** Follows a move that has just been applied; `after` is the position it led to. */
  follow(move: number, after: State): void {
    const kind = kindOf(move);
    if (kind === Kind.place) this.#order.add(fieldA(move));
    else if (kind === Kind.move) this.#carry(fieldA(move), fieldB(move));
    else if (kind === Kind.capture || kind === Kind.chain) {
      this.#order.delete(fieldB(move));
      this.#carry(fieldA(move), fieldC(move));
      this.#order.add(fieldB(move));
    }
    this.forgetEmpty(after);
  }

  /** Drops cells that hold no stack any more. */
  forgetEmpty(after: State): void {
    for (const cell of this.#order) if (after.height[cell] === 0) this.#order.delete(cell);
  }

  /** First stack of the map with a ring of `player` below its top; −1 if there is none. */
  firstWithBuried(s: State, player: number): number {
    for (const cell of this.#order) if (s.height[cell] > 0 && s.hasBuried(cell, player)) return cell;
    return -1;
  }

  #carry(from: number, to: number): void {
    this.#order.delete(from);
    this.#order.delete(to);
    this.#order.add(to);
  }
}
