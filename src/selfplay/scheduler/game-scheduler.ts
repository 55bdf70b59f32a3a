/**
 * Many games, one thread: games advance until each needs leaves evaluated, the leaves of all go into one batch per
 * evaluator, answers are scattered, and so on. One tree per game, no virtual loss, no threads, no coroutines; throughput
 * comes from games in flight, latency from few.
 *
 * Games wait in a stack, so no more of them are worked on at one time than a batch needs: their trees stay in the
 * processor's cache and games finish early rather than all together.
 *
 * Two schedulers on one thread overlap: while one waits for an asynchronous evaluator (a GPU), the other fills its batch.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EvaluationBatch, Evaluator } from '../../search/evaluators/evaluator.ts';
import { type GameTask, isReply } from '../../search/play/game-task.ts';
import type { PendingEvaluation } from '../../search/players/player.ts';

export interface SchedulerOptions {
  /** Games in flight at most. */
  readonly inFlight: number;
  /** Leaves per batch; default: what the evaluator prefers. */
  readonly batch?: number;
  /** Leaves a game may put into one batch. 1: maximal mixing of games; 16: fewest games in flight. */
  readonly leavesPerGame?: number;
  /** Polled between batches: true abandons the games in flight. */
  readonly stopped?: () => boolean;
}

export interface SchedulerStats {
  batches: number;
  /** Leaves in those batches, cached ones included. */
  leaves: number;
  /** Batches that had something to compute, and the sum of their fills: filled / computed is the mean fill. */
  computed: number;
  filled: number;
  /** Seconds spent waiting for evaluators, wall clock. */
  evaluating: number;
}

/** Milliseconds after which a scheduler that never waits lets other work of its thread run. */
const SLICE = 20;
const DEFAULT_LEAVES_PER_GAME = 16;

/** A scheduler for one run. */
export async function runGames(
  next: () => GameTask | null,
  finished: (game: GameTask) => void,
  options: SchedulerOptions,
): Promise<SchedulerStats> {
  const scheduler = new GameScheduler(next, finished, options);
  await scheduler.run();
  return scheduler.stats;
}

/** A game and the evaluation that its decision waits for. */
interface Evaluating {
  readonly game: GameTask;
  readonly pending: PendingEvaluation;
}

/** The leaves on their way to one evaluator. */
interface Group {
  readonly batch: EvaluationBatch;
  readonly waiting: Evaluating[];
}

/**
 * Plays what `next` gives and reports each finished one. A scheduler has one batch of every evaluator that its games ask
 * and keeps it. Results do not depend on the options.
 */
export class GameScheduler {
  readonly stats: SchedulerStats = { batches: 0, leaves: 0, computed: 0, filled: 0, evaluating: 0 };
  readonly #next: () => GameTask | null;
  readonly #finished: (game: GameTask) => void;
  readonly #options: SchedulerOptions;
  readonly #ready: Evaluating[] = [];
  readonly #groups = new Map<Evaluator, Group>();
  readonly #replies = new Replies();
  #inFlight = 0;
  #lastPause = performance.now();

  constructor(next: () => GameTask | null, finished: (game: GameTask) => void, options: SchedulerOptions) {
    this.#next = next;
    this.#finished = finished;
    this.#options = options;
  }

