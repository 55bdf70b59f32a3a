/**
 * Temperature schedules of self-play: how boldly a decision samples from what the search found, as a function of the
 * number of decisions made in the game. Formulas and presets: docs/upstream-formats.md §7.4. Pure, except that `noisy`
 * multiplies by a random factor that the caller draws.
 */
import { RrError } from '../core/errors.ts';
import { nearestHint } from '../core/nearest.ts';

/** What a schedule may look at. */
export interface TemperatureInput {
  /** Decisions made in the game before this one. */
  readonly move: number;
  /** Legal moves of this decision. */
  readonly legal: number;
  /** Entropy of the policy in nats; undefined when unknown. */
  readonly entropy?: number;
  /** Progress of the whole training run, 0 to 1. */
  readonly progress?: number;
  /** Rating of the model that plays. */
  readonly elo?: number;
}

export type TemperatureSchedule = (input: TemperatureInput) => number;

export const LEAST_TEMPERATURE = 0.01;
export const MOST_TEMPERATURE = 2;

const clamp = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));
/** Straight line through (a, from) and (b, to), flat outside. */
const ramp = (x: number, a: number, b: number, from: number, to: number): number =>
  x <= a ? from : x >= b ? to : from + ((to - from) * (x - a)) / (b - a);

export const constant =
  (value: number): TemperatureSchedule =>
  () =>
    value;

/** `from` until decision `start`, then a straight line to `to` at decision `end`. */
export const linear =
  (from = 1, to = 0.1, start = 10, end = 60): TemperatureSchedule =>
  ({ move }) =>
    ramp(move, start, end, from, to);

/** `from` until decision `start`, then decay at `rate` per decision, never below `to`. */
export const exponential =
  (from = 1, to = 0.1, start = 10, rate = 0.05): TemperatureSchedule =>
  ({ move }) =>
    move < start ? from : Math.max(to, from * Math.exp(-rate * (move - start)));

/** The value of the last step at or before the decision; steps are [first decision, value], rising, the first at 0. */
export const step =
  (steps: readonly (readonly [number, number])[]): TemperatureSchedule =>
  ({ move }) =>
    steps.reduce((value, [from, next]) => (move >= from ? next : value), steps[0]?.[1] ?? 1);

/** Falls from `from` to `to` over `period` decisions along a half cosine, then begins anew. */
export const cosine =
  (from = 1, to = 0.1, period = 60): TemperatureSchedule =>
  ({ move }) =>
    to + ((from - to) * (1 + Math.cos((Math.PI * (move % period)) / period))) / 2;

/** Bolder where there is much choice and little certainty, calmer late in the game. */
export const adaptive =
  (base = 1): TemperatureSchedule =>
  ({ move, legal, entropy }) => {
    const complexity = Math.min(1, legal / 50);
    const uncertainty = entropy === undefined ? 0.5 : entropy / 2;
    const phase = move < 20 ? move / 40 : move < 60 ? 0.5 : Math.min(1, 0.5 + (move - 60) / 40);
    const value = base * (1 + 0.3 * (complexity - 0.5)) * (1 + 0.3 * (uncertainty - 0.5)) * (1 - 0.4 * phase);
    return clamp(value, 0.1, 2);
  };

/** Base and length of exploration shrink from (`from`, `length`) to (`to`, `length`/2) between 30 % and 70 % of a run. */
export const curriculum =
  (from = 1.5, to = 0.5, length = 40): TemperatureSchedule =>
  ({ move, progress = 0 }) => {
    const base = ramp(progress, 0.3, 0.7, from, to);
    const explored = ramp(progress, 0.3, 0.7, length, length / 2);
    return move <= explored ? base : Math.max(0.1, base * Math.exp(-0.05 * (move - explored)));
  };

/** Weak models explore more. */
export const eloAdaptive =
  (explored = 30): TemperatureSchedule =>
  ({ move, elo = 1300 }) => {
    const base = elo <= 1500 ? ramp(elo, 1300, 1500, 1.5, 1) : ramp(elo, 1500, 1700, 1, 0.7);
    const settled = elo > 1700 ? 0.5 : base;
    const rate = elo < 1500 ? 0.03 : 0.05;
    const floor = elo >= 1700 ? 0.1 : 0.2;
    return move <= explored ? settled : Math.max(floor, settled * Math.exp(-rate * (move - explored)));
  };

