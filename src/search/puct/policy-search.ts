/** No search: the evaluator's policy at the root is the answer. One evaluation, no simulations. */
import type { MoveList } from '../../engine/moves.ts';
import type { State } from '../../engine/state.ts';
import type { Evaluator } from '../evaluators/evaluator.ts';
import { TreeSearch } from '../tree/search.ts';
import type { Workbench } from '../tree/workbench.ts';

export class PolicySearch extends TreeSearch {
  constructor(bench: Workbench, evaluator: Evaluator) {
    super(bench, evaluator, 1);
  }

  begin(state: State, legal: MoveList): void {
    this.plant(state, legal);
  }

  protected override explore(): void {}
  protected override rootEvaluated(): void {}

  policy(): Float64Array<ArrayBuffer> {
    return Float64Array.from(this.tree.prior.subarray(0, this.width));
  }
}
