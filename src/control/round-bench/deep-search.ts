/**
 * The measure of target quality: how often the best move of a target is the one that a far deeper search of the same
 * network plays. Positions are a fair sample of all targets of the games, drawn in one pass.
 */
import { legalMoves } from '../../engine/legal.ts';
import { MoveList } from '../../engine/moves.ts';
import type { Random } from '../../engine/random.ts';
import type { State } from '../../engine/state.ts';
import type { Game } from '../../games/game/game.ts';
import { replay } from '../../games/game/replay.ts';
import type { Evaluator } from '../../search/evaluators/evaluator.ts';
import { CONSIDERED, GumbelSearch } from '../../search/gumbel/gumbel-search.ts';
import { Workbench } from '../../search/tree/workbench.ts';

export interface SampledTarget {
  readonly state: State;
  readonly legal: MoveList;
  /** Index of the target's best move. */
  readonly best: number;
}

/** Reservoir sampling (Vitter 1985, Algorithm R): every target seen so far is kept with the same probability. */
export class TargetSample {
  readonly targets: SampledTarget[] = [];
  readonly #size: number;
  readonly #random: Random;
  #seen = 0;

  constructor(size: number, random: Random) {
    this.#size = size;
    this.#random = random;
  }

  add(game: Game): void {
    const places = new Map<number, number>();
    const best = new Map<number, number>();
    for (const { ply, policy } of game.searches) {
      if (policy === undefined || !('indices' in policy)) continue;
      const place = this.#seen < this.#size ? this.#seen : this.#random.below(this.#seen + 1);
      this.#seen++;
      if (place >= this.#size) continue;
      places.set(ply, place);
      best.set(ply, policy.indices[policy.probs.indexOf(Math.max(...policy.probs))] ?? 0);
    }
    if (places.size === 0) return;
    replay(game, {
      move: ({ state, ply }) => {
        const place = places.get(ply);
        if (place === undefined) return;
        const legal = new MoveList();
        legalMoves(state, legal);
        this.targets[place] = { state: state.clone(), legal, best: best.get(ply) ?? 0 };
      },
    });
  }
}

/** Searches that fill a batch together; each waits for at most CONSIDERED leaves. */
const TOGETHER = 4;
export const DEEP_BATCH = TOGETHER * CONSIDERED;

/** Share of the targets whose best move the deep search plays. `onSearch` is told of every search that is done. */
export async function agreementOf(
  targets: readonly SampledTarget[],
  evaluator: Evaluator,
  { simulations, onSearch, stopped }: DeepSearchOptions,
): Promise<number> {
  const bench = new Workbench(evaluator.rules);
  const searches = Array.from({ length: TOGETHER }, () => new GumbelSearch(bench, evaluator, { simulations }));
  const batch = evaluator.createBatch(DEEP_BATCH);
  let [agreed, done] = [0, 0];
  for (let from = 0; from < targets.length && !stopped(); from += TOGETHER) {
    const group = targets.slice(from, from + TOGETHER);
    const busy = searches.slice(0, group.length);
    for (const [i, { state, legal }] of group.entries()) busy[i]?.begin(state, legal);
    for (;;) {
      batch.reset();
      const waiting = busy.filter((search) => search.gather(batch) > 0);
      if (waiting.length === 0) break;
      await batch.run();
      for (const search of waiting) search.scatter(batch);
    }
    for (const [i, { best }] of group.entries()) if (busy[i]?.winner() === best) agreed++;
    done += group.length;
    onSearch(group.length);
  }
  return done === 0 ? Number.NaN : agreed / done;
}

export interface DeepSearchOptions {
  readonly simulations: number;
  readonly onSearch: (count: number) => void;
  readonly stopped: () => boolean;
}
