/** A typed array that grows: what is known of a game's positions before its end is known. */

type Numbers = Uint8Array | Int16Array | Int32Array | Float32Array;

export class Arena<T extends Numbers> {
  readonly #make: new (
    length: number,
  ) => T;
  data: T;
  length = 0;

  constructor(make: new (length: number) => T, capacity = 4096) {
    this.#make = make;
    this.data = new make(capacity);
  }

  /** Room for `count` more numbers; returns where they begin. `data` may be another array afterwards. */
  take(count: number): number {
    const start = this.length;
    this.length += count;
    if (this.length > this.data.length) {
      const larger = new this.#make(Math.max(2 * this.data.length, this.length));
      larger.set(this.data);
      this.data = larger;
    }
    return start;
  }

  /** Forgets everything and takes `count` numbers from the start. */
  reset(count: number): number {
    this.length = 0;
    return this.take(count);
  }

  /** A view, valid until the arena grows. */
  part(start: number, count: number): T {
    return this.data.subarray(start, start + count) as T;
  }
}
