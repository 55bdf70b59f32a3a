/** Flags of players that search: how they explore, and how their evaluations are batched. */
import { Flags } from '@oclif/core';
import type { Settings } from '../../config/topics.ts';
import { RrError } from '../../core/errors.ts';
import { parseBudget } from '../../search/budget.ts';
import { informed, parseTemperature, type TemperatureFacts } from '../../search/temperature.ts';
import { DEFAULT_SEARCH, type SearchSettings, scaleSetting } from '../../selfplay/setup/search-settings.ts';
import { parseShare } from '../cli/flags.ts';

/** Flags of the knobs that self-play and the loop share (config/search-knobs.ts). */
export const knobFlags = {
  temperature: Flags.string({
    description: 'how boldly moves are sampled: a preset (alphazero, default, robust, off, …) or 0 to 2',
    helpValue: 'NAME',
  }),
  'sample-from': Flags.option({ options: ['visits', 'improved'] as const })({
    description: 'what gumbel samples from',
  }),
  'cheap-share': Flags.string({
    description: 'share of decisions of gumbel with a cheap search and no policy target, 0 to 1',
    helpValue: 'X',
  }),
  'cheap-budget': Flags.string({
    description: 'simulations of a cheap search, 0 for a quarter of the budget',
    helpValue: 'N',
  }),
  'c-visit': Flags.string({ description: 'gumbel: constant that is added to the visits in σ', helpValue: 'X' }),
  'c-scale': Flags.string({ description: 'gumbel: scale of σ, smaller for softer policy targets', helpValue: 'X' }),
};

type Knob = keyof typeof knobFlags;

/** The knobs as settings: what was given, numbers as numbers. */
export function knobSettings(flags: Readonly<Partial<Record<Knob, string | undefined>>>): Record<string, unknown> {
  const numeric = (name: Knob): number | undefined => (flags[name] === undefined ? undefined : Number(flags[name]));
  return {
    temperature: flags.temperature,
    'sample-from': flags['sample-from'],
    'cheap-share': numeric('cheap-share'),
    'cheap-budget': flags['cheap-budget'] === '0' ? 0 : flags['cheap-budget'],
    'c-visit': numeric('c-visit'),
    'c-scale': numeric('c-scale'),
  };
}

export const searchFlags = {
  ...knobFlags,
  'model-elo': Flags.integer({
    description: 'rating that elo_adaptive goes by (default: that of the model, from rr elo)',
    helpValue: 'N',
  }),
  'training-progress': Flags.string({
    description: 'how far the whole training is, 0 to 1, which curriculum goes by',
    helpValue: 'X',
  }),
  'policy-plies': Flags.integer({
    description: 'mean number of opening decisions of gumbel drawn from the bare policy',
    min: 0,
    default: DEFAULT_SEARCH.policyPlies,
    helpValue: 'N',
  }),
  'soft-resign': Flags.boolean({ description: 'finish decided games of gumbel with cheap searches' }),
  symmetry: Flags.boolean({ description: 'show networks each position under a symmetry of the board' }),
  'games-in-flight': Flags.integer({ description: 'searched games at a time per worker', min: 1, helpValue: 'N' }),
  batch: Flags.integer({ description: 'positions per call of the network', min: 1, helpValue: 'N' }),
  cache: Flags.integer({ description: 'evaluations a worker remembers, 0 for none', min: 0, helpValue: 'N' }),
};

interface SearchFlags {
  readonly 'model-elo'?: number | undefined;
  readonly 'training-progress'?: string | undefined;
  readonly 'policy-plies': number;
  readonly 'soft-resign': boolean;
  readonly symmetry: boolean;
}

type EloOfModel = () => Promise<number | undefined>;

/** `eloOfModel` is asked when the temperature needs it and no flag says it. @throws RrError USAGE, SEARCH_BUDGET */
export async function searchSettings(
  settings: Settings<'selfplay'>,
  flags: SearchFlags,
  eloOfModel: EloOfModel,
): Promise<SearchSettings> {
  const temperature = String(settings.temperature);
  const { 'cheap-budget': cheapBudget, 'c-visit': cVisit, 'c-scale': cScale } = settings;
  return {
    temperature,
    sampleFrom: settings['sample-from'],
    cheapShare: settings['cheap-share'],
    cheapSimulations: cheapBudget === 0 ? null : parseBudget(String(cheapBudget)),
    policyPlies: flags['policy-plies'],
    softResign: flags['soft-resign'],
    symmetry: flags.symmetry,
    ...scaleSetting({ cVisit, cScale }),
    ...(await temperatureFacts(temperature, flags, eloOfModel)),
  };
}

/** What the temperature has to know of the run. */
async function temperatureFacts(name: string, flags: SearchFlags, eloOfModel: EloOfModel): Promise<TemperatureFacts> {
  const { 'model-elo': elo, 'training-progress': progress } = flags;
  const preset = parseTemperature(name);
  const { needs } = preset;
  const unused = needs !== 'elo' && elo !== undefined ? '--model-elo' : '--training-progress';
  if ((needs !== 'elo' && elo !== undefined) || (needs !== 'progress' && progress !== undefined)) {
    throw new RrError('USAGE', { detail: `${unused}: temperature '${name}' does not go by it` });
  }
  const found = needs === 'elo' ? (elo ?? (await eloOfModel())) : undefined;
  const facts = {
    ...(found !== undefined && { elo: found }),
    ...(progress !== undefined && { progress: parseShare('--training-progress', progress) }),
  };
  informed(preset, name, facts);
  return facts;
}
