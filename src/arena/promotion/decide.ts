/** Whether a model may become production: a pure function of verdicts and thresholds that gives every reason. */
import type { Settings } from '../../config/topics.ts';
import type { VerdictRecord } from '../records.ts';

/** Opponents that every candidate is measured against. */
export const BASELINE_OPPONENTS = ['random', 'heuristic'] as const;
type Baseline = (typeof BASELINE_OPPONENTS)[number];

/** One thing that was looked at. */
export interface Check {
  readonly check: string;
  readonly passed: boolean;
  /** For people: `86.5% of 200 games won against random, needed 85%`. */
  readonly detail: string;
}

/** Share of games won and games played against a baseline. */
export interface BaselineFigures {
  readonly winRate: number;
  readonly games: number;
}

/** What is known of the model in production. */
export interface Production {
  readonly hash: string;
  /** Its figures when it was promoted, by baseline. */
  readonly figures: Readonly<Partial<Record<string, BaselineFigures>>>;
}

export interface DecisionInput {
  readonly players: number;
  readonly thresholds: Settings<'promotion'>;
  /** All about one candidate. */
  readonly verdicts: readonly VerdictRecord[];
  /** Undefined when nothing is in production. */
  readonly production: Production | undefined;
}

export interface Decision {
  readonly passed: boolean;
  readonly checks: readonly Check[];
  /** Of the candidate, for the audit trail and for the guard of its successors. */
  readonly figures: Readonly<Record<string, BaselineFigures>>;
}

export function decide(input: DecisionInput): Decision {
  const { verdicts, production } = input;
  const checks = [
    ...BASELINE_OPPONENTS.flatMap((name) => baselineChecks(name, input)),
    ...(production ? [productionCheck(production, verdicts)] : []),
    ...forfeitChecks(verdicts),
  ];
  const figures = Object.fromEntries(
    verdicts.map(({ opponent, winRate, games }) => [opponent.id, { winRate, games }] as const),
  );
  return { passed: checks.every(({ passed }) => passed), checks, figures };
}

function baselineChecks(name: Baseline, { players, thresholds, verdicts, production }: DecisionInput): Check[] {
  const verdict = verdicts.find(({ opponent }) => opponent.id === name);
  if (!verdict) return [{ check: `${name} measured`, passed: false, detail: `no verdict against ${name}` }];
  const key = playersKey(players);
  const { games, winRate, wilson, complete } = verdict;
  const leastGames = thresholds['min-games'][key] ?? 0;
  const leastRate = thresholds[`${name}-win-rate`][key] ?? 0;
  const floor = thresholds[`${name}-floor`][key] ?? 0;
  const checks = [
    {
      check: `${name} games`,
      passed: complete && games >= leastGames,
      detail: `${games} games against ${name}${complete ? '' : ' (cut short)'}, needed ${leastGames}`,
    },
    {
      check: `${name} win rate`,
      passed: winRate >= leastRate,
      detail: `${percent(winRate)} of ${games} games won against ${name}, needed ${percent(leastRate)}`,
    },
    {
      check: `${name} floor`,
      passed: wilson.low >= floor,
      detail: `lower end of the 95% interval against ${name} ${percent(wilson.low)}, needed ${percent(floor)}`,
    },
  ];
  const before = production?.figures[name];
  if (before) {
    const least = before.winRate - thresholds['max-win-rate-drop'];
    checks.push({
      check: `${name} regression`,
      passed: winRate >= least,
      detail: `${percent(winRate)} against ${name} after production's ${percent(before.winRate)}, at least ${percent(least)} needed`,
    });
  }
  return checks;
}

function productionCheck({ hash }: Production, verdicts: readonly VerdictRecord[]): Check {
  const check = 'beats production';
  const short = hash.slice(0, 12);
  const verdict = verdicts.find(({ opponent }) => opponent.model === hash);
  if (!verdict) return { check, passed: false, detail: `no verdict against production (${short})` };
  const { test, games, score } = verdict;
  if (!test) {
    return {
      check,
      passed: false,
      detail: `measured against production (${short}) without a sequential test (--test)`,
    };
  }
  const bounds = `[${test.elo0}, ${test.elo1}] normalised Elo`;
  const outcome = { accept: 'accepted', reject: 'rejected', continue: 'left open' }[test.result];
  return {
    check,
    passed: test.result === 'accept',
    detail: `sequential test of ${bounds} against production (${short}) ${outcome} after ${games} games, score ${percent(score)}, LLR ${test.llr}`,
  };
}

function forfeitChecks(verdicts: readonly VerdictRecord[]): Check[] {
  const forfeits = verdicts.reduce((sum, { forfeits: found }) => sum + (found?.candidate ?? 0), 0);
  if (forfeits === 0) return [];
  return [{ check: 'no forfeits', passed: false, detail: `${forfeits} games forfeited` }];
}

export const playersKey = (players: number): '2p' | '3p' | '4p' => (players === 2 ? '2p' : players === 3 ? '3p' : '4p');

const percent = (share: number): string => `${Number((100 * share).toFixed(1))}%`;
