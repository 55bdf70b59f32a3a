/** Figures of the policy targets and results that searched games carry: what a training will learn from. */

import type { Game, GameSearch, IndexedPolicy } from '../../games/game/game.ts';
import { type OpenOptions, openGames } from '../../games/game/open.ts';

export interface TargetFigures {
  readonly games: number;
  /** Decisions with a policy target. */
  readonly targets: number;
  /** Mean entropy of the targets, nats. */
  readonly entropy: number;
  /** Mean of the largest probability of a target. */
  readonly largest: number;
  /** Share of decided games that the root value of the middle search calls for another seat than the winner's. */
  readonly mispredicted: number;
}

/** Adds up games one by one. */
export class TargetCount {
  #games = 0;
  #targets = 0;
  #entropy = 0;
  #largest = 0;
  #decided = 0;
  #wrong = 0;

  add(game: Pick<Game, 'searches' | 'winner'>): void {
    this.#games++;
    for (const { policy } of game.searches) {
      if (policy === undefined || !('indices' in policy)) continue;
      this.#targets++;
      this.#entropy += entropyOf(policy);
      this.#largest += Math.max(...policy.probs) / sumOf(policy);
    }
    const called = middleCall(game.searches);
    if (called === undefined || game.winner === 0) return;
    this.#decided++;
    if (called !== game.winner) this.#wrong++;
  }

  get figures(): TargetFigures {
    const targets = this.#targets;
    const mean = (sum: number, count: number): number => (count === 0 ? Number.NaN : sum / count);
    return {
      games: this.#games,
      targets,
      entropy: mean(this.#entropy, targets),
      largest: mean(this.#largest, targets),
      mispredicted: mean(this.#wrong, this.#decided),
    };
  }
}

/** Of the games of a database; `playedBefore`: ISO-8601. */
export async function targetFigures(
  path: string,
  { playedBefore, ...options }: OpenOptions & { readonly playedBefore?: string },
): Promise<TargetFigures> {
  const count = new TargetCount();
  for await (const item of openGames(path, options)) {
    if ('game' in item && (playedBefore === undefined || (item.game.createdAt ?? '') < playedBefore)) {
      count.add(item.game);
    }
  }
  return count.figures;
}

const sumOf = ({ probs }: IndexedPolicy): number => probs.reduce((sum, p) => sum + p, 0);

function entropyOf(policy: IndexedPolicy): number {
  const total = sumOf(policy);
  return policy.probs.reduce((sum, p) => (p === 0 ? sum : sum - (p / total) * Math.log(p / total)), 0);
}

/** The seat that the middle one of the searches thinks is winning, from 1. */
function middleCall(searches: readonly GameSearch[]): number | undefined {
  const valued = searches.flatMap(({ values }) => (values ? [values] : []));
  const middle = valued[Math.floor(valued.length / 2)];
  return middle && 1 + middle.indexOf(Math.max(...middle));
}
