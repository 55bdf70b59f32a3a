/** The quality of training files: what was measured, held against the limits of config/quality.yaml. */
import type { Settings } from '../../config/topics.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { confidentQuality } from '../../games/quality/quality.ts';
import type { TrainingData } from '../data/load.ts';
import { type GameFigures, gameFigures } from './game-figures.ts';
import { type PolicyFigures, policyFigures } from './policy-figures.ts';

export interface QualityFinding {
  readonly check: string;
  /** `warned`: below what is wished for, but no reason to refuse. */
  readonly verdict: 'passed' | 'warned' | 'refused';
  /** What was found, in words. */
  readonly found: string;
  readonly value: number | null;
  readonly limit: number | null;
}

type Limits = Settings<'quality'>;

/** Findings of a set of files that were loaded whole (no window), in a fixed order. */
export function judgeQuality(data: TrainingData, config: GameConfig, limits: Limits): QualityFinding[] {
  const games = gameFigures(data);
  const policies = policyFigures(data.rows);
  return [
    samples(data, limits),
    quality(games, config, limits),
    lengths(games, limits),
    seats(games, config.players, limits),
    results(games, config.players),
    duplicates(games, data, limits),
    moves(policies, data.rows.count),
    targets(policies),
    vague(games, limits),
  ];
}

export const isRefused = (findings: readonly QualityFinding[]): boolean =>
  findings.some(({ verdict }) => verdict === 'refused');

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);
const refusedIf = (bad: boolean): 'refused' | 'passed' => (bad ? 'refused' : 'passed');

function samples({ rows, games }: TrainingData, { 'min-samples': limit }: Limits): QualityFinding {
  const found = `${rows.count} samples of ${games.length} games`;
  return { check: 'samples', verdict: rows.count < limit ? 'warned' : 'passed', found, value: rows.count, limit };
}

function quality(games: readonly GameFigures[], { key }: GameConfig, limits: Limits): QualityFinding {
  const known = games.map((game) => game.quality).filter((score) => !Number.isNaN(score));
  const { [key]: limit = 0 } = limits['min-quality'];
  if (known.length === 0) return { check: 'quality', verdict: 'warned', found: 'no scores', value: null, limit };
  const mean = meanOf(known);
  const value = confidentQuality(mean, known.length, limits['confidence-games']);
  const found = `mean ${mean.toFixed(3)}, counted as ${value.toFixed(3)} with ${known.length} games`;
  // good games of which there are only few are no reason to refuse
  const few = value < limit && mean >= limit;
  return { check: 'quality', verdict: few ? 'warned' : refusedIf(value < limit), found, value, limit };
}

function lengths(games: readonly GameFigures[], { 'min-length': limit }: Limits): QualityFinding {
  const value = meanOf(games.map(({ plies }) => plies));
  const found = `games of ${value.toFixed(1)} moves in the mean`;
  return { check: 'length', verdict: refusedIf(value < limit), found, value, limit };
}

/** Chance alone reaches so many standard deviations in one of three million sets. */
const SURE = 5;

function seats(games: readonly GameFigures[], players: number, { 'seat-margin': margin }: Limits): QualityFinding {
  const decided = games.filter(({ winner }) => winner > 0);
  const equal = 1 / players;
  const wins = Array.from({ length: players }, (_, i) => decided.filter(({ winner }) => winner === i + 1).length);
  const most = Math.max(...wins);
  const value = most / Math.max(1, decided.length);
  const deviations = (most - decided.length * equal) / Math.sqrt(decided.length * equal * (1 - equal));
  const limit = equal + margin;
  const found = `seat ${wins.indexOf(most) + 1} wins ${percent(value)} of ${decided.length} games`;
  return { check: 'seats', verdict: refusedIf(value > limit && deviations > SURE), found, value, limit };
}

/**
 * Share of the games whose last sample has the winner ahead, above equal chances. Strong players turn games at the very end (64 %
 * of hex8 games between trained networks, 2 players), so a small share is no proof: it warns.
 */
const LEADERS = 0.04;
const MIN_LED = 100;

function results(games: readonly GameFigures[], players: number): QualityFinding {
  const torn = games.filter(({ winner }) => winner === 0).length;
  if (torn > 0) {
    const found = `the samples of ${torn} games do not agree on who won`;
    return { check: 'results', verdict: 'refused', found, value: torn / games.length, limit: 0 };
  }
  const told = games.flatMap(({ led }) => (led === undefined ? [] : [led]));
  const value = told.filter((led) => led).length / Math.max(1, told.length);
  const limit = 1 / players + LEADERS;
  const found = `the winner is ahead at the end of ${percent(value)} of ${told.length} games`;
  const verdict = told.length >= MIN_LED && value < limit ? 'warned' : 'passed';
  return { check: 'results', verdict, found, value, limit };
}

function duplicates(
  games: readonly GameFigures[],
  { available }: TrainingData,
  { 'max-duplicates': limit }: Limits,
): QualityFinding {
  const copies = games.length - new Set(games.map(({ contents }) => contents)).size;
  const value = copies / Math.max(1, games.length);
  // a training takes an id once, so those do no harm
  const again = available.games - games.length;
  const found = `${copies} games with the positions of another one${again > 0 ? `; ${again} more have an id that was there and are left out` : ''}`;
  return { check: 'duplicates', verdict: refusedIf(value > limit), found, value, limit };
}

function moves({ impossible }: PolicyFigures, count: number): QualityFinding {
  const found =
    impossible === 0
      ? 'every listed move is possible in its position'
      : `${impossible} samples list moves that their positions do not allow: made with another encoder?`;
  return { check: 'moves', verdict: refusedIf(impossible > 0), found, value: impossible / count, limit: 0 };
}

/** Part of their own concentration that honest policies show at least; measured: 0.88 to 0.95. */
const MIN_FIT = 0.7;
/** Fewer policies are no evidence: of 134 of an honest set 67 % fitted. */
const MIN_PAIRS = 500;
/** Standard deviations that a set must be able to show. */
const TELLING = 6;

function targets({ pairs, gained, expected, noise }: PolicyFigures): QualityFinding {
  const telling = expected > TELLING * noise && pairs >= MIN_PAIRS;
  const value = telling ? gained / expected : null;
  const found = telling
    ? `${pairs} policies predict the next position ${percent(gained / expected)} as well as they should`
    : 'too few successive samples to hold policies against the positions that followed';
  const verdict = value === null ? 'passed' : refusedIf(value < MIN_FIT);
  return { check: 'targets', verdict, found, value, limit: MIN_FIT };
}

const MIN_SEARCHED = 20;
/** A robust standard deviation is so many times the median of the distances from the median. */
const MAD = 1.4826;

function vague(games: readonly GameFigures[], { 'max-vague': limit, 'vague-from': spread }: Limits): QualityFinding {
  const values = games.map(({ vagueness }) => vagueness).filter((value) => !Number.isNaN(value));
  if (values.length < MIN_SEARCHED) {
    const found = `${values.length} games with searches are too few to compare their policies`;
    return { check: 'vague', verdict: 'passed', found, value: null, limit };
  }
  const median = medianOf(values);
  const deviation = MAD * medianOf(values.map((value) => Math.abs(value - median)));
  const far = values.filter((value) => value > median + spread * deviation).length;
  const found = `${far} of ${values.length} games have policies far vaguer than the others (median entropy ${median.toFixed(2)})`;
  const value = far / values.length;
  return { check: 'vague', verdict: refusedIf(value > limit), found, value, limit };
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low = 0, high = low] = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
  return (low + high) / 2;
}
