/** The solved set: ends of random games where the truth is known by full search. */
import { describe, expect, it } from 'vitest';
import type { BoardName, PlayerCount } from '../../../src/engine/boards.ts';
import { UniformEvaluator } from '../../../src/search/evaluators/uniform.ts';
import { GumbelSearch } from '../../../src/search/gumbel/gumbel-search.ts';
import { type DepthMethod, DepthPlayer } from '../../../src/search/players/depth.ts';
import { DescentSearch } from '../../../src/search/puct/descent-search.ts';
import { PuctSearch } from '../../../src/search/puct/puct-search.ts';
import { Workbench } from '../../../src/search/tree/workbench.ts';
import { bestOutcome, lastDecisions, positionAfter, safeMoves } from '../endgames.ts';
import { chosen } from '../play.ts';
import { type Position, rulesOf } from '../positions.ts';
import { finish } from '../run-search.ts';

interface Set {
  readonly board: BoardName;
  readonly players: PlayerCount;
  /** [seed, decisions before the end] of positions: a win at once, a threat to parry, a short forced end. */
  readonly win: readonly (readonly [number, number])[];
  readonly block: readonly (readonly [number, number])[];
  readonly solved: readonly (readonly [number, number])[];
}

const SETS: readonly Set[] = [
  {
    board: 'hex8',
    players: 2,
    win: [
      [3, 1],
      [3, 6],
      [10, 2],
      [11, 1],
      [15, 6],
    ],
    block: [
      [31, 0],
      [38, 1],
      [46, 1],
      [49, 1],
    ],
    solved: [
      [0, 6],
      [1, 2],
      [1, 3],
      [2, 2],
      [5, 5],
      [5, 6],
      [6, 2],
      [8, 3],
    ],
  },
  {
    board: 'square8',
    players: 2,
    win: [
      [1, 0],
      [6, 4],
      [11, 1],
      [11, 5],
      [12, 4],
    ],
    block: [
      [17, 4],
      [28, 1],
      [28, 5],
    ],
    solved: [
      [0, 2],
      [0, 3],
      [2, 2],
      [2, 3],
      [3, 7],
      [5, 3],
      [5, 4],
      [9, 2],
    ],
  },
  {
    board: 'hex8',
    players: 3,
    win: [
      [3, 6],
      [4, 0],
      [7, 0],
      [10, 0],
      [13, 0],
    ],
    block: [
      [33, 0],
      [134, 2],
      [156, 0],
      [190, 1],
    ],
    solved: [
      [2, 6],
      [4, 3],
      [4, 4],
      [6, 3],
      [6, 4],
      [15, 6],
      [15, 7],
      [16, 2],
    ],
  },
  {
    board: 'square8',
    players: 4,
    win: [
      [0, 2],
      [1, 0],
      [1, 2],
      [1, 5],
      [1, 7],
    ],
    block: [
      [82, 1],
      [203, 1],
      [215, 0],
    ],
    solved: [
      [0, 7],
      [8, 7],
      [32, 4],
      [36, 7],
      [40, 2],
      [51, 4],
      [57, 3],
      [57, 4],
    ],
  },
];

const WIDE = 256;

describe.each(SETS)('$board with $players players', ({ board, players, win, block, solved }) => {
  const bench = new Workbench(rulesOf(board, players));
  const evaluator = new UniformEvaluator(bench.rules);
  const batch = evaluator.createBatch(16);
  const position = ([seed, back]: readonly [number, number]): Position =>
    lastDecisions(bench.rules, seed, back + 1)[back];

  const gumbel = ({ state, legal }: Position, simulations: number): number => {
    const search = new GumbelSearch(bench, evaluator, { simulations, considered: WIDE });
    search.begin(state, legal);
    finish(search, batch);
    return legal.moves[search.winner()];
  };
  const puct = ({ state, legal }: Position, simulations: number): number => {
    const search = new PuctSearch(bench, evaluator, { simulations });
    search.begin(state, legal);
    finish(search, batch);
    return legal.moves[search.choose(0, null)];
  };
  const descent = ({ state, legal }: Position, simulations: number): number => {
    const search = new DescentSearch(bench, evaluator, simulations);
    search.begin(state, legal);
    finish(search, batch);
    return legal.moves[search.winner()];
  };
  const ahead =
    (method: DepthMethod) =>
    (at: Position): number =>
      chosen(new DepthPlayer(method, method, { depth: 2, width: 8 }), at);
  const deciders = { gumbel, puct, descent, minimax: ahead('minimax'), maxn: ahead('maxn'), brs: ahead('brs') };

  it.each(Object.keys(deciders) as (keyof typeof deciders)[])('%s wins in one move where it can', (name) => {
    for (const place of win) {
      const at = position(place);
      const move = deciders[name](at, 3 * at.legal.length);
      // A longer way that is just as certain is a win as well.
      const winner =
        positionAfter(at.state, move).state.winner || bestOutcome(positionAfter(at.state, move), { positions: 20_000 });
      expect(winner).toBe(at.state.player);
    }
  });

  it.each(['gumbel', 'puct'] as const)('%s parries a win in one move', (name) => {
    for (const place of block) {
      const at = position(place);
      expect(safeMoves(at)).toContain(deciders[name](at, 40 * at.legal.length));
    }
  });

  it('solves short ends as full search does, also where the choice is who else wins', () => {
    for (const place of solved) {
      const at = position(place);
      const winner = bestOutcome(at);
      const search = new GumbelSearch(bench, evaluator, { simulations: 4000, considered: WIDE });
      search.begin(at.state, at.legal);
      finish(search, batch);
      expect(search.simulations).toBe(4000);
      const { tree } = search;
      if (tree.solved[0] === 0) continue;
      const expected = Array.from({ length: players }, (_, seat) => (seat + 1 === winner ? 1 : -1));
      if (players === 2 || winner === at.state.player) expect([...tree.raw.subarray(0, players)]).toEqual(expected);
      else expect(tree.raw[at.state.player - 1]).toBe(-1);
    }
  });
});

describe('king-making', () => {
  it('a node is worth what its own mover makes of it, whoever else that helps', () => {
    let decided = 0;
    for (const { board, players, solved } of SETS.filter((set) => set.players > 2)) {
      const bench = new Workbench(rulesOf(board, players));
      const evaluator = new UniformEvaluator(bench.rules);
      for (const [seed, back] of solved) {
        const at = lastDecisions(bench.rules, seed, back + 1)[back];
        const search = new GumbelSearch(bench, evaluator, { simulations: 2000, considered: WIDE });
        search.begin(at.state, at.legal);
        finish(search, evaluator.createBatch(16));
        const { tree } = search;
        for (let node = 0; node < tree.nodes; node++) {
          if (tree.solved[node] === 0 || tree.edgeCount[node] === 0) continue;
          decided++;
          const seat = tree.mover[node];
          const own = tree.raw[node * players + seat];
          let best = -1;
          for (let c = tree.firstChild[node]; c >= 0; c = tree.nextSibling[c]) {
            if (tree.solved[c] === 1) best = Math.max(best, tree.raw[c * players + seat]);
          }
          expect(own).toBe(best);
          expect(tree.raw.subarray(node * players, (node + 1) * players).filter((value) => value === 1).length).toBe(1);
        }
      }
    }
    expect(decided).toBeGreaterThan(100);
  });
});
