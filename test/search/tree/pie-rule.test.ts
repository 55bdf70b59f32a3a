import { describe, expect, it } from 'vitest';
import { advance, apply } from '../../../src/engine/apply.ts';
import { Kind, kindOf, MoveList } from '../../../src/engine/moves.ts';
import { createRules } from '../../../src/engine/rules.ts';
import { State } from '../../../src/engine/state.ts';
import { BatchBuffers } from '../../../src/search/evaluators/batch-buffers.ts';
import type { EvaluationBatch, Evaluator } from '../../../src/search/evaluators/evaluator.ts';
import { GumbelSearch } from '../../../src/search/gumbel/gumbel-search.ts';
import { PuctSearch } from '../../../src/search/puct/puct-search.ts';
import { DEFAULT_PUCT } from '../../../src/search/puct/select.ts';
import { rootValue } from '../../../src/search/tree/root.ts';
import { Workbench } from '../../../src/search/tree/workbench.ts';
import { finish } from '../run-search.ts';

const rules = createRules('hex8', 2, { swapRuleEnabled: true });

/** Always finds that the engine's player 1 stands like this, and that every move is as likely. */
class OneSided implements Evaluator {
  readonly rules = rules;
  readonly id = 'one-sided';
  readonly provider = 'none';
  readonly preferredBatch = 4;
  private readonly first: number;

  constructor(first: number) {
    this.first = first;
  }

  createBatch(capacity: number): EvaluationBatch {
    const { first } = this;
    return new (class extends BatchBuffers implements EvaluationBatch {
      add(_state: State, legal: MoveList): number {
        return this.reserve(legal);
      }
      run(): void {
        this.logits.fill(0);
        for (let slot = 0; slot < this.count; slot++) this.values.set([first, -first], 2 * slot);
      }
    })(capacity, 2);
  }

  async close(): Promise<void> {}
}

/** The second player's first decision, where the pie rule is on offer. */
function offer(): { state: State; legal: MoveList } {
  const state = new State(rules);
  const legal = new MoveList();
  for (advance(state, legal); state.player === 1; advance(state, legal)) apply(state, legal.moves[0]);
  return { state, legal };
}

describe('the pie rule in a search', () => {
  it.each([
    { first: 0.9, swaps: true },
    { first: -0.9, swaps: false },
  ])('takes the other seat exactly when it is the better one (player 1 at $first)', ({ first, swaps }) => {
    const { state, legal } = offer();
    const isSwap = (index: number): boolean => kindOf(legal.moves[index]) === Kind.swap;
    expect(Array.from({ length: legal.length }, (_, i) => i).some(isSwap)).toBe(true);
    const bench = new Workbench(rules);
    const evaluator = new OneSided(first);

    const gumbel = new GumbelSearch(bench, evaluator, { simulations: 400, considered: 256 });
    gumbel.begin(state, legal);
    finish(gumbel, evaluator.createBatch(4));
    expect(isSwap(gumbel.winner())).toBe(swaps);

    // With equal priors PUCT must be made curious to try all of them.
    const puct = new PuctSearch(bench, evaluator, {
      simulations: 2000,
      constants: { ...DEFAULT_PUCT, init: 4, urgencyLoss: 0 },
    });
    puct.begin(state, legal);
    finish(puct, evaluator.createBatch(4));
    expect(isSwap(puct.choose(0, null))).toBe(swaps);
    // Seat 1 is whoever decides about the offer: he stands well either way.
    if (swaps) expect(rootValue(puct.tree)[1]).toBeGreaterThan(0);
  });
});
