/**
 * Positions where the next player wins with one move unless the mover finds one of a few moves, and has no win in one of
 * his own: found among the ends of random games. At most a third of the moves parry, the first legal one does not, and no
 * search shows that all is lost anyway (then any move would do).
 */
import { describe, expect, it } from 'vitest';
import type { BoardName, PlayerCount } from '../../../src/engine/boards.ts';
import { UniformEvaluator } from '../../../src/search/evaluators/uniform.ts';
import { GumbelSearch } from '../../../src/search/gumbel/gumbel-search.ts';
import { DepthPlayer } from '../../../src/search/players/depth.ts';
import { PuctSearch } from '../../../src/search/puct/puct-search.ts';
import { Workbench } from '../../../src/search/tree/workbench.ts';
import { lastDecisions, safeMoves, winningMoves } from '../endgames.ts';
import { chosen } from '../play.ts';
import { type Position, rulesOf } from '../positions.ts';
import { finish } from '../run-search.ts';

/** [seed, decisions before the end]; see lastDecisions. */
type Place = readonly [number, number];

const SETS: readonly (readonly [BoardName, PlayerCount, readonly Place[]])[] = [
  [
    'hex8',
    2,
    [
      [324, 1],
      [376, 1],
      [377, 0],
      [384, 0],
      [392, 1],
    ],
  ],
  [
    'square8',
    2,
    [
      [325, 3],
      [391, 0],
    ],
  ],
  [
    'hex8',
    3,
    [
      [555, 1],
      [1072, 2],
    ],
  ],
  [
    'square8',
    3,
    [
      [515, 2],
      [945, 4],
    ],
  ],
];

/** Simulations per legal move: every reply to every move gets looked at. */
const PER_MOVE = 40;
const WIDE = 256;

describe.each(SETS)('must-block on %s with %i players', (board, players, places) => {
  const bench = new Workbench(rulesOf(board, players));
  const positions = places.map(([seed, back]): Position => lastDecisions(bench.rules, seed, back + 1)[back]);

  const uniform = new UniformEvaluator(bench.rules);
  const gumbel = ({ state, legal }: Position): number => {
    const search = new GumbelSearch(bench, uniform, { simulations: PER_MOVE * legal.length, considered: WIDE });
    search.begin(state, legal);
    finish(search, uniform.createBatch(16));
    return legal.moves[search.winner()];
  };
  const puct = ({ state, legal }: Position): number => {
    const search = new PuctSearch(bench, uniform, { simulations: PER_MOVE * legal.length });
    search.begin(state, legal);
    finish(search, uniform.createBatch(16));
    return legal.moves[search.choose(0, null)];
  };
  const maxn = (at: Position): number => chosen(new DepthPlayer('maxn', 'maxn', { depth: 2, width: WIDE }), at);
  const misses = (decide: (at: Position) => number): number =>
    positions.filter((at) => !safeMoves(at).includes(decide(at))).length;

  it('asks for something: no win in one, few moves parry, who takes the first move loses', () => {
    for (const at of positions) {
      expect(winningMoves(at)).toEqual([]);
      expect(safeMoves(at).length).toBeLessThanOrEqual(at.legal.length / 3);
      expect(at.legal.length).toBeGreaterThanOrEqual(6);
    }
    expect(misses(({ legal }) => legal.moves[0])).toBe(positions.length);
  });

  it('gumbel parries every one', () => {
    expect(misses(gumbel)).toBe(0);
  });

  it('puct parries every one', () => {
    expect(misses(puct)).toBe(0);
  });

  it('maxn of depth two parries every one', () => {
    expect(misses(maxn)).toBe(0);
  });
});
