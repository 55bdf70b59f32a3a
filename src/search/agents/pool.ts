/** Searches waiting to be used again: a game borrows one for each decision, so memory follows decisions in progress. */
export class Pool<T> {
  private readonly idle: T[] = [];
  private readonly make: () => T;

  constructor(make: () => T) {
    this.make = make;
  }

  take(): T {
    return this.idle.pop() ?? this.make();
  }

  give(item: T): void {
    this.idle.push(item);
  }
}
