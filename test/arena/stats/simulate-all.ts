/** Error rates and lengths of the sequential test, in full: `node test/arena/stats/simulate-all.ts 10000` */

import { seeded } from './random.ts';
import { blockDistribution, simulateTests } from './simulate.ts';

const tests = Number(process.argv[2] ?? 10_000);
const design = { blockGames: 2, expected: 1 / 2, elo0: 0, elo1: 60, alpha: 0.05, beta: 0.05 };
const cases = [
  ['pairs', design, [0.47, 0.06, 0.47]],
  ['lopsided pairs', { ...design, elo0: 200, elo1: 300 }, [0.47, 0.06, 0.47]],
  ['rotations of three', { ...design, blockGames: 3, expected: 1 / 3 }, [2 / 3, 0, 1 / 3]],
  ['rotations of four', { ...design, blockGames: 4, expected: 1 / 4 }, [3 / 4, 0, 1 / 4]],
] as const;

for (const [name, options, game] of cases) {
  for (const elo of [options.elo0, options.elo1]) {
    const report = simulateTests(options, blockDistribution(options, game, elo), tests, seeded(7));
    console.log(JSON.stringify({ name, elo, ...options, ...report }));
  }
}
