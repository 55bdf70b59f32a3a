/** Puts results back into the order of a sequence of indices, whatever order they arrive in. */
export class InOrder<T> {
  readonly #expected: Iterator<number>;
  readonly #waiting = new Map<number, T>();
  #next: number | undefined;

  constructor(expected: Iterator<number>) {
    this.#expected = expected;
    this.#next = this.#draw();
  }

  /** Takes a result and returns those whose turn it is now. */
  add(index: number, value: T): T[] {
    this.#waiting.set(index, value);
    const ready: T[] = [];
    while (this.#next !== undefined) {
      const due = this.#waiting.get(this.#next);
      if (due === undefined) break;
      this.#waiting.delete(this.#next);
      ready.push(due);
      this.#next = this.#draw();
    }
    return ready;
  }

  /** What still waits for an earlier one that will not come, by ascending index. */
  rest(): T[] {
    return [...this.#waiting].sort(([a], [b]) => a - b).map(([, value]) => value);
  }

  #draw(): number | undefined {
    const { done, value } = this.#expected.next();
    return done ? undefined : value;
  }
}
