/**
 * Stages of a round. Every stage is one command of rr, built from the round's description and from what the
 * stages before it left behind, so that any stage can be repeated by hand.
 */

import { SEARCH_KNOB_NAMES } from '../../config/search-knobs.ts';
import type { Settings } from '../../config/topics.ts';
import { RrError } from '../../core/errors.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { parseTemperature } from '../../search/temperature.ts';

export const STAGES = ['selfplay', 'pull', 'export', 'train', 'gauntlet', 'promote', 'push'] as const;
export type Stage = (typeof STAGES)[number];

/** Those of a round: the two that sync are only there where it knows hosts. */
export const stagesOf = ({ hosts }: Pick<Round, 'hosts'>): Stage[] =>
  STAGES.filter((stage) => hosts !== undefined || (stage !== 'pull' && stage !== 'push'));

/** Fixed when a round begins; kept in its folder. */
export interface Round {
  readonly number: number;
  readonly config: GameConfig;
  /** Seed of the round; the stages draw theirs from it. */
  readonly seed: number;
  /** What earlier rounds have read of the store of games; games that arrived later belong to this round's export. */
  readonly read: ReadGames | undefined;
  /** In rounds that follow one of version 0.1.0, which noted a time instead: games from then on. ISO 8601. */
  readonly since: string | undefined;
  /** Hosts file of the machines that games come from and models go to; undefined: there are none. */
  readonly hosts: string | undefined;
  /** Content hash of the model that plays; undefined: the heuristic does. */
  readonly player: string | undefined;
  /** Model in production when the round began: what the new one has to beat. */
  readonly production: string | undefined;
  /** Training files of earlier rounds that are still in the window, older first. */
  readonly earlierFiles: readonly string[];
  readonly settings: Settings<'loop'>;
}

/** Games up to an arrival number of the store of that name. */
export interface ReadGames {
  readonly store: string;
  readonly until: number;
}

/** Where a round's stages read and write. */
export interface RoundPlaces {
  /** Data root, as given with --data to every command. */
  readonly root: string;
  readonly games: string;
  readonly training: string;
  readonly checkpoint: string;
  readonly gauntletGames: string;
  /** The gauntlet's record stream: what promote reads. */
  readonly verdicts: string;
}

/** Results of earlier stages. */
export interface StageResults {
  /** Content hash of the trained model. */
  readonly model: string | undefined;
}

/** Seeds of a round's stages lie side by side. */
const SEED_OF: Readonly<Record<Stage, number>> = {
  selfplay: 0,
  export: 1,
  train: 2,
  gauntlet: 3,
  promote: 4,
  pull: 5,
  push: 6,
};
/** Distance between the seeds of two rounds. */
export const SEEDS_PER_ROUND = 16;

/** Exit statuses of a stage that count as done, beside 0. */
export const DONE_CODES: Readonly<Record<Stage, readonly number[]>> = {
  /** 4: all games of the stage were there already. */
  selfplay: [4],
  export: [],
  /** 124: the time for training was used up; what was learned is a model. */
  train: [124],
  gauntlet: [4],
  /** 3: refused, with reasons; 4: the model was in production already. */
  promote: [3, 4],
  /** 6 and 75: hosts that do not answer now are asked again in the next round. */
  pull: [6, 75],
  push: [6, 75],
};

/** The arguments of a stage's command, without `rr`. */
export function stageArguments(stage: Stage, round: Round, places: RoundPlaces, results: StageResults): string[] {
  const seed = ['--seed', String(round.seed + SEED_OF[stage])];
  const common = ['--config', round.config.key, '--data', places.root];
  switch (stage) {
    case 'selfplay':
      return ['selfplay', ...common, ...seed, ...selfplayArguments(round), '--out', places.games, '--resume'];
    case 'export': {
      return ['export', '--db', places.games, ...common, ...newGames(round), '--out', places.training];
    }
    case 'train':
      return ['train', ...round.earlierFiles, places.training, ...common, ...seed, ...trainArguments(round, places)];
    case 'gauntlet':
      return ['gauntlet', ...common, ...seed, ...gauntletArguments(round, places, results)];
    case 'pull':
      return ['sync', 'pull', '--kind', 'games', '--since', 'last', ...common, ...hostsArguments(round)];
    case 'push':
      return ['sync', 'push', '--kind', 'models,results', ...common, ...hostsArguments(round)];
    case 'promote':
      return ['promote', places.verdicts, ...common, ...(round.settings['auto-promote'] ? [] : ['--dry-run'])];
  }
}

