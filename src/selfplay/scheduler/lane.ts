/**
 * Many games, one thread: games advance until each needs leaves evaluated, the leaves of all go into one batch per
 * evaluator, answers are scattered, and so on. One tree per game, no virtual loss, no threads, no coroutines; throughput
 * comes from games in flight, latency from few.
 *
 * Games wait in a stack, so no more of them are worked on at one time than a batch needs: their trees stay in the
 * processor's cache and games finish early rather than all together.
 *
 * Two lanes on one thread overlap: while one waits for an asynchronous evaluator (a GPU), the other fills its batch.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Thinking } from '../../search/agents/agent.ts';
import type { EvaluationBatch, Evaluator } from '../../search/evaluators/evaluator.ts';

/** A game, or anything else that now and then waits for leaves. */
export interface Thinker {
  /** Takes the answer of the thinking given last and plays on; null when there is nothing more to think about. */
  advance(): Thinking | null;
}

export interface LaneOptions {
  /** Games in flight at most. */
  readonly inFlight: number;
  /** Leaves per batch; default: what the evaluator prefers. */
  readonly batch?: number;
  /** Leaves a game may put into one batch. 1: maximal mixing of games; 16: fewest games in flight. */
  readonly leavesPerGame?: number;
  /** Polled between batches: true abandons the games in flight. */
  readonly stopped?: () => boolean;
}

export interface LaneStats {
  batches: number;
  /** Leaves in those batches, cached ones included. */
  leaves: number;
  /** Batches that had something to compute, and the sum of their fills: filled / computed is the mean fill. */
  computed: number;
  filled: number;
  /** Seconds spent waiting for evaluators, wall clock. */
  evaluating: number;
}

/** Milliseconds after which a lane that never waits lets other work of its thread run. */
const SLICE = 20;
const DEFAULT_LEAVES_PER_GAME = 16;

/** A lane for one run. */
export async function runLane<T extends Thinker>(
  next: () => T | null,
  finished: (thinker: T) => void,
  options: LaneOptions,
): Promise<LaneStats> {
  const lane = new Lane(next, finished, options);
  await lane.run();
  return lane.stats;
}

interface Waiting<T> {
  readonly thinker: T;
  thinking: Thinking;
}

/** The leaves on their way to one evaluator. */
interface Group<T> {
  readonly batch: EvaluationBatch;
  readonly waiting: Waiting<T>[];
}

/**
 * Plays what `next` gives and reports each finished one. A lane has one batch of every evaluator that its games ask and
 * keeps it. Results do not depend on the options.
 */
export class Lane<T extends Thinker> {
  readonly stats: LaneStats = { batches: 0, leaves: 0, computed: 0, filled: 0, evaluating: 0 };
  private readonly next: () => T | null;
  private readonly finished: (thinker: T) => void;
  private readonly options: LaneOptions;
  private readonly ready: Waiting<T>[] = [];
  private readonly groups = new Map<Evaluator, Group<T>>();
  private inFlight = 0;
  private lastPause = performance.now();

  constructor(next: () => T | null, finished: (thinker: T) => void, options: LaneOptions) {
    this.next = next;
    this.finished = finished;
    this.options = options;
  }

  /**
   * Resolves when nothing is in flight and `next` gives null, and may be called again then. (Null while games are in
   * flight only means "not now": work that arrives later is asked for again.) An error of an evaluator or a game ends
   * the lane with that error.
   */
  async run(): Promise<void> {
    for (;;) {
      if (this.options.stopped?.()) return;
      const group = this.fill() ?? this.fullest();
      if (group === null) return;
      await this.evaluate(group);
      if (performance.now() - this.lastPause > SLICE) {
        await nextTurn();
        this.lastPause = performance.now();
      }
    }
  }

  /** Lets games gather leaves until a batch is full (returned) or all games wait (null). */
  private fill(): Group<T> | null {
    const perGame = this.options.leavesPerGame ?? DEFAULT_LEAVES_PER_GAME;
    for (;;) {
      const game = this.ready.pop() ?? this.admit();
      if (!game) return null;
      const group = this.groupOf(game.thinking.evaluator);
      const { batch } = group;
      const { fill } = batch;
      const added = game.thinking.gather(batch, Math.min(perGame, batch.room));
      if (added === 0) {
        this.continue(game.thinker);
        continue;
      }
      if (batch.fill === fill) {
        // a cache knew all of them: nothing to wait for
        game.thinking.scatter(batch);
        this.ready.push(game);
      } else group.waiting.push(game);
      if (batch.room === 0) return group;
    }
  }

  private continue(thinker: T): void {
    const thinking = thinker.advance();
    if (thinking) {
      this.ready.push({ thinker, thinking });
      return;
    }
    this.inFlight--;
    this.finished(thinker);
  }

  /** Takes in a new game if there is room and one is left; games that never think are finished on the spot. */
  private admit(): Waiting<T> | null {
    while (this.inFlight < this.options.inFlight) {
      const thinker = this.next();
      if (thinker === null) return null;
      const thinking = thinker.advance();
      if (thinking) {
        this.inFlight++;
        return { thinker, thinking };
      }
      this.finished(thinker);
      if (this.options.stopped?.()) return null;
    }
    return null;
  }

  private groupOf(evaluator: Evaluator): Group<T> {
    let group = this.groups.get(evaluator);
    if (!group) {
      group = { batch: evaluator.createBatch(this.options.batch ?? evaluator.preferredBatch), waiting: [] };
      group.batch.reset();
      this.groups.set(evaluator, group);
    }
    return group;
  }

  private fullest(): Group<T> | null {
    let fullest: Group<T> | null = null;
    for (const group of this.groups.values()) {
      if (group.batch.count > (fullest?.batch.count ?? 0)) fullest = group;
    }
    return fullest;
  }

  private async evaluate({ batch, waiting }: Group<T>): Promise<void> {
    const start = performance.now();
    const pending = batch.run();
    if (pending) await pending;
    this.stats.evaluating += (performance.now() - start) / 1000;
    this.stats.batches++;
    this.stats.leaves += batch.count;
    if (batch.fill > 0) this.stats.computed++;
    this.stats.filled += batch.fill;
    for (const game of waiting) {
      game.thinking.scatter(batch);
      this.ready.push(game);
    }
    waiting.length = 0;
    batch.reset();
  }
}
