import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/random.ts';
import { parseBudget } from '../../../src/search/budget.ts';
import { drawFork, drawPolicyPlies } from '../../../src/search/schedule/opening.ts';
import { drawBudget } from '../../../src/search/schedule/playout-cap.ts';
import { DecidedWatch } from '../../../src/search/schedule/soft-resign.ts';
import { divergence, surpriseWeights } from '../../../src/search/schedule/surprise.ts';
import {
  adaptive,
  cosine,
  curriculum,
  eloAdaptive,
  exponential,
  informed,
  linear,
  mixed,
  parseTemperature,
  step,
  TEMPERATURE_PRESETS,
  type TemperatureFacts,
  temperatureAt,
} from '../../../src/search/temperature.ts';

describe('temperature schedules, by hand', () => {
  const at = (move: number, legal = 25) => ({ move, legal });
  it.each([
    ['linear before', linear(1, 0.1, 10, 60)(at(10)), 1],
    ['linear halfway', linear(1, 0.1, 10, 60)(at(35)), 0.55],
    ['linear after', linear(1, 0.1, 10, 60)(at(90)), 0.1],
    ['exponential', exponential(1, 0.1, 10)(at(30)), Math.exp(-1)],
    ['exponential floor', exponential(1, 0.1, 10)(at(300)), 0.1],
    [
      'step',
      step([
        [0, 1],
        [30, 0],
      ])(at(30)),
      0,
    ],
    [
      'step before',
      step([
        [0, 1],
        [30, 0],
      ])(at(29)),
      1,
    ],
    ['cosine at half', cosine(1.2, 0.1, 60)(at(30)), 0.65],
    ['cosine anew', cosine(1.2, 0.1, 60)(at(60)), 1.2],
    ['adaptive', adaptive(1)(at(20)), 0.8],
    ['curriculum early', curriculum()({ ...at(40), progress: 0.3 }), 1.5],
    ['curriculum late', curriculum()({ ...at(40), progress: 0.7 }), 0.5 * Math.exp(-1)],
    ['elo weak', eloAdaptive()({ ...at(10), elo: 1200 }), 1.5],
    ['elo 1600', eloAdaptive()({ ...at(10), elo: 1600 }), 0.85],
    ['elo strong late', eloAdaptive()({ ...at(300), elo: 1900 }), 0.1],
    ['mixed', mixed(linear(1, 0.1, 10, 60), adaptive(1))(at(20)), 0.6 * 0.82 + 0.4 * 0.8],
  ])('%s', (_, found, expected) => {
    expect(found).toBeCloseTo(expected, 12);
  });

  it('clips what a preset gives, and keeps 0', () => {
    expect(temperatureAt(TEMPERATURE_PRESETS.default, at(15), 5)).toBe(2);
    expect(temperatureAt(TEMPERATURE_PRESETS.alphazero, at(99))).toBe(0);
    expect(temperatureAt(TEMPERATURE_PRESETS.aggressive_exploration, at(0), 1, 1)).toBeCloseTo(1.725, 12);
    expect(temperatureAt(parseTemperature('0.7'), at(3))).toBe(0.7);
    expect(() => parseTemperature('alphazer0')).toThrow(/alphazero/);
    expect(() => parseTemperature('-1')).toThrow(/no temperature/);
  });
});

describe('budgets', () => {
  it('by name and number', () => {
    expect(parseBudget('throughput')).toBe(64);
    expect(parseBudget('200')).toBe(200);
    expect(() => parseBudget('1')).toThrow(/at least 2/);
    expect(() => parseBudget('qualty')).toThrow(/quality/);
  });

  it('playout caps give the share of full searches they promise', () => {
    const random = new Random(4);
    let full = 0;
    for (let i = 0; i < 10_000; i++) {
      const drawn = drawBudget({ full: 64, cheap: 16, share: 0.25 }, random);
      expect(drawn.simulations).toBe(drawn.full ? 64 : 16);
      if (drawn.full) full++;
    }
    expect(full / 10_000).toBeCloseTo(0.25, 1);
  });
});

describe('schedules that go by more than the game', () => {
  it.each([
    ['elo_adaptive', { elo: 1300 }, { elo: 1750 }],
    ['curriculum', { progress: 0 }, { progress: 1 }],
  ] as const)('%s follows what it is told, and is refused without', (name, early, late) => {
    const at = (facts: TemperatureFacts): number =>
      temperatureAt(informed(TEMPERATURE_PRESETS[name], name, facts), { move: 5, legal: 20 });
    expect(at(early)).toBe(1.5);
    expect(at(late)).toBe(0.5);
    expect(() => at({})).toThrow(/--temperature .* needs/);
    expect(() => at({ [name === 'curriculum' ? 'elo' : 'progress']: 1 })).toThrow(/needs/);
  });

  it('others stay as they are', () => {
    expect(informed(TEMPERATURE_PRESETS.off, 'off', {})).toBe(TEMPERATURE_PRESETS.off);
  });
});

describe('self-play pieces', () => {
  it('soft resignation waits for a streak of the same leader and takes it back', () => {
    const watch = new DecidedWatch({ threshold: 0.9, decisions: 3, simulations: 8, weight: 0.1 });
    for (const values of [
      [0.95, -0.95],
      [0.95, -0.95],
      [-0.95, 0.95],
      [-0.95, 0.95],
    ])
      watch.note(values);
    expect(watch.decided).toBe(false);
    watch.note([-0.95, 0.95]);
    expect(watch.decided).toBe(true);
    watch.note([0, 0]);
    expect(watch.decided).toBe(false);
  });

  it('surprise moves half of the weight and keeps the sum', () => {
    expect(surpriseWeights([1, 1, 1], [0, 1, 3])).toEqual([0.5, 0.5 + 0.375, 0.5 + 1.125]);
    expect(surpriseWeights([1, 1], [0, 0])).toEqual([1, 1]);
    expect(surpriseWeights([1, 1, 1], [0, 1, 3], 0)).toEqual([1, 1, 1]);
    expect(divergence([0.5, 0.5, 0], [0.25, 0.25, 0.5])).toBeCloseTo(Math.log(2), 12);
  });

  it('openings: exponential lengths, forks within bounds', () => {
    const random = new Random(5);
    let sum = 0;
    for (let i = 0; i < 5000; i++) sum += drawPolicyPlies(4, random);
    expect(sum / 5000).toBeGreaterThan(3.2);
    expect(sum / 5000).toBeLessThan(4);
    expect(drawFork({ share: 1, within: 3 }, 0, random)).toBeNull();
    const forks = Array.from({ length: 2000 }, (_, i) => drawFork({ share: 0.25, within: 3 }, 1 + (i % 9), random));
    forks.forEach((fork, i) => {
      if (fork === null) return;
      expect(fork.index).toBeLessThan(1 + (i % 9));
      expect([1, 2, 3]).toContain(fork.decisions);
    });
    expect(forks.filter((fork) => fork !== null).length / 2000).toBeCloseTo(0.25, 1);
    expect(drawFork({ share: 0, within: 3 }, 5, random)).toBeNull();
  });
});
