import { describe, expect, test } from 'vitest';
import { verdictSchema } from '../../../src/arena/records.ts';
import { epochRecord } from '../../../src/control/round/records.ts';
import { type JudgedRound, raisedWork, stallCount, stalledRounds, stallOf } from '../../../src/control/round/stall.ts';

const SETTINGS = { budget: 64, games: 1000, 'sample-from': 'visits', 'c-scale': 1 } as const;

/** Recorded: `rr loop --config hex8_2p --rounds 7 --gauntlet-games 100 --seed 2` with moves sampled from visits. */
const RECORDED = [
  { number: 3, promoted: true, policy: 1.95, top1: 0.5, value: 0.65, wins: 43, games: 56 },
  { number: 4, promoted: false, policy: 2.05, top1: 0.44, value: 0.63, wins: 27, games: 68 },
  { number: 5, promoted: false, policy: 2.12, top1: 0.41, value: 0.61, wins: 10, games: 38 },
];

const rounds = RECORDED.map(({ number, promoted, policy, top1, value, wins, games }): JudgedRound => {
  const held = { losses: { policy, value: 0.6 }, policy_top1: top1, value_accuracy: value };
  return {
    ...{ number, promoted },
    epochs: [epochRecord.parse({ type: 'epoch', epoch: 4, train: held, validation: held })],
    verdicts: [
      verdictSchema.parse({
        ...{ type: 'verdict', config: 'hex8_2p', run: 'r', seed: 1, complete: true, undecided: 0 },
        ...{ candidate: { id: 'new' }, opponent: { id: 'best' }, games, wins },
        ...{ winRate: wins / games, score: wins / games, wilson: { low: 0, high: 1 } },
        test: { elo0: 0, elo1: 20, alpha: 0.05, beta: 0.05, llr: -3, result: 'reject' },
      }),
    ],
    targets: { entropy: 0.9, largest: 0.69 },
  };
});

describe('two rounds without an improvement', () => {
  test('are told with the scores, the losses and the targets of each, beside the round before', () => {
    const stall = stallOf(rounds, SETTINGS);
    expect(stall?.rounds).toEqual([4, 5]);
    expect(stall?.evidence).toHaveLength(3);
    expect(stall?.evidence[0]).toContain('round 3: promoted; 76.8 % of 56 games against the best');
    expect(stall?.evidence[2]).toBe(
      'round 5: refused; 26.3 % of 38 games against the best; held out: policy loss 2.12, top-1 41.0 %; ' +
        'value accuracy 61.0 %; targets: entropy 0.90 nats, largest probability 0.69',
    );
  });

  test('what to try follows from the settings and from the targets', () => {
    expect(stallOf(rounds, SETTINGS)?.advice).toEqual([
      expect.stringContaining('--sample-from improved'),
      expect.stringContaining('--budget 128 --games 500'),
      expect.stringContaining('--c-scale 0.2'),
      expect.stringContaining('--games 2000'),
      expect.stringContaining('--auto'),
    ]);
    const soft = rounds.map((round) => ({ ...round, targets: undefined }));
    const advice = stallOf(soft, { ...SETTINGS, 'sample-from': 'improved' })?.advice.join('\n');
    expect(advice).not.toMatch(/sample-from|c-scale/);
  });

  test('one is not enough, and a promoted round ends it', () => {
    expect(stallOf(rounds.slice(0, 2), SETTINGS)).toBeUndefined();
    const promoted = rounds[0] ?? expect.fail('no rounds');
    expect(stallOf([...rounds, promoted], SETTINGS)).toBeUndefined();
    expect(stalledRounds([])).toEqual([]);
  });
});

describe('raising the work', () => {
  test('every two refused rounds in a row count once', () => {
    expect(stallCount([])).toBe(0);
    expect(stallCount([true, false, true, false])).toBe(0);
    expect(stallCount([true, false, false])).toBe(1);
    expect(stallCount([true, false, false, false])).toBe(1);
    expect(stallCount([false, false, false, false, true])).toBe(2);
  });

  test('simulations first, then games, never beyond the bounds and never less than was set', () => {
    const bounds = { budget: 600, games: 2000 };
    const after = (stalls: number) => raisedWork({ budget: 150, games: 500 }, stalls, bounds);
    expect([0, 1, 2, 3, 4, 9].map(after)).toEqual([
      { budget: 150, games: 500 },
      { budget: 300, games: 500 },
      { budget: 600, games: 500 },
      { budget: 600, games: 1000 },
      { budget: 600, games: 2000 },
      { budget: 600, games: 2000 },
    ]);
    expect(raisedWork({ budget: 800, games: 3000 }, 3, bounds)).toEqual({ budget: 800, games: 3000 });
  });
});
