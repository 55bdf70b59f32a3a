/**
 * Plays games in worker threads. Every worker has a few games on order, enough for about a tenth of a second, so that
 * it never waits for this thread; results arrive in any order. A worker that dies is replaced and its games are played
 * again: they are the same games.
 */
import { Worker } from 'node:worker_threads';
import { RrError } from '../../core/errors.ts';
import type { FromWorker, ToWorker, WorkerPlace } from './messages.ts';

/** Work on order per worker. Milliseconds, and games at most. */
const AHEAD_MS = 100;
const AHEAD_GAMES = 64;

/** A game that was at hand each time when so many workers died is what kills them. */
const MOST_DEATHS = 3;

export interface PoolOptions<Result> {
  /** Module of the workers; it calls serveGames. */
  readonly entry: URL;
  /**
   * Passed to every worker together with its WorkerPlace.
   */
  readonly workerData: object;
  readonly workers: number;
  readonly indices: Iterator<number>;
  /** Games on order per worker at least: more than one for workers that play many games at once. Default 2. */
  readonly ahead?: number;
  /** Games that may be finished ahead of the oldest unfinished one: bounds what a consumer that wants order holds. */
  readonly window: number;
  /** Called for every game. While a returned promise is pending no further game is ordered. */
  readonly onGame: (index: number, result: Result) => void | Promise<void>;
  /** A worker died and was replaced. */
  readonly onLost?: (error: Error, games: readonly number[]) => void;
  /** Aborting abandons the games at hand; finished ones are still delivered. */
  readonly signal: AbortSignal;
}

/** Resolves when every game has been played and taken, or the signal was raised. Rejects with what onGame threw, or with a worker's RrError. */
export function playInWorkers<Result>(options: PoolOptions<Result>): Promise<void> {
  return new Pool(options).done;
}

/** A worker and its work. */
interface Hired {
  readonly workerIndex: number;
  readonly worker: Worker;
  /** Games on order, in the order in which they will be played. */
  readonly orders: number[];
  ended: boolean;
}

class Pool<Result> {
  readonly done: Promise<void>;
  readonly #options: PoolOptions<Result>;
  readonly #stopFlag = new Int32Array(new SharedArrayBuffer(4));
  readonly #hired = new Set<Hired>();
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

  constructor(options: PoolOptions<Result>) {
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
    for (let i = 0; i < options.workers; i++) this.#hire(i);
    this.#orderMore();
  }

  #hire(workerIndex: number): void {
    const { entry, workerData } = this.#options;
    const place: WorkerPlace = { stopFlag: this.#stopFlag, workerIndex };
    const worker = new Worker(entry, { workerData: { ...workerData, ...place } });
    const hired: Hired = { workerIndex, worker, orders: [], ended: false };
    this.#hired.add(hired);
    let error: Error | undefined;
    worker.on('message', (report: FromWorker<Result>) => {
      if ('ended' in report) hired.ended = true;
      else if ('failure' in report) this.#fail(new RrError(report.failure.code, report.failure.params));
      else this.#take(hired, report.index, report.result);
    });
    worker.on('error', (thrown: unknown) => {
      error = thrown instanceof Error ? thrown : new Error(String(thrown));
    });
    worker.on('exit', (code) => this.#gone(hired, error ?? new Error(`a worker ended with status ${code}`)));
  }

  /** Fills every worker's orders up; ends the workers when nothing is left. */
  #orderMore(): void {
    if (this.#ending || this.#untaken > 0) return;
    const ahead = this.#ahead();
    // Breadth first, so that a run of few games uses all workers.
    for (let depth = 1; depth <= ahead; depth++) {
      for (const hired of this.#hired) {
        if (hired.orders.length >= depth) continue;
        const index = this.#next();
        if (index === undefined) {
          if (this.#exhausted && this.#open.size === 0) this.#end();
          return;
        }
        hired.orders.push(index);
        hired.worker.postMessage({ play: index } satisfies ToWorker);
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

  #take(hired: Hired, index: number, result: Result): void {
    hired.orders.splice(hired.orders.indexOf(index), 1);
    this.#open.delete(index);
    if (this.#finished++ === 0) this.#firstMs = performance.now();
    try {
      const taken = this.#options.onGame(index, result);
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

  #gone(hired: Hired, error: Error): void {
    this.#hired.delete(hired);
    if (this.#ending || hired.ended) {
      this.#close();
      return;
    }
    const [atHand] = hired.orders;
    if (atHand !== undefined) {
      const deaths = (this.#deaths.get(atHand) ?? 0) + 1;
      this.#deaths.set(atHand, deaths);
      if (deaths >= MOST_DEATHS) {
        // a thread that could not start, or had no memory, is no fault of the game
        if ('code' in error) this.#fail(error);
        else this.#fail(new Error(`game ${atHand} ended ${deaths} workers: ${error.message}`, { cause: error }));
        return;
      }
    }
    this.#options.onLost?.(error, hired.orders);
    this.#again.push(...hired.orders.toReversed());
    this.#hire(hired.workerIndex);
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
      for (const { worker } of this.#hired) worker.postMessage({ end: true } satisfies ToWorker);
    }
    this.#close();
  }

  /** Settles the promise once every worker has left and every result has been taken. */
  #close(): void {
    if (this.#hired.size > 0 || (this.#untaken > 0 && !this.#failure)) return;
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    if (this.#failure) this.#reject(this.#failure.error);
    else this.#resolve();
  }
}
