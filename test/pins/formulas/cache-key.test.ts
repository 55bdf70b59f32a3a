/** What a cache of evaluations tells apart. */
import { expect, it } from 'vitest';
import type { MoveList } from '../../../src/engine/moves.ts';
import type { State } from '../../../src/engine/state.ts';
import { BatchBuffers } from '../../../src/search/evaluators/batch-buffers.ts';
import { CachedEvaluator } from '../../../src/search/evaluators/cached.ts';
import type { EvaluationBatch, Evaluator } from '../../../src/search/evaluators/evaluator.ts';
import { randomPosition, rulesOf } from '../../search/positions.ts';

const rules = rulesOf('hex8', 2);

/** Values positions by the number of moves made, as a network may. */
const byPly: Evaluator = {
  rules,
  id: 'by-ply',
  provider: 'none',
  preferredBatch: 4,
  createBatch: (capacity) =>
    new (class extends BatchBuffers implements EvaluationBatch {
      add(state: State, legal: MoveList): number {
        const slot = this.reserve(legal);
        this.values.set([state.ply / 1024, -state.ply / 1024], 2 * slot);
        return slot;
      }
      run(): void {}
    })(capacity, 2),
  close: async () => {},
};

it('the same position after another number of moves is another position', async () => {
  const { state, legal } = randomPosition(rules, 2, 30);
  const later = state.clone();
  later.ply += 2;
  const batch = new CachedEvaluator(byPly).createBatch(4);
  const found: number[] = [];
  for (const position of [state, later, state]) {
    batch.reset();
    batch.add(position, legal);
    await batch.run();
    found.push(batch.values[0] * 1024);
  }
  expect(found).toEqual([state.ply, state.ply + 2, state.ply]);
});