  /**
   * Resolves when nothing is in flight and `next` gives null, and may be called again then. (Null while games are in
   * flight only means "not now": work that arrives later is asked for again.) An error of an evaluator, a player or a
   * game ends the scheduler with that error.
   */
  async run(): Promise<void> {
    for (;;) {
      if (this.#options.stopped?.()) return;
      const group = this.#fill() ?? this.#fullest();
      if (group !== null) await this.#evaluate(group);
      else if (this.#replies.expected > 0) await this.#replies.next();
      else return;
      if (performance.now() - this.#lastPause > SLICE) {
        await nextTurn();
        this.#lastPause = performance.now();
      }
    }
  }

  /** Lets games gather leaves until a batch is full (returned) or all games wait (null). */
  #fill(): Group | null {
    const perGame = this.#options.leavesPerGame ?? DEFAULT_LEAVES_PER_GAME;
    for (;;) {
      for (let game = this.#replies.take(); game; game = this.#replies.take()) this.#continue(game);
      const item = this.#ready.pop() ?? this.#admit();
      if (!item) return null;
      const { game, pending } = item;
      const group = this.#groupOf(pending.evaluator);
      const { batch } = group;
      const { fill } = batch;
      const added = pending.gather(batch, Math.min(perGame, batch.room));
      if (added === 0) {
        this.#continue(game);
        continue;
      }
      if (batch.fill === fill) {
        // a cache knew all of them: nothing to wait for
        pending.scatter(batch);
        this.#ready.push(item);
      } else group.waiting.push(item);
      if (batch.room === 0) return group;
    }
  }

  /** Lets a game in flight play on until it waits again or is over. */
  #continue(game: GameTask): void {
    const waiting = game.advance();
    if (waiting === null) {
      this.#inFlight--;
      this.#leave(game);
    } else if (isReply(waiting)) this.#replies.expect(game, waiting);
    else this.#ready.push({ game, pending: waiting });
  }

  /** Takes in a new game if there is room and one is left; games that never wait are finished on the spot. */
  #admit(): Evaluating | null {
    while (this.#inFlight < this.#options.inFlight) {
      const game = this.#next();
      if (game === null) return null;
      const waiting = game.advance();
      if (waiting === null) this.#leave(game);
      else {
        this.#inFlight++;
        if (!isReply(waiting)) return { game, pending: waiting };
        this.#replies.expect(game, waiting);
      }
      if (this.#options.stopped?.()) return null;
    }
    return null;
  }

  /** A game that waits for nothing is over, or abandoned because everything is to stop. */
  #leave(game: GameTask): void {
    if (game.isOver) this.#finished(game);
  }

  #groupOf(evaluator: Evaluator): Group {
    let group = this.#groups.get(evaluator);
    if (!group) {
      group = { batch: evaluator.createBatch(this.#options.batch ?? evaluator.preferredBatch), waiting: [] };
      group.batch.reset();
      this.#groups.set(evaluator, group);
    }
    return group;
  }

  #fullest(): Group | null {
    let fullest: Group | null = null;
    for (const group of this.#groups.values()) {
      if (group.batch.count > (fullest?.batch.count ?? 0)) fullest = group;
    }
    return fullest;
  }

  async #evaluate({ batch, waiting }: Group): Promise<void> {
    const start = performance.now();
    const pending = batch.run();
    if (pending) await pending;
    this.stats.evaluating += (performance.now() - start) / 1000;
    this.stats.batches++;
    this.stats.leaves += batch.count;
    if (batch.fill > 0) this.stats.computed++;
    this.stats.filled += batch.fill;
    for (const item of waiting) {
      item.pending.scatter(batch);
      this.#ready.push(item);
    }
    waiting.length = 0;
    batch.reset();
  }
}

/** Games whose decision is made outside of this thread. */
class Replies {
  /** Replies on their way. */
  expected = 0;
  readonly #arrived: GameTask[] = [];
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  expect(game: GameTask, reply: Promise<void>): void {
    this.expected++;
    reply.then(
      () => this.#arrive(() => this.#arrived.push(game)),
      (error: unknown) => this.#arrive(() => (this.#failure ??= { error })),
    );
  }

  /** A game whose reply is there. @throws what a player threw instead of replying */
  take(): GameTask | undefined {
    if (this.#failure) throw this.#failure.error;
    return this.#arrived.pop();
  }

  /** Resolves when a reply is there. One caller at a time. */
  next(): Promise<void> {
    if (this.#failure || this.#arrived.length > 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #arrive(note: () => void): void {
    this.expected--;
    note();
    this.#wake?.();
    this.#wake = undefined;
  }
}
