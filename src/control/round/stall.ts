/**
 * Rounds that stop improving: two in a row whose model was refused. Says so with the evidence and with what to try, and
 * counts how often it happened, which is what `auto` raises the work of the next rounds by.
 */
import type { VerdictRecord } from '../../arena/records.ts';
import type { Epoch } from './records.ts';

/** Refused rounds in a row that count as a stall. */
const ROUNDS = 2;
/** A target that is surer than this on average comes from a search that is too sure of few visits. */
const SHARP = 0.6;

/** What is known of a round that was judged. */
export interface JudgedRound {
  readonly number: number;
  readonly promoted: boolean;
  readonly epochs: readonly Epoch[];
  readonly verdicts: readonly VerdictRecord[];
  /** Of its own games; undefined where nobody looked. */
  readonly targets?: { readonly entropy: number; readonly largest: number } | undefined;
}

/** Settings that the advice goes by. */
export interface StalledSettings {
  readonly budget: number;
  readonly games: number;
  readonly 'sample-from': 'visits' | 'improved';
  readonly 'c-scale': number;
}

export interface Stall {
  /** Rounds without an improvement, first to last. */
  readonly rounds: readonly number[];
  /** One line for each of them, after one for the round before. */
  readonly evidence: readonly string[];
  readonly advice: readonly string[];
}

/** The rounds at the end that did not improve; empty unless there are two. */
export function stalledRounds<T extends { readonly promoted: boolean }>(rounds: readonly T[]): readonly T[] {
  const stalled = rounds.slice(rounds.findLastIndex(({ promoted }) => promoted) + 1);
  return stalled.length < ROUNDS ? [] : stalled;
}

/** How often two rounds in a row did not improve; rounds count once. */
export function stallCount(verdicts: readonly boolean[]): number {
  let [count, refused] = [0, 0];
  for (const promoted of verdicts) {
    refused = promoted ? 0 : refused + 1;
    if (refused < ROUNDS) continue;
    count++;
    refused = 0;
  }
  return count;
}

export function stallOf(rounds: readonly JudgedRound[], settings: StalledSettings): Stall | undefined {
  const stalled = stalledRounds(rounds);
  if (stalled.length === 0) return undefined;
  const before = rounds.slice(0, rounds.length - stalled.length).slice(-1);
  return {
    rounds: stalled.map(({ number }) => number),
    evidence: [...before, ...stalled].map(evidenceOf),
    advice: adviceOf(stalled, settings),
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function evidenceOf({ number, promoted, epochs, verdicts, targets }: JudgedRound): string {
  const held = epochs.at(-1)?.validation;
  const best = verdicts.find(({ test }) => test !== undefined);
  return [
    `round ${number}: ${promoted ? 'promoted' : 'refused'}`,
    ...(best ? [`${percent(best.winRate)} of ${best.games} games against the best`] : []),
    ...(held
      ? [
          `held out: policy loss ${held.losses.policy.toFixed(2)}, top-1 ${percent(held.policy_top1)}`,
          `value accuracy ${percent(held.value_accuracy)}`,
        ]
      : []),
    ...(targets
      ? [`targets: entropy ${targets.entropy.toFixed(2)} nats, largest probability ${targets.largest.toFixed(2)}`]
      : []),
  ].join('; ');
}

function adviceOf(stalled: readonly JudgedRound[], settings: StalledSettings): string[] {
  const { budget, games } = settings;
  const largest = stalled.at(-1)?.targets?.largest ?? 0;
  return [
    ...(settings['sample-from'] === 'visits' ? ['--sample-from improved: moves sampled from visits are noisy'] : []),
    `--budget ${2 * budget} --games ${Math.ceil(games / 2)}: better targets from fewer games, for the same work`,
    ...(largest > SHARP ? [`--c-scale ${settings['c-scale'] / 5}: softer targets`] : []),
    `--games ${2 * games}: less noise in results, for twice the work`,
    '--auto: raise simulations, then games, whenever two rounds bring nothing',
  ];
}

export interface Work {
  /** Simulations of a full search. */
  readonly budget: number;
  readonly games: number;
}

/** The work of a round after so many stalls: simulations double up to their bound, then games up to theirs. */
export function raisedWork({ budget, games }: Work, stalls: number, bounds: Work): Work {
  const double = (value: number, bound: number): number => Math.max(value, Math.min(2 * value, bound));
  let work = { budget, games };
  for (let i = 0; i < stalls; i++) {
    const simulations = double(work.budget, bounds.budget);
    work =
      simulations > work.budget
        ? { ...work, budget: simulations }
        : { ...work, games: double(work.games, bounds.games) };
  }
  return work;
}
