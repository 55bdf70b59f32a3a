/** From the minutes that a round of the loop may take, and measured rates, to the amounts of its stages. */
import type { Settings } from '../../config/topics.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { LEAST_SIMULATIONS, parseBudget } from '../../search/budget.ts';

export interface MeasuredRates {
  /** Of a network, all workers together. */
  readonly simulationsPerSecond: number;
  /** Of the heuristic, all workers together. */
  readonly heuristicGamesPerSecond: number;
  readonly decisionsPerGame: number;
}

export interface RoundAmounts {
  readonly games: number;
  readonly bootstrapGames: number;
  readonly gauntlet: { readonly games: number; readonly opponents: string; readonly budget: number };
  readonly trainSeconds: number;
  /** Seconds that a round then takes by the rates; training: at most. */
  readonly expected: { readonly selfplay: number; readonly train: number; readonly gauntlet: number };
}

/** Parts of a round. Games are what a round learns from, so they get as much as the rest together. */
const SHARES = { selfplay: 0.5, train: 0.25, gauntlet: 0.25 };

/** A gauntlet for rounds that have no time for the usual one: that of rr loop --quick. */
const SHORT_GAUNTLET = { opponents: 'random,heuristic', budget: 32 };

/**
 * Games that fit into the minutes. The gauntlet plays no more than usual, and no fewer games than promotion asks for,
 * however short the round is to be; where those do not fit, it has fewer opponents and simulations.
 */
export function roundAmounts(
  minutes: number,
  { key, players }: GameConfig,
  { simulationsPerSecond, heuristicGamesPerSecond, decisionsPerGame }: MeasuredRates,
  { loop, leastGauntletGames }: { readonly loop: Settings<'loop'>; readonly leastGauntletGames: number },
): RoundAmounts {
  const seconds = 60 * minutes;
  const game = (decisionsPerGame * simulationsPerDecision(loop, key)) / simulationsPerSecond;
  const games = Math.max(1, Math.floor((SHARES.selfplay * seconds) / game));
  const bootstrap = Math.floor(SHARES.selfplay * seconds * heuristicGamesPerSecond);
  const usual = { opponents: loop.opponents, budget: loop['gauntlet-budget'] };
  // one game against everybody: the network sits in one seat, and in two where it meets the one in production
  const everybody = ({ opponents, budget }: typeof usual): number =>
    ((opponents.split(',').length + 2) * decisionsPerGame * budget) / players / simulationsPerSecond;
  const fitting = (kind: typeof usual): number => Math.floor((SHARES.gauntlet * seconds) / everybody(kind));
  const gauntlet = fitting(usual) >= leastGauntletGames ? usual : SHORT_GAUNTLET;
  const gauntletGames = Math.max(leastGauntletGames, Math.min(loop['gauntlet-games'], fitting(gauntlet)));
  const trainSeconds = Math.round(SHARES.train * seconds);
  return {
    games,
    bootstrapGames: Math.max(1, Math.min(loop['bootstrap-games'][key] ?? 1, bootstrap)),
    gauntlet: { ...gauntlet, games: gauntletGames },
    trainSeconds,
    expected: { selfplay: games * game, train: trainSeconds, gauntlet: gauntletGames * everybody(gauntlet) },
  };
}

/** Mean of full and cheap searches. A cheap budget of 0 is a quarter, at least 8 (config/loop.yaml). */
function simulationsPerDecision(loop: Settings<'loop'>, key: GameConfig['key']): number {
  const full = loop.budget[key] ?? LEAST_SIMULATIONS;
  const { 'cheap-budget': cheap, 'cheap-share': share } = loop;
  const few = cheap === 0 ? Math.max(8, full / 4) : parseBudget(String(cheap));
  return share * few + (1 - share) * full;
}
