/**
 * Joint maximum-likelihood ratings with intervals: Bradley–Terry for two players, Plackett–Luce over rankings for
 * more (Hunter, "MM algorithms for generalized Bradley–Terry models", 2004, for the models; here solved by Newton's
 * method, as there are few participants and the curvature is wanted anyway). Games are facts, ratings are computed
 * from all of them at once: their order does not matter, bit for bit.
 */
import { type Choice, countChoices, type Outcome } from './outcomes.ts';
import { Z95 } from './wilson.ts';

export interface RatingOptions {
  /** Whose rating is fixed, and at what. */
  readonly anchor: string;
  readonly anchorElo: number;
  /**
   * Strength of the prior in games: every two participants that met are given this many more, drawn. It keeps ratings
   * finite when somebody won or lost all. Default 0.2: a whole game already costs lopsided tables two points of
   * their 95 % coverage.
   */
  readonly prior?: number;
}

export interface Rating {
  readonly participant: string;
  readonly elo: number;
  /** 95 % interval, from the Fisher information; the anchor's has no width. */
  readonly low: number;
  readonly high: number;
  /** Games the participant took part in, seats of one game counted once. */
  readonly games: number;
}

export interface RatingTable {
  /** By rating, best first. */
  readonly ratings: readonly Rating[];
  /** Participants no chain of games connects with the anchor: nothing can be said about them. */
  readonly unconnected: readonly string[];
}

const DEFAULT_PRIOR = 0.2;

const ELO_PER_LOG = 400 / Math.log(10);

/** Rate everybody. Cost: games × seats + participants³ per Newton step. */
export function rate(outcomes: readonly Outcome[], options: RatingOptions): RatingTable {
  const choices = countChoices(outcomes);
  const everybody = [...new Set([options.anchor, ...choices.flatMap((choice) => choice.among)])].sort();
  const connected = reachable(options.anchor, choices);
  const names = everybody.filter((name) => connected.has(name));
  const known = choices.filter((choice) => connected.has(choice.chosen));
  const index = indexOf(names);
  const all = [...known, ...virtualDraws(known, options.prior ?? DEFAULT_PRIOR)].map(({ chosen, among, weight }) => ({
    chosen: index(chosen),
    among: among.map(index),
    weight,
  }));
  const anchor = index(options.anchor);
  const { strengths, variances } = maximise(all, names.length, anchor);
  const games = countGames(outcomes);
  const ratings = names.map((participant, i): Rating => {
    const elo = options.anchorElo + (strengths[i] ?? 0) * ELO_PER_LOG;
    const margin = Z95 * Math.sqrt(variances[i] ?? 0) * ELO_PER_LOG;
    return { participant, elo, low: elo - margin, high: elo + margin, games: games.get(participant) ?? 0 };
  });
  ratings.sort((a, b) => b.elo - a.elo || (a.participant < b.participant ? -1 : 1));
  return { ratings, unconnected: everybody.filter((name) => !connected.has(name)) };
}

/** Number of each name in the list; any other name is a bug, not participant 0. */
function indexOf(names: readonly string[]): (name: string) => number {
  const numbers = new Map(names.map((name, i) => [name, i]));
  return (name) => {
    const number = numbers.get(name);
    if (number === undefined) throw new RangeError(`'${name}' is not among the participants`);
    return number;
  };
}

function countGames(outcomes: readonly Outcome[]): Map<string, number> {
  const games = new Map<string, number>();
  for (const { groups, rest = [] } of outcomes) {
    for (const name of new Set([...groups.flat(), ...rest])) games.set(name, (games.get(name) ?? 0) + 1);
  }
  return games;
}

function reachable(from: string, choices: readonly Choice[]): Set<string> {
  const neighbours = new Map<string, Set<string>>();
  for (const { chosen, among } of choices) {
    for (const name of among) {
      neighbours.set(chosen, (neighbours.get(chosen) ?? new Set()).add(name));
      neighbours.set(name, (neighbours.get(name) ?? new Set()).add(chosen));
    }
  }
  const found = new Set([from]);
  // a Set iterates over what is added meanwhile
  for (const name of found) for (const next of neighbours.get(name) ?? []) found.add(next);
  return found;
}

function virtualDraws(choices: readonly Choice[], games: number): Choice[] {
  if (games <= 0) return [];
  const pairs = new Set<string>();
  for (const { chosen, among } of choices) {
    for (const name of among) if (name !== chosen) pairs.add(JSON.stringify([chosen, name].sort()));
  }
  return [...pairs].sort().flatMap((pair) => {
    const among = JSON.parse(pair) as [string, string];
    return among.map((chosen) => ({ chosen, among, weight: games / 2 }));
  });
}

