/** What a page would do: some moves, a search, the input of a network, a model file. Bundled for a browser by the test. */
import { apply } from '../../../src/engine/apply.ts';
import { stateHash } from '../../../src/engine/fingerprint.ts';
import { legalMoves } from '../../../src/engine/legal.ts';
import { MoveList } from '../../../src/engine/moves.ts';
import { Random } from '../../../src/engine/random.ts';
import { createRules } from '../../../src/engine/rules.ts';
import { State } from '../../../src/engine/state.ts';
import { BOARD_BOXES } from '../../../src/net/arch/boards.ts';
import { MOVE_COLUMNS, writeMoves } from '../../../src/net/encode/rr1/moves.ts';
import { channelsFirst, RR1_PLANES, writePlanes } from '../../../src/net/encode/rr1/planes.ts';
import { readModel, writeModel } from '../../../src/net/model/file.ts';
import { HashedEvaluator } from '../../../src/search/evaluators/hashed.ts';
import { GumbelSearch } from '../../../src/search/gumbel/gumbel-search.ts';
import { PuctSearch } from '../../../src/search/puct/puct-search.ts';
import { rootVisits } from '../../../src/search/tree/root.ts';
import { Workbench } from '../../../src/search/tree/workbench.ts';
import { untrainedModel } from '../models.ts';
import { finish } from '../run-search.ts';

export function program() {
  const rules = createRules('hex8', 3);
  const state = new State(rules);
  const legal = new MoveList();
  const random = new Random(5);
  legalMoves(state, legal);
  for (let ply = 0; ply < 40 || legal.length < 2; ply++) {
    apply(state, legal.moves[random.below(legal.length)]);
    legalMoves(state, legal);
  }

  const bench = new Workbench(rules);
  const evaluator = new HashedEvaluator(rules);
  const searches = [
    new GumbelSearch(bench, evaluator, { simulations: 64 }),
    new PuctSearch(bench, evaluator, { simulations: 64 }),
  ];
  const visits = searches.map((search) => {
    search.begin(state, legal, new Random(7));
    finish(search, evaluator.createBatch(8));
    return [...rootVisits(search.tree)];
  });

  const { height, width } = BOARD_BOXES.hex8;
  const planes = new Float32Array(RR1_PLANES * height * width);
  writePlanes(state, planes, channelsFirst('hex8', 0));
  const rows = new Int32Array(legal.length * MOVE_COLUMNS);
  writeMoves(state, legal, 0, rows, new Float32Array(legal.length), 0);

  const model = readModel(writeModel(untrainedModel('hex8', 3)), 'model');
  return { position: stateHash(state), visits, planes: [...planes], rows: [...rows], model: model.hash };
}
