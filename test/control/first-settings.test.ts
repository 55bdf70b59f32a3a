/** Amounts of a round that fit its minutes. */
import { describe, expect, it } from 'vitest';
import { resolveSettings } from '../../src/config/settings.ts';
import { roundAmounts } from '../../src/control/first-settings/round-amounts.ts';
import { parseConfigKey } from '../../src/engine/config-key.ts';

const game = parseConfigKey('hex8_2p');
const RATES = { simulationsPerSecond: 3000, heuristicGamesPerSecond: 50, decisionsPerGame: 60 };
const { settings: loop } = resolveSettings('loop', { env: {} });
const amounts = (minutes: number, rates = RATES) =>
  roundAmounts(minutes, game, rates, { loop, leastGauntletGames: 100 });

describe('roundAmounts', () => {
  it('divides the time: half for games, a quarter each for training and the gauntlet', () => {
    // a third of 150 and two thirds of 37.5 are 75 simulations, 60 decisions of them 1.5 s
    expect(amounts(20)).toMatchObject({ games: 400, trainSeconds: 300, expected: { selfplay: 600, train: 300 } });
  });

  it('plays twice as many games on a machine twice as fast, and never none', () => {
    expect(amounts(20, { ...RATES, simulationsPerSecond: 6000 }).games).toBe(800);
    expect(amounts(1, { ...RATES, simulationsPerSecond: 1 }).games).toBe(1);
  });

  it('keeps the usual gauntlet where there is time, and never more games than usual', () => {
    const usual = { opponents: loop.opponents, budget: loop['gauntlet-budget'], games: loop['gauntlet-games'] };
    expect(amounts(600).gauntlet).toEqual(usual);
  });

  it('takes a shorter gauntlet rather than fewer games than promotion asks for', () => {
    expect(amounts(2).gauntlet).toEqual({ opponents: 'random,heuristic', budget: 32, games: 100 });
  });

  it('plays no more games of the heuristic than usual, and as many as there is time for', () => {
    expect(amounts(600).bootstrapGames).toBe(2000);
    expect(amounts(1, { ...RATES, heuristicGamesPerSecond: 2 }).bootstrapGames).toBe(60);
  });
});
