import { describe, expect, test } from 'vitest';
import { withFlags } from '../../../src/control/round-bench/arms.ts';

describe('flags of an arm', () => {
  test('take the place of the loop’s own, values and all', () => {
    const args = ['selfplay', '--games', '500', '--resume', '--budget', '150', '--out', 'games.db'];
    expect(withFlags(args, { budget: 64, games: 9, symmetry: true, 'auto-x': false })).toEqual([
      ...['selfplay', '--resume', '--out', 'games.db'],
      ...['--budget', '64', '--games', '9', '--symmetry', '--no-auto-x'],
    ]);
    expect(withFlags(args, {})).toEqual(args);
  });
});
