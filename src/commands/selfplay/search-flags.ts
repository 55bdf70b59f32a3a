/** Flags of players that search: how they explore, and how their evaluations are batched. */
import { Flags } from '@oclif/core';
import { RrError } from '../../core/errors.ts';
import { parseBudget } from '../../search/budget.ts';
import { informed, parseTemperature, type TemperatureFacts } from '../../search/temperature.ts';
import { DEFAULT_SEARCH, type SearchSettings } from '../../selfplay/setup/search-settings.ts';
import { parseShare } from '../cli/flags.ts';

export const searchFlags = {
  temperature: Flags.string({
    description: 'how boldly moves are sampled: a preset (alphazero, default, robust, off, …) or 0 to 2',
    default: DEFAULT_SEARCH.temperature,
    helpValue: 'NAME',
  }),
  'model-elo': Flags.integer({
    description: 'rating that elo_adaptive goes by (default: that of the model, from rr elo)',
    helpValue: 'N',
  }),
  'training-progress': Flags.string({
    description: 'how far the whole training is, 0 to 1, which curriculum goes by',
    helpValue: 'X',
  }),
  'sample-from': Flags.option({ options: ['visits', 'improved'] as const, default: 'visits' as const })({
    description: 'what gumbel samples from',
  }),
  'cheap-share': Flags.string({
    description: 'share of decisions of gumbel with a cheap search and no policy target, 0 to 1 (default 2/3)',
    helpValue: 'X',
  }),
  'cheap-budget': Flags.string({ description: 'simulations of a cheap search (default: a quarter)', helpValue: 'N' }),
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
  readonly temperature: string;
  readonly 'model-elo'?: number | undefined;
  readonly 'training-progress'?: string | undefined;
  readonly 'sample-from': SearchSettings['sampleFrom'];
  readonly 'cheap-share'?: string | undefined;
  readonly 'cheap-budget'?: string | undefined;
  readonly 'policy-plies': number;
  readonly 'soft-resign': boolean;
  readonly symmetry: boolean;
}

type EloOfModel = () => Promise<number | undefined>;

/** `eloOfModel` is asked when the temperature needs it and no flag says it. @throws RrError USAGE, SEARCH_BUDGET */
export async function searchSettings(flags: SearchFlags, eloOfModel: EloOfModel): Promise<SearchSettings> {
  const { 'cheap-share': share, 'cheap-budget': budget } = flags;
  return {
    temperature: flags.temperature,
    sampleFrom: flags['sample-from'],
    cheapShare: share === undefined ? DEFAULT_SEARCH.cheapShare : parseShare('--cheap-share', share),
    cheapSimulations: budget === undefined ? null : parseBudget(budget),
    policyPlies: flags['policy-plies'],
    softResign: flags['soft-resign'],
    symmetry: flags.symmetry,
    ...(await temperatureFacts(flags, eloOfModel)),
  };
}

/** What the temperature has to know of the run. */
async function temperatureFacts(flags: SearchFlags, eloOfModel: EloOfModel): Promise<TemperatureFacts> {
  const { temperature: name, 'model-elo': elo, 'training-progress': progress } = flags;
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