interface IndexedChoice {
  readonly chosen: number;
  readonly among: readonly number[];
  readonly weight: number;
}

const MAX_STEPS = 100;

/** Newton's method on the concave log-likelihood; the anchor stays at 0. Variances are the inverse curvature's diagonal. */
function maximise(choices: readonly IndexedChoice[], size: number, anchor: number) {
  let strengths = new Float64Array(size);
  let best = logLikelihood(choices, strengths);
  let inverse = identity(size);
  for (let step = 0; step < MAX_STEPS; step++) {
    const { gradient, curvature } = derivatives(choices, strengths);
    fix(anchor, gradient, curvature);
    inverse = invert(curvature);
    const move = inverse.map((row) => row.reduce((sum, value, j) => sum + value * (gradient[j] ?? 0), 0));
    // a full step may overshoot far from the top
    let scale = 1;
    let next = strengths;
    let value = Number.NEGATIVE_INFINITY;
    for (; scale > 1e-6; scale /= 2) {
      next = strengths.map((strength, i) => strength + scale * (move[i] ?? 0));
      value = logLikelihood(choices, next);
      if (value >= best) break;
    }
    if (value < best || move.every((part) => Math.abs(part) < 1e-12)) break;
    strengths = next;
    best = value;
  }
  const variances = inverse.map((row, i) => (i === anchor ? 0 : (row[i] ?? 0)));
  return { strengths, variances };
}

/** Take one strength out of the problem: its equation becomes 1 · move = 0. */
function fix(anchor: number, gradient: Float64Array, curvature: readonly Float64Array[]): void {
  gradient[anchor] = 0;
  for (const row of curvature) row[anchor] = 0;
  curvature[anchor]?.fill(0);
  const row = curvature[anchor];
  if (row) row[anchor] = 1;
}

function logLikelihood(choices: readonly IndexedChoice[], strengths: Float64Array): number {
  let sum = 0;
  for (const { chosen, among, weight } of choices) {
    let total = 0;
    for (const i of among) total += Math.exp((strengths[i] ?? 0) - (strengths[chosen] ?? 0));
    sum -= weight * Math.log(total);
  }
  return sum;
}

/** Gradient of the log-likelihood and its negative second derivative. */
function derivatives(choices: readonly IndexedChoice[], strengths: Float64Array) {
  const gradient = new Float64Array(strengths.length);
  const curvature = Array.from(strengths, () => new Float64Array(strengths.length));
  const add = (i: number, j: number, value: number) => {
    const row = curvature[i];
    if (row) row[j] = (row[j] ?? 0) + value;
  };
  for (const { chosen, among, weight } of choices) {
    const powers = among.map((i) => Math.exp((strengths[i] ?? 0) - (strengths[chosen] ?? 0)));
    const total = powers.reduce((sum, power) => sum + power, 0);
    gradient[chosen] = (gradient[chosen] ?? 0) + weight;
    among.forEach((i, a) => {
      const p = (powers[a] ?? 0) / total;
      gradient[i] = (gradient[i] ?? 0) - weight * p;
      add(i, i, weight * p);
      among.forEach((j, b) => {
        add(i, j, (-weight * p * (powers[b] ?? 0)) / total);
      });
    });
  }
  return { gradient, curvature };
}

const identity = (size: number): Float64Array[] =>
  Array.from({ length: size }, (_, i) => Float64Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)));

/** Gauss–Jordan; the matrix is positive definite once the anchor is fixed and everybody is connected. */
function invert(matrix: readonly Float64Array[]): Float64Array[] {
  const left = matrix.map((row) => row.slice());
  const right = identity(matrix.length);
  for (let column = 0; column < left.length; column++) {
    const pivotRow = left[column] ?? new Float64Array(0);
    const otherRow = right[column] ?? new Float64Array(0);
    const pivot = pivotRow[column] ?? 1;
    for (const row of [pivotRow, otherRow]) for (let j = 0; j < row.length; j++) row[j] = (row[j] ?? 0) / pivot;
    for (let i = 0; i < left.length; i++) {
      const factor = left[i]?.[column] ?? 0;
      if (i === column || factor === 0) continue;
      for (const [target, source] of [[left[i], pivotRow] as const, [right[i], otherRow] as const]) {
        if (target) for (let j = 0; j < target.length; j++) target[j] = (target[j] ?? 0) - factor * (source[j] ?? 0);
      }
    }
  }
  return right;
}
