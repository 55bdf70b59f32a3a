/** Which tests must notice a change in which sources. They are quick ones, for they run once for every mutant. */

export interface Room {
  readonly sources: readonly string[];
  readonly tests: readonly string[];
}

const formulas = 'test/pins/formulas/*.test.ts';

export const ROOMS: Readonly<Record<string, Room>> = {
  engine: {
    sources: ['src/engine/**/*.ts'],
    tests: ['rules/*', 'config-key', 'micro', 'position-hash', 'ranking', 'symmetry'].map(
      (name) => `test/engine/${name}.test.ts`,
    ),
  },
  'search/gumbel': { sources: ['src/search/gumbel/*.ts'], tests: ['test/search/gumbel/*.test.ts', formulas] },
  'search/puct': { sources: ['src/search/puct/*.ts'], tests: ['test/search/puct/*.test.ts', formulas] },
  'arena/stats': { sources: ['src/arena/stats/*.ts'], tests: ['test/arena/stats/*.test.ts'] },
  'arena/promotion': { sources: ['src/arena/promotion/*.ts'], tests: ['test/arena/promotion/*.test.ts'] },
};
