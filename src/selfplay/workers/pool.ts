/**
 * Plays games in worker threads. Every worker has a few games on order, enough for about a tenth of a second, so that
 * it never waits for this thread; results arrive in any order. A worker that dies is replaced and its games are played
 * again: they are the same games.
 */
import { Worker } from 'node:worker_threads';
import { RrError } from '../../core/errors.ts';
import type { Order, Report } from './serve.ts';

/** Work on order per worker. Milliseconds, and games at most. */
const AHEAD_MS = 100;
const AHEAD_GAMES = 64;

/** A game that was at hand each time when so many workers died is what kills them. */
const MOST_DEATHS = 3;

export interface PoolOptions<Payload> {
  /** Module of the workers; it calls serveGames. */
  readonly entry: URL;
  /**
   * Passed to every worker together with the stop flag and its place, 0 to workers − 1, which who replaces a dead worker
   * takes over: `{...workerData, stopFlag, place}`.
   */
  readonly workerData: object;
  readonly workers: number;
  readonly indices: Iterator<number>;
  /** Games on order per worker at least: more than one for workers that play many games at once. Default 2. */
  readonly ahead?: number;
  /** Games that may be finished ahead of the oldest unfinished one: bounds what a consumer that wants order holds. */
  readonly window: number;
  /** Called for every game. While a returned promise is pending no further game is ordered. */
  readonly onGame: (index: number, payload: Payload) => void | Promise<void>;
  /** A worker died and was replaced. */
  readonly onLost?: (error: Error, games: readonly number[]) => void;
  /** Aborting abandons the games at hand; finished ones are still delivered. */
  readonly signal: AbortSignal;
}

/** Resolves when every game has been played and taken, or the signal was raised. Rejects with what onGame threw, or with a worker's RrError. */
export function playInWorkers<Payload>(options: PoolOptions<Payload>): Promise<void> {
  return new Pool(options).done;
}

interface Slot {
  readonly place: number;
  readonly worker: Worker;
  /** Games on order, in the order in which they will be played. */
  readonly orders: number[];
  ended: boolean;
}

class Pool<Payload> {
  readonly done: Promise<void>;
  readonly #options: PoolOptions<Payload>;
  readonly #stopFlag = new Int32Array(new SharedArrayBuffer(4));
  readonly #slots = new Set<Slot>();
  readonly #again: number[] = [];
  readonly #deaths = new Map<number, number>();
  /** Position of each ordered game in the sequence of indices; positions ascend with the order they were drawn in. */
  readonly #open = new Map<number, number>();
  #resolve: () => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #drawn = 0;
  #exhausted = false;
  /** Results not yet taken by the consumer. */
  #untaken = 0;
  #finished = 0;
  /** When the first game arrived. */
  #firstMs = 0;
  #ending = false;
  #failure: { readonly error: unknown } | undefined;
  readonly #onAbort = (): void => this.#end();

  constructor(options: PoolOptions<Payload>) {
    this.#options = options;
    this.done = new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    options.signal.addEventListener('abort', this.#onAbort);
    if (options.signal.aborted) {
      this.#end();
      return;
    }
    for (let place = 0; place < options.workers; place++) this.#hire(place);
    this.#orderMore();
  }

  #hire(place: number): void {
    const { entry, workerData } = this.#options;
    const worker = new Worker(entry, { workerData: { ...workerData, stopFlag: this.#stopFlag, place } });
    const slot: Slot = { place, worker, orders: [], ended: false };
    this.#slots.add(slot);
    let error: Error | undefined;
    worker.on('message', (report: Report<Payload>) => {
      if ('ended' in report) slot.ended = true;
      else if ('failure' in report) this.#fail(new RrError(report.failure.code, report.failure.params));
      else this.#take(slot, report.index, report.payload);
    });
    worker.on('error', (thrown: unknown) => {
      error = thrown instanceof Error ? thrown : new Error(String(thrown));
    });
    worker.on('exit', (code) => this.#gone(slot, error ?? new Error(`a worker ended with status ${code}`)));
  }

  /** Fills every worker's orders up; ends the workers when nothing is left. */
  #orderMore(): void {
    if (this.#ending || this.#untaken > 0) return;
    const ahead = this.#ahead();
    // Breadth first, so that a run of few games uses all workers.
    for (let depth = 1; depth <= ahead; depth++) {
      for (const slot of this.#slots) {
        if (slot.orders.length >= depth) continue;
        const index = this.#next();
        if (index === undefined) {
          if (this.#exhausted && this.#open.size === 0) this.#end();
          return;
        }
        slot.orders.push(index);
        slot.worker.postMessage({ play: index } satisfies Order);
      }
    }
  }

  #ahead(): number {
    const { ahead = 2 } = this.#options;
    if (this.#finished < 4) return ahead;
    const perGame = ((performance.now() - this.#firstMs) * this.#options.workers) / this.#finished;
    return Math.max(ahead, Math.min(AHEAD_GAMES, Math.ceil(AHEAD_MS / Math.max(perGame, 1e-3))));
  }

  #next(): number | undefined {
    const again = this.#again.pop();
    if (again !== undefined) return again;
    if (this.#exhausted) return undefined;
    // The map keeps the order of insertion, so its first entry is the oldest unfinished game.
    const [oldest = this.#drawn] = this.#open.values();
    if (this.#drawn - oldest >= this.#options.window) return undefined;
    const { done, value } = this.#options.indices.next();
    if (done) {
      this.#exhausted = true;
      return undefined;
    }
    this.#open.set(value, this.#drawn++);
    return value;
  }

  #take(slot: Slot, index: number, payload: Payload): void {
    slot.orders.splice(slot.orders.indexOf(index), 1);
    this.#open.delete(index);
    if (this.#finished++ === 0) this.#firstMs = performance.now();
    try {
      const taken = this.#options.onGame(index, payload);
      if (taken) {
        this.#untaken++;
        taken.then(
          () => {
            this.#untaken--;
            this.#settle();
          },
          (error: unknown) => this.#fail(error),
        );
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#settle();
  }

  #settle(): void {
    if (this.#ending) this.#close();
    else this.#orderMore();
  }

  #gone(slot: Slot, error: Error): void {
    this.#slots.delete(slot);
    if (this.#ending || slot.ended) {
      this.#close();
      return;
    }
    const [atHand] = slot.orders;
    if (atHand !== undefined) {
      const deaths = (this.#deaths.get(atHand) ?? 0) + 1;
      this.#deaths.set(atHand, deaths);
      if (deaths >= MOST_DEATHS) {
        this.#fail(new Error(`game ${atHand} ended ${deaths} workers: ${error.message}`, { cause: error }));
        return;
      }
    }
    this.#options.onLost?.(error, slot.orders);
    this.#again.push(...slot.orders.toReversed());
    this.#hire(slot.place);
    this.#orderMore();
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#end();
  }

  /** Tells the workers to finish; those at play see the flag within one decision. */
  #end(): void {
    if (!this.#ending) {
      this.#ending = true;
      Atomics.store(this.#stopFlag, 0, 1);
      for (const { worker } of this.#slots) worker.postMessage({ end: true } satisfies Order);
    }
    this.#close();
  }

  /** Settles the promise once every worker has left and every result has been taken. */
  #close(): void {
    if (this.#slots.size > 0 || (this.#untaken > 0 && !this.#failure)) return;
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    if (this.#failure) this.#reject(this.#failure.error);
    else this.#resolve();
  }
}
