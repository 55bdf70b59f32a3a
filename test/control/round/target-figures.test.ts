import { describe, expect, test } from 'vitest';
import { TargetCount } from '../../../src/control/round/target-figures.ts';
import type { GameSearch } from '../../../src/games/game/game.ts';

const FULL = 65535;
const searched = (ply: number, values: number[], probs: number[] = []): GameSearch => ({
  ply,
  values: Int16Array.from(values),
  ...(probs.length > 0 && {
    policy: {
      indices: Uint16Array.from(probs.keys()),
      probs: Uint16Array.from(probs.map((p) => Math.round(p * FULL))),
    },
  }),
});

describe('figures of targets', () => {
  test('entropy and largest probability are means over the targets, cheap searches have none', () => {
    const count = new TargetCount();
    count.add({ winner: 1, searches: [searched(0, [1, -1], [0.5, 0.5]), searched(1, [1, -1])] });
    count.add({ winner: 1, searches: [searched(0, [1, -1], [1])] });
    const { games, targets, entropy, largest } = count.figures;
    expect({ games, targets }).toEqual({ games: 2, targets: 2 });
    expect(entropy).toBeCloseTo(Math.LN2 / 2, 4);
    expect(largest).toBeCloseTo(0.75, 4);
  });

  test('the root value in the middle of a game calls the winner or not; undecided games do not count', () => {
    const count = new TargetCount();
    const calls = (seat: number): GameSearch[] =>
      [0, 1, 2].map((ply) =>
        searched(
          ply,
          [0, 1].map((i) => (ply === 1 && i + 1 === seat ? 9 : 0)),
          [1],
        ),
      );
    for (const winner of [1, 1, 2, 0]) count.add({ winner, searches: calls(1) });
    count.add({ winner: 2, searches: calls(2) });
    expect(count.figures.mispredicted).toBeCloseTo(1 / 4, 6);
  });

  test('nothing seen is no number', () => {
    expect(new TargetCount().figures).toMatchObject({ entropy: Number.NaN, mispredicted: Number.NaN });
  });
});
