/** How players that search play when they generate data: plain data, part of a run's identity. */
import { PAPER_SCALE, type SigmaScale } from '../../search/gumbel/completed-q.ts';
import type { PlayerResources } from '../../search/players/registry.ts';
import { DEFAULT_SOFT_RESIGN } from '../../search/schedule/soft-resign.ts';
import { informed, parseTemperature } from '../../search/temperature.ts';

export interface SearchSettings {
  /** A preset of temperature.ts, or a number. */
  readonly temperature: string;
  /** What a temperature above 0 samples from. */
  readonly sampleFrom: 'visits' | 'improved';
  /** Share of decisions with a cheap search, which gives no policy target; 0 switches playout-cap randomisation off. */
  readonly cheapShare: number;
  /** Simulations of a cheap search; null: a quarter of the full one, at least 8. */
  readonly cheapSimulations: number | null;
  /** Mean number of opening decisions drawn from the bare policy. */
  readonly policyPlies: number;
  /** Games that look decided are finished with cheap searches. */
  readonly softResign: boolean;
  /** Networks see each position under a symmetry that follows from it. */
  readonly symmetry: boolean;
  /** σ of Gumbel searches; absent: the paper's, so that a run of before the setting keeps its identity. */
  readonly scale?: SigmaScale;
  /** For temperatures that need them: rating of who plays, and how far the whole training is, 0 to 1. */
  readonly elo?: number;
  readonly progress?: number;
}

export const DEFAULT_SEARCH: SearchSettings = {
  temperature: 'alphazero',
  sampleFrom: 'improved',
  cheapShare: 2 / 3,
  cheapSimulations: null,
  policyPlies: 2,
  softResign: false,
  symmetry: false,
};

/** The scale as a run's identity holds it. */
export const scaleSetting = (scale: SigmaScale): Pick<SearchSettings, 'scale'> =>
  scale.cVisit === PAPER_SCALE.cVisit && scale.cScale === PAPER_SCALE.cScale ? {} : { scale };

const LEAST_CHEAP = 8;

/**
 * Resources for createPlayer that make data generators of players; `full` is the budget of a full search.
 * @throws RrError USAGE for a temperature that cannot work
 */
export function generatorOptions(
  settings: SearchSettings,
  full: number,
): Pick<PlayerResources, 'temperature' | 'selfplay'> {
  const { sampleFrom, cheapShare, cheapSimulations, policyPlies, softResign, scale } = settings;
  const temperature = informed(parseTemperature(settings.temperature), settings.temperature, settings);
  const simulations = cheapSimulations ?? Math.max(LEAST_CHEAP, Math.round(full / 4));
  return {
    temperature,
    selfplay: {
      ...(cheapShare > 0 && { cheap: { simulations, share: cheapShare } }),
      temperature,
      sampleFrom,
      policyPlies,
      ...(softResign && { softResign: DEFAULT_SOFT_RESIGN }),
      ...(scale && { scale }),
    },
  };
}
