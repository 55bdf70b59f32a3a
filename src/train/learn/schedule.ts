/** Learning rates. Pure functions of the step, but for the plateau rule, whose little state is given and returned. */
import type { TrainSettings } from './settings.ts';

/** What the plateau rule remembers. Numbers survive JSON: `best` is null before the first epoch. */
export interface PlateauState {
  readonly best: number | null;
  readonly badEpochs: number;
  readonly factor: number;
}
export const FRESH_PLATEAU: PlateauState = { best: null, badEpochs: 0, factor: 1 };

/** Improvements below this share of the loss count as none. */
const LEAST_IMPROVEMENT = 1e-3;

export interface ScheduleLength {
  readonly totalSteps: number;
  readonly epochSteps: number;
}

/**
 * Learning rate of step `step` (0 is the first). Linear warm-up, then the schedule: cosine annealing and warm restarts
 * as in Loshchilov & Hutter 2017.
 */
export function learningRate(
  step: number,
  { totalSteps, epochSteps }: ScheduleLength,
  settings: TrainSettings,
  plateau: PlateauState = FRESH_PLATEAU,
): number {
  const { learningRate: top, warmupSteps, minimumRate, schedule } = settings;
  if (step < warmupSteps) return (top * (step + 1)) / warmupSteps;
  const done = step - warmupSteps;
  const cosine = (share: number): number => minimumRate + ((1 - minimumRate) * (1 + Math.cos(Math.PI * share))) / 2;
  switch (schedule) {
    case 'constant':
      return top;
    case 'cosine':
      return top * cosine(Math.min(1, done / Math.max(1, totalSteps - warmupSteps)));
    case 'restarts': {
      let period = Math.max(1, Math.round(settings.restartEpochs * epochSteps));
      let at = done;
      while (at >= period) {
        at -= period;
        period *= 2;
      }
      return top * cosine(at / period);
    }
    case 'plateau':
      return top * Math.max(minimumRate, plateau.factor);
  }
}

/** The plateau rule after an epoch with validation loss `loss`. */
export function afterEpoch(state: PlateauState, loss: number, settings: TrainSettings): PlateauState {
  if (state.best === null || loss < state.best * (1 - LEAST_IMPROVEMENT)) return { ...state, best: loss, badEpochs: 0 };
  if (state.badEpochs + 1 < settings.plateauPatience) return { ...state, badEpochs: state.badEpochs + 1 };
  return { ...state, badEpochs: 0, factor: state.factor * settings.plateauFactor };
}

/** Decay of the average: shorter memory at the start, so that the initial weights are soon forgotten. */
export const emaDecay = (decay: number, step: number): number => Math.min(decay, (1 + step) / (10 + step));
