/**
 * Searches many decisions at once on shared inference. Each evaluator's batch has a driver that fills it with leaves of
 * whatever is most urgent: higher priority first, then searches that have begun, then those that came first. What a search
 * finds does not depend on who shared its batches, so answers are the same as one by one.
 */
import { at } from '../../core/at.ts';
import type { MoveList } from '../../engine/moves.ts';
import type { Rules } from '../../engine/rules.ts';
import type { State } from '../../engine/state.ts';
import type { EvaluationBatch, Evaluator } from '../../search/evaluators/evaluator.ts';
import { GumbelSearch } from '../../search/gumbel/gumbel-search.ts';
import { SearchPool } from '../../search/players/search-pool.ts';
import { Workbench } from '../../search/tree/workbench.ts';

export interface Decision {
  readonly state: State;
  /** At least two moves. */
  readonly legal: MoveList;
  readonly simulations: number;
  /** The largest comes first. */
  readonly priority: number;
  /** Called between batches once something is known; what it reads it must read before it returns. */
  readonly onProgress?: (search: GumbelSearch) => void;
  /** Null: it was ended before anything was known. */
  readonly onEnd: (search: GumbelSearch | null, terminated: boolean) => void;
}

interface Work {
  readonly decision: Decision;
  readonly order: number;
  search: GumbelSearch | null;
  terminated: boolean;
}

/** Batches of each evaluator: while one is computed, the other is filled. */
export const DRIVERS = 2;

export class Analyst {
  readonly #evaluators: readonly Evaluator[];
  readonly #searches = new Map<string, SearchPool<GumbelSearch>>();
  /** What can go on, most urgent last. */
  readonly #ready: Work[] = [];
  readonly #open = new Map<Decision, Work>();
  readonly #drivers: Promise<void>[] = [];
  readonly #waiting: (() => void)[] = [];
  /** Who waits for a decision to end. */
  readonly #endings: (() => void)[] = [];
  #closed = false;
  #orders = 0;
  /** Positions computed so far. */
  evaluations = 0;

  constructor(evaluators: readonly Evaluator[]) {
    this.#evaluators = evaluators;
    for (const evaluator of evaluators) {
      for (let i = 0; i < DRIVERS; i++)
        this.#drivers.push(this.#drive(evaluator.createBatch(evaluator.preferredBatch)));
    }
    // Whoever waits for `finish` or `ended` hears of it.
    for (const driver of this.#drivers) driver.catch(() => {});
  }

  submit(decision: Decision): void {
    const work: Work = { decision, order: this.#orders++, search: null, terminated: false };
    this.#open.set(decision, work);
    this.#queue(work);
  }

  /** Ends a decision early: `onEnd` gets what is known by then. Nothing happens when it has ended. */
  terminate(decision: Decision): void {
    const work = this.#open.get(decision);
    if (!work) return;
    work.terminated = true;
    if (work.search === null) this.#end(work);
  }

  /** Ends everything that is open. */
  terminateAll(): void {
    for (const decision of [...this.#open.keys()]) this.terminate(decision);
  }

  /** Waits until fewer than `most` decisions are open, so that whoever submits more holds no more than that in memory. */
  async room(most: number): Promise<void> {
    while (this.#open.size >= most) await new Promise<void>((resolve) => this.#endings.push(resolve));
  }

  /** Resolves when everything that was submitted has ended; an evaluator's failure rejects. Nothing may be submitted afterwards. */
  async finish(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await Promise.all(this.#drivers);
  }

  /** Rejects when an evaluator fails; resolves with finish. */
  async ended(): Promise<void> {
    await Promise.all(this.#drivers);
  }

  async #drive(batch: EvaluationBatch): Promise<void> {
    const waiting: Work[] = [];
    for (;;) {
      batch.reset();
      this.#fill(batch, waiting);
      if (waiting.length === 0) {
        if (this.#closed && this.#open.size === 0) return this.#wake();
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
        continue;
      }
      await batch.run();
      this.evaluations += batch.count;
      for (const work of waiting.splice(0)) {
        work.search?.scatter(batch);
        if (work.search && work.search.simulations > 0) work.decision.onProgress?.(work.search);
        this.#queue(work);
      }
    }
  }

  #fill(batch: EvaluationBatch, waiting: Work[]): void {
    while (batch.room > 0) {
      const work = this.#ready.pop();
      if (!work) return;
      if (!this.#open.has(work.decision)) continue;
      const search = work.search ?? this.#begin(work.decision);
      work.search = search;
      const done = work.terminated || search.gather(batch, batch.room) === 0;
      if (done) this.#end(work);
      else waiting.push(work);
    }
  }

  #begin({ state, legal, simulations }: Decision): GumbelSearch {
    const search = this.#poolFor(state.rules).take();
    search.begin(state, legal, null, simulations);
    return search;
  }

  #end(work: Work): void {
    const { search, decision, terminated } = work;
    this.#open.delete(decision);
    decision.onEnd(search !== null && search.simulations > 0 ? search : null, terminated);
    if (search) this.#poolFor(decision.state.rules).give(search);
    if (this.#open.size === 0) this.#wake();
    for (const resolve of this.#endings.splice(0)) resolve();
  }

  #poolFor(rules: Rules): SearchPool<GumbelSearch> {
    const { topology: _, ...numbers } = rules;
    const key = JSON.stringify(numbers);
    let pool = this.#searches.get(key);
    if (!pool) {
      const bench = new Workbench(rules);
      const evaluator = at(this.#evaluators, 0);
      pool = new SearchPool(() => new GumbelSearch(bench, evaluator, { simulations: 2 }));
      this.#searches.set(key, pool);
    }
    return pool;
  }

  /** Puts work where its urgency belongs. */
  #queue(work: Work): void {
    let low = 0;
    let high = this.#ready.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (moreUrgent(at(this.#ready, middle), work)) high = middle;
      else low = middle + 1;
    }
    this.#ready.splice(low, 0, work);
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function moreUrgent(a: Work, b: Work): boolean {
  if (a.decision.priority !== b.decision.priority) return a.decision.priority > b.decision.priority;
  const begun = Number(a.search !== null) - Number(b.search !== null);
  return begun === 0 ? a.order < b.order : begun > 0;
}