export const mixed =
  (a: TemperatureSchedule = linear(), b: TemperatureSchedule = adaptive(), share = 0.6): TemperatureSchedule =>
  (input) =>
    share * a(input) + (1 - share) * b(input);

export interface TemperaturePreset {
  readonly schedule: TemperatureSchedule;
  /** Standard deviation of a multiplicative Gaussian factor drawn per decision. */
  readonly noise: number;
  /** What the schedule cannot do without. */
  readonly needs?: 'elo' | 'progress';
}

/** Presets of docs/upstream-formats.md §7.4; `off` always plays the best move. */
export const TEMPERATURE_PRESETS = {
  off: { schedule: constant(0), noise: 0 },
  default: { schedule: linear(1, 0.1, 15, 60), noise: 0 },
  robust: { schedule: linear(1.2, 0.5, 10, 80), noise: 0 },
  alphazero: {
    schedule: step([
      [0, 1],
      [30, 0],
    ]),
    noise: 0,
  },
  aggressive_exploration: { schedule: linear(1.5, 0.2, 20, 80), noise: 0.15 },
  conservative: { schedule: exponential(0.8, 0.1, 5), noise: 0 },
  adaptive: { schedule: adaptive(), noise: 0 },
  curriculum: { schedule: curriculum(1.5, 0.5, 40), noise: 0, needs: 'progress' },
  cosine: { schedule: cosine(1.2, 0.1, 60), noise: 0 },
  elo_adaptive: { schedule: eloAdaptive(), noise: 0, needs: 'elo' },
  mixed: { schedule: mixed(), noise: 0 },
} as const satisfies Record<string, TemperaturePreset>;

export type TemperaturePresetName = keyof typeof TEMPERATURE_PRESETS;

export const isTemperaturePreset = (name: string): name is TemperaturePresetName =>
  Object.hasOwn(TEMPERATURE_PRESETS, name);

/** A preset, or a constant when the text is a number. @throws RrError USAGE naming the nearest preset. */
export function parseTemperature(text: string): TemperaturePreset {
  if (isTemperaturePreset(text)) return TEMPERATURE_PRESETS[text];
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= MOST_TEMPERATURE) return { schedule: constant(value), noise: 0 };
  const names = Object.keys(TEMPERATURE_PRESETS);
  throw new RrError('USAGE', {
    detail: `no temperature '${text}'${nearestHint(text, names)}; 0 to ${MOST_TEMPERATURE}, or ${names.join(', ')}`,
  });
}

/** What is the same for all games of a run. */
export type TemperatureFacts = Pick<TemperatureInput, 'elo' | 'progress'>;

/** The preset with what it needs filled in. @throws RrError USAGE when that is not there */
export function informed(preset: TemperaturePreset, name: string, facts: TemperatureFacts): TemperaturePreset {
  const { needs, schedule } = preset;
  if (needs === undefined) return preset;
  if (facts[needs] !== undefined) return { ...preset, schedule: (input) => schedule({ ...input, ...facts }) };
  throw new RrError('USAGE', {
    detail:
      needs === 'elo'
        ? `--temperature ${name} needs the rating of who plays: measure it with rr gauntlet, or pass --model-elo`
        : `--temperature ${name} needs --training-progress, 0 at the start of the whole training to 1 at its end`,
  });
}

/**
 * The temperature to use: schedule × boost (clamped to 0.5–2) × noise factor, clamped to 0.01–2; 0 stays 0.
 * `normal` is a standard normal draw, used only by presets with noise.
 */
export function temperatureAt(preset: TemperaturePreset, input: TemperatureInput, boost = 1, normal = 0): number {
  const base = preset.schedule(input);
  if (base <= 0) return 0;
  const noise = preset.noise > 0 ? 1 + preset.noise * normal : 1;
  return clamp(base * clamp(boost, 0.5, 2) * noise, LEAST_TEMPERATURE, MOST_TEMPERATURE);
}
