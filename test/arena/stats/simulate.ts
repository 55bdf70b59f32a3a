/** Simulated sequential tests: what error rates and lengths a design really has. */
import { NELO_UNIT } from '../../../src/arena/stats/blocks.ts';
import { type SequentialOptions, SequentialTest } from '../../../src/arena/stats/sequential.ts';

export interface SimulationReport {
  readonly tests: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Undecided at the cap. */
  readonly open: number;
  readonly meanBlocks: number;
}

/**
 * Run `tests` independent tests on blocks whose points are drawn from `distribution` (points → probability).
 * @param random uniform in [0, 1); the only source of chance
 * @param cap blocks after which a test is given up as open
 */
export function simulateTests(
  options: SequentialOptions,
  distribution: readonly (readonly [points: number, probability: number])[],
  tests: number,
  random: () => number,
  cap = 100_000,
): SimulationReport {
  let [accepted, rejected, blocks] = [0, 0, 0];
  for (let run = 0; run < tests; run++) {
    const test = new SequentialTest(options);
    while (test.verdict === 'continue' && test.scores.blocks < cap) test.add(draw(distribution, random()));
    if (test.verdict === 'accept') accepted++;
    if (test.verdict === 'reject') rejected++;
    blocks += test.scores.blocks;
  }
  return { tests, accepted, rejected, open: tests - accepted - rejected, meanBlocks: blocks / tests };
}

function draw(distribution: readonly (readonly [number, number])[], at: number): number {
  let sum = 0;
  for (const [points, probability] of distribution) {
    sum += probability;
    if (at < sum) return points;
  }
  return distribution.at(-1)?.[0] ?? 0;
}

/**
 * Distribution of a block of independent games, tilted (p·e^{λ·points}) until its normalised Elo is `elo`.
 * @param game probability of 0, ½ and 1 point in one game of equally strong players
 */
export function blockDistribution(
  options: Pick<SequentialOptions, 'blockGames' | 'expected'>,
  game: readonly [lose: number, draw: number, win: number],
  elo: number,
): [points: number, probability: number][] {
  let block = new Map<number, number>([[0, 1]]);
  for (let i = 0; i < options.blockGames; i++) {
    const longer = new Map<number, number>();
    for (const [points, probability] of block) {
      game.forEach((share, half) => {
        const sum = points + half / 2;
        longer.set(sum, (longer.get(sum) ?? 0) + probability * share);
      });
    }
    block = longer;
  }
  const tilted = (lambda: number): [number, number][] => {
    const weights = [...block].map(
      ([points, probability]) => [points, probability * Math.exp(lambda * points)] as const,
    );
    const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
    return weights.map(([points, weight]) => [points, weight / total]);
  };
  let [low, high] = [-5, 5];
  for (let step = 0; step < 80; step++) {
    const lambda = (low + high) / 2;
    if (eloOf(tilted(lambda), options) < elo) low = lambda;
    else high = lambda;
  }
  return tilted((low + high) / 2);
}

function eloOf(
  distribution: readonly (readonly [number, number])[],
  { blockGames, expected }: Pick<SequentialOptions, 'blockGames' | 'expected'>,
): number {
  const mean = distribution.reduce((sum, [points, p]) => sum + p * (points / blockGames), 0);
  const variance = distribution.reduce((sum, [points, p]) => sum + p * (points / blockGames - mean) ** 2, 0);
  return ((mean - expected) / Math.sqrt(variance * blockGames)) * NELO_UNIT;
}
