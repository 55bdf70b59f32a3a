import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply } from '../../src/engine/apply.ts';
import { legalMoves } from '../../src/engine/legal.ts';
import { MoveList } from '../../src/engine/moves.ts';
import { Detector, Outcome } from '../../src/engine/phases.ts';
import { Random } from '../../src/engine/random.ts';
import { createRules } from '../../src/engine/rules.ts';
import { State } from '../../src/engine/state.ts';
import { COMPONENTS, LIGHT_COMPONENTS } from '../../src/search/heuristic/components.ts';
import { HeuristicEvaluator, heuristicFeatures } from '../../src/search/heuristic/evaluate.ts';
import {
  PROFILES,
  profileOfConfig,
  profileOfDifficulty,
  WEIGHT_KEYS,
  withNoise,
} from '../../src/search/heuristic/weights.ts';

const boards = ['square8', 'hex8', 'square19', 'hexagonal'] as const;
const full = () => new HeuristicEvaluator({ weights: PROFILES.aggressive, mode: 'full' });
const light = () => new HeuristicEvaluator({ weights: PROFILES.aggressive, mode: 'light' });

/** A position of a random game after at most `plies` moves, still running. */
function randomPosition(board: (typeof boards)[number], players: 2 | 3 | 4, plies: number, seed: number): State {
  const s = new State(createRules(board, players));
  const before = s.clone();
  const legal = new MoveList();
  const random = new Random(seed);
  for (let i = 0; i < plies; i++) {
    legalMoves(s, legal);
    before.copyFrom(s);
    apply(s, legal.moves[random.below(legal.length)]);
    if (s.isOver) return before;
  }
  return s;
}

const positions = fc
  .record({
    board: fc.constantFrom(...boards),
    players: fc.constantFrom(2 as const, 3 as const, 4 as const),
    plies: fc.integer({ min: 0, max: 150 }),
    seed: fc.nat(),
  })
  .map(({ board, players, plies, seed }) => randomPosition(board, players, plies, seed));

describe('heuristic evaluation', () => {
  test('is the sum of its components, the first twelve in light mode, and leaves the position alone', () => {
    fc.assert(
      fc.property(positions, (s) => {
        const before = s.clone();
        const evaluators = [full(), light()] as const;
        for (let p = 1; p <= s.rules.players; p++) {
          const [whole, lean] = evaluators.map((evaluator) => evaluator.evaluate(s, p));
          const parts = Array.from(evaluators[0].components(s, p));
          const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
          expect(whole).toBeCloseTo(sum(parts), 6);
          expect(lean).toBeCloseTo(sum(parts.slice(0, LIGHT_COMPONENTS)), 6);
        }
        expect(s.equals(before)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('an evaluator that has seen other positions agrees with a fresh one', () => {
    const used = full();
    fc.assert(
      fc.property(positions, (s) => {
        expect(used.evaluate(s, 1)).toBe(full().evaluate(s, 1));
      }),
      { numRuns: 40 },
    );
  });

  test('comparisons between two players are zero-sum', () => {
    const comparing = COMPONENTS.flatMap((name, i) =>
      [
        'eliminated_rings',
        'opponent_victory_threat',
        'vulnerability',
        'overtake_potential',
        'opponent_threats',
      ].includes(name)
        ? []
        : [i],
    );
    fc.assert(
      fc.property(positions, (s) => {
        fc.pre(s.rules.players === 2);
        const evaluator = full();
        evaluator.count(s);
        const first = Array.from(evaluator.components(s, 1));
        const second = Array.from(evaluator.components(s, 2));
        for (const i of comparing) expect(first[i] + second[i], COMPONENTS[i]).toBeCloseTo(0, 6);
      }),
      { numRuns: 60 },
    );
  });

  test('a decided game is worth ±100000, an undecided end nothing', () => {
    const s = new State(createRules('hex8', 3));
    s.end(2, Outcome.ringThreshold, Detector.host);
    expect([1, 2, 3].map((p) => full().evaluate(s, p))).toEqual([-100_000, 100_000, -100_000]);
    const resigned = new State(createRules('hex8', 3));
    resigned.end(0, Outcome.resignation, Detector.engine);
    expect(full().evaluate(resigned, 1)).toBe(0);
  });

  test('sees neighbours and runs on hex8 unless the original blindness is asked for', () => {
    const s = new State(createRules('hex8', 2));
    const { step, cells } = s.rules.topology;
    const centre = 30;
    const next = step[centre];
    for (const cell of [centre, next]) s.setMarker(cell, 1);
    s.pushTop(0, 1);
    s.pushTop(cells - 1, 2);
    const parts = (originalBlindness: boolean) => {
      const evaluator = new HeuristicEvaluator({ weights: PROFILES.balanced, mode: 'full', originalBlindness });
      evaluator.count(s);
      return Object.fromEntries(COMPONENTS.map((name, i) => [name, evaluator.components(s, 1)[i]]));
    };
    expect(parts(false)).toMatchObject({ line_potential: 14, line_connectivity: 12, stack_mobility: 0 });
    expect(parts(true)).toMatchObject({ line_potential: 0, line_connectivity: 0 });
  });

  test('features are clipped to [−1, 1]', () => {
    const features = new Float32Array(COMPONENTS.length);
    fc.assert(
      fc.property(positions, (s) => {
        heuristicFeatures(full(), s, 1, features);
        expect(features.every((value) => value >= -1 && value <= 1)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

describe('weights', () => {
  test('59 keys in every profile; personas scale the balanced one', () => {
    expect(WEIGHT_KEYS).toHaveLength(59);
    for (const weights of Object.values(PROFILES)) expect(Object.keys(weights)).toEqual(WEIGHT_KEYS);
    expect(PROFILES.aggressive.ELIMINATED_RINGS).toBe(15);
    expect(PROFILES.weak.TERRITORY).toBe(4);
    expect(PROFILES.square19_2p.STACK_CONTROL).toBe(10.57);
    expect(PROFILES['4p'].ADJACENCY).toBe(-0.98);
  });

  test('who plays with which', () => {
    expect([1, 2, 3, 4, 5, 8, 10].map(profileOfDifficulty)).toEqual([
      ...['balanced', 'weak', 'medium', 'balanced', 'aggressive', 'aggressive', 'aggressive'],
    ]);
    expect(profileOfConfig('square19', 2)).toBe('square19_2p');
    expect(profileOfConfig('square19', 3)).toBe('3p');
    expect(profileOfConfig('hex8', 2)).toBe('balanced');
  });

  test('noise stays within its spread and is drawn from the seed', () => {
    const noisy = withNoise(PROFILES.balanced, 0.2, new Random(1));
    expect(withNoise(PROFILES.balanced, 0.2, new Random(1))).toEqual(noisy);
    expect(withNoise(PROFILES.balanced, 0, new Random(1))).toBe(PROFILES.balanced);
    for (const key of WEIGHT_KEYS) {
      const base = PROFILES.balanced[key];
      expect(Math.abs(noisy[key] - base)).toBeLessThanOrEqual(0.2 * Math.abs(base) + 1e-12);
    }
    expect(noisy).not.toEqual(PROFILES.balanced);
  });
});
