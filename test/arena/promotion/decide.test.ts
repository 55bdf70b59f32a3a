import { describe, expect, test } from 'vitest';
import { decide, type Production } from '../../../src/arena/promotion/decide.ts';
import { regressionOf } from '../../../src/arena/promotion/regression.ts';
import type { RatedParticipant } from '../../../src/arena/ratings/ratings.ts';
import type { VerdictRecord } from '../../../src/arena/records.ts';
import { wilsonInterval } from '../../../src/arena/stats/wilson.ts';
import { resolveSettings } from '../../../src/config/settings.ts';

const thresholds = resolveSettings('promotion', { env: {}, cwd: '/nonexistent' }).settings;
const PRODUCTION: Production = { hash: 'b'.repeat(64), figures: { heuristic: { winRate: 0.9, games: 200 } } };

function verdict(opponent: string, wins: number, games: number, more: Partial<VerdictRecord> = {}): VerdictRecord {
  return {
    type: 'verdict',
    config: 'hex8_2p',
    run: 'r',
    seed: 1,
    candidate: { id: 'gumbel-64:aaaaaaaaaaaa', model: 'a'.repeat(64), settings: {} },
    opponent: { id: opponent, settings: {} },
    complete: true,
    games,
    wins,
    undecided: 0,
    winRate: wins / games,
    wilson: { ...wilsonInterval(wins, games) },
    score: wins / games,
    bySeat: [],
    byEnding: {},
    ...more,
  };
}

const test2 = (result: 'accept' | 'reject' | 'continue') => ({
  test: { elo0: 0, elo1: 50, alpha: 0.05, beta: 0.05, llr: 3, result },
  opponent: { id: 'gumbel-64:bbbbbbbbbbbb', model: PRODUCTION.hash, settings: {} },
});

const failed = (verdicts: VerdictRecord[], production?: Production, players = 2): string[] =>
  decide({ players, thresholds, verdicts, production })
    .checks.filter(({ passed }) => !passed)
    .map(({ check }) => check);

describe('promotion', () => {
  test('passes what reaches every threshold, with nothing in production', () => {
    const verdicts = [verdict('random', 180, 200), verdict('heuristic', 140, 200)];
    expect(failed(verdicts)).toEqual([]);
    expect(decide({ players: 2, thresholds, verdicts, production: undefined }).figures.heuristic).toEqual({
      winRate: 0.7,
      games: 200,
    });
  });

  test('names every reason', () => {
    expect(failed([verdict('random', 100, 200), verdict('heuristic', 20, 50, { complete: false })])).toEqual([
      'random win rate',
      'random floor',
      'heuristic games',
      'heuristic win rate',
      'heuristic floor',
    ]);
    expect(failed([])).toEqual(['random measured', 'heuristic measured']);
  });

  test('a verdict that was cut short is refused, whatever it says', () => {
    const cut = verdict('heuristic', 200, 200, { complete: false });
    expect(failed([verdict('random', 200, 200), cut])).toEqual(['heuristic games']);
  });

  test('a win rate at the threshold passes, a lower bound below the floor does not', () => {
    expect(failed([verdict('random', 170, 200), verdict('heuristic', 120, 200)])).toEqual([]);
    expect(failed([verdict('random', 85, 100), verdict('heuristic', 60, 100)])).toEqual([]);
    expect(failed([verdict('random', 85, 100), verdict('heuristic', 59, 100)])).toContain('heuristic win rate');
  });

  test('thresholds go with the number of players', () => {
    const verdicts = [verdict('random', 100, 150), verdict('heuristic', 75, 150)];
    expect(failed(verdicts, undefined, 3)).toEqual([]);
    expect(failed(verdicts, undefined, 2)).not.toEqual([]);
  });

  test('must beat production by a sequential test and not fall behind it against the baselines', () => {
    const base = [verdict('random', 200, 200), verdict('heuristic', 185, 200)];
    expect(failed(base, PRODUCTION)).toEqual(['beats production']);
    expect(failed([...base, verdict('', 60, 100, test2('accept'))], PRODUCTION)).toEqual([]);
    expect(failed([...base, verdict('', 60, 100, test2('continue'))], PRODUCTION)).toEqual(['beats production']);
    const weaker = [verdict('random', 200, 200), verdict('heuristic', 150, 200), verdict('', 60, 100, test2('accept'))];
    expect(failed(weaker, PRODUCTION)).toEqual(['heuristic regression']);
  });

  test('a candidate that forfeits is refused', () => {
    const verdicts = [
      verdict('random', 200, 200, { forfeits: { candidate: 1, opponent: 0 } }),
      verdict('heuristic', 185, 200),
    ];
    expect(failed(verdicts)).toEqual(['no forfeits']);
  });
});

describe('regression of the model in production', () => {
  const rated = (hash: string, elo: number, width: number, games = 200): RatedParticipant => ({
    participant: `gumbel-64:${hash.slice(0, 12)}`,
    ...{ elo, low: elo - width, high: elo + width, games, first: 0, last: 0, runningElo: 0 },
  });
  const [now, before] = ['c'.repeat(64), 'd'.repeat(64)];
  const limits = { eloDrop: 50, minGames: 50 };

  test('is a drop beyond the limit and beyond chance', () => {
    expect(regressionOf([rated(now, 900, 40), rated(before, 1000, 40)], now, before, limits)).toContain('900');
    expect(regressionOf([rated(now, 960, 20), rated(before, 1000, 20)], now, before, limits)).toBeUndefined();
    expect(regressionOf([rated(now, 900, 150), rated(before, 1000, 150)], now, before, limits)).toBeUndefined();
    expect(regressionOf([rated(now, 900, 40, 20), rated(before, 1000, 40)], now, before, limits)).toBeUndefined();
    expect(regressionOf([rated(now, 900, 40)], now, before, limits)).toBeUndefined();
  });
});
