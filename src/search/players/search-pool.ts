/** Searches waiting to be used again: a game borrows one for each decision, so memory follows decisions in progress. */
export class SearchPool<T> {
  readonly #made: T[] = [];
  readonly #idle: T[] = [];
  readonly #make: () => T;

  constructor(make: () => T) {
    this.#make = make;
  }

  take(): T {
    const waiting = this.#idle.pop();
    if (waiting !== undefined) return waiting;
    const item = this.#make();
    this.#made.push(item);
    return item;
  }

  give(item: T): void {
    this.#idle.push(item);
  }

  /** Those that somebody has. */
  lent(): T[] {
    const idle = new Set(this.#idle);
    return this.#made.filter((item) => !idle.has(item));
  }
}