function hostsArguments({ hosts }: Round): string[] {
  if (hosts === undefined) throw new RangeError('no hosts to sync with');
  return ['--hosts', hosts];
}

function newGames({ read, since }: Round): string[] {
  if (read !== undefined) return read.until === 0 ? [] : ['--arrived', `${read.until + 1}..`];
  return since === undefined ? [] : ['--since', since];
}

function selfplayArguments({ number, player, config, settings }: Round): string[] {
  if (player === undefined) {
    return [
      ...['--games', String(settings['bootstrap-games'][config.key] ?? 0), '--engine', 'heuristic'],
      ...['--opening-moves', String(settings['bootstrap-opening-moves'])],
      ...['--weight-noise', String(settings['bootstrap-weight-noise'])],
    ];
  }
  return [
    ...['--games', String(settings.games[config.key] ?? 0), '--engine', 'gumbel'],
    ...['--model', player, '--budget', String(settings.budget[config.key] ?? 0), ...providerArguments(settings)],
    ...(settings.batch > 0 ? ['--batch', String(settings.batch)] : []),
    ...SEARCH_KNOB_NAMES.flatMap((name) => [`--${name}`, String(settings[name])]),
    ...progressArguments(number, settings),
  ];
}

/** How far the loop is, for the temperatures that go by it. */
function progressArguments(number: number, { temperature, rounds }: Settings<'loop'>): string[] {
  if (parseTemperature(String(temperature)).needs !== 'progress') return [];
  return ['--training-progress', String(Math.min(1, (number - 1) / Math.max(1, rounds - 1)))];
}

/** Where networks run, as far as it is not the CPU. */
function providerArguments(settings: Settings<'loop'>): string[] {
  const { provider, device } = settings;
  return [
    ...(provider === 'cpu' ? [] : ['--provider', provider]),
    ...(device === 0 ? [] : ['--device', String(device)]),
    ...(settings['require-gpu'] ? ['--require-gpu'] : []),
  ];
}

function trainArguments({ player, settings }: Round, { checkpoint }: RoundPlaces): string[] {
  return [
    ...(player === undefined ? ['--arch', settings.arch] : ['--init', player]),
    ...['--epochs', String(settings.epochs), '--uses', String(usesPerTraining(settings))],
    ...(settings['train-seconds'] > 0 ? ['--max-seconds', String(settings['train-seconds'])] : []),
    settings['quality-gate'] ? '--gate' : '--no-gate',
    ...['--checkpoint', checkpoint, '--resume'],
  ];
}

/** A row stays in the window for so many rounds, so each of their trainings gets its part of the uses. */
const usesPerTraining = (settings: Settings<'loop'>): number =>
  Math.max(1, Math.floor(settings.uses / settings['window-rounds']));

function gauntletArguments({ settings, production }: Round, places: RoundPlaces, { model }: StageResults): string[] {
  if (model === undefined) throw new RangeError('no model to measure');
  return [
    ...['--candidate', model],
    ...settings.opponents.split(',').flatMap((name) => ['--against', name.trim()]),
    ...(production === undefined || production === model ? [] : ['--test', production]),
    ...['--games', String(settings['gauntlet-games']), '--budget', String(settings['gauntlet-budget'])],
    ...providerArguments(settings),
    ...['--out', places.gauntletGames, '--resume'],
  ];
}

/** Stages to leave out of rounds. @throws RrError USAGE when the first comes after the last */
export function skippedStages(choice: {
  readonly from?: Stage | undefined;
  readonly to?: Stage | undefined;
  readonly skip?: readonly Stage[] | undefined;
}): ReadonlySet<Stage> {
  const first = choice.from === undefined ? 0 : STAGES.indexOf(choice.from);
  const last = choice.to === undefined ? STAGES.length - 1 : STAGES.indexOf(choice.to);
  if (first > last) throw new RrError('USAGE', { detail: `--from ${choice.from} comes after --to ${choice.to}` });
  return new Set([...STAGES.slice(0, first), ...(choice.skip ?? [])]);
}
