/** The flags of `rr loop`, and the settings they stand for. */
import { Flags } from '@oclif/core';
import { STAGES } from '../../control/round/stages.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { dataFlag, seedFlag } from '../cli/flags.ts';
import { providerFlags } from '../cli/provider-flags.ts';
import { knobFlags, knobSettings } from '../selfplay/search-flags.ts';

export const loopFlags = {
  ...dataFlag,
  ...seedFlag,
  config: Flags.string({
    description: 'board and players, may be given several times (default: that of this folder, or hex8_2p)',
    multiple: true,
    helpValue: 'KEY',
  }),
  quick: Flags.boolean({ description: 'one small round, a few minutes on two cores' }),
  rounds: Flags.integer({ description: 'rounds altogether', min: 1, helpValue: 'N' }),
  from: Flags.option({ options: STAGES })({ description: 'leave out the stages before this one' }),
  to: Flags.option({ options: STAGES })({ description: 'stop after this stage' }),
  skip: Flags.option({ options: STAGES, multiple: true })({
    description: 'leave out a stage; may be given several times',
  }),
  sync: Flags.boolean({
    description: 'sync with the hosts of hosts.yaml, where there is one (default)',
    allowNo: true,
    default: true,
  }),
  'if-new': Flags.integer({
    description:
      'begin a round only when so many games wait to be exported, those of other hosts included (else exit 4)',
    min: 1,
    helpValue: 'N',
  }),
  arch: Flags.string({ description: 'network to train', helpValue: 'NAME' }),
  budget: Flags.integer({ description: 'simulations of self-play searches', min: 2, helpValue: 'N' }),
  ...knobFlags,
  games: Flags.integer({ description: 'self-play games per round', min: 1, helpValue: 'N' }),
  'bootstrap-games': Flags.integer({ description: 'games of the first round', min: 1, helpValue: 'N' }),
  epochs: Flags.integer({ description: 'epochs of each training', min: 1, helpValue: 'N' }),
  'train-seconds': Flags.integer({ description: 'time for each training', min: 0, helpValue: 'N' }),
  ...providerFlags,
  batch: Flags.integer({ description: 'positions per call of the network in self-play', min: 1, helpValue: 'N' }),
  opponents: Flags.string({ description: 'who new models are measured against', helpValue: 'LIST' }),
  'gauntlet-games': Flags.integer({
    description: 'games against each of them, rounded up to every seat alike',
    min: 1,
    helpValue: 'N',
  }),
  'gauntlet-budget': Flags.integer({ description: 'simulations in gauntlets', min: 2, helpValue: 'N' }),
  auto: Flags.boolean({
    description: 'raise simulations, then games, after two rounds without an improvement',
    allowNo: true,
  }),
  'auto-promote': Flags.boolean({ description: 'promote models that pass', allowNo: true }),
  'auto-rollback': Flags.boolean({ description: 'go back when production turns out weaker', allowNo: true }),
  executor: Flags.option({ options: ['local', 'slurm'] as const })({
    description: 'slurm: self-play and gauntlets as job arrays (the nodes must see the data folder)',
  }),
  shards: Flags.integer({ description: 'tasks of a job array', min: 1, helpValue: 'N' }),
  'shard-cpus': Flags.integer({ description: 'cores of a task', min: 1, helpValue: 'N' }),
  'shard-gpus': Flags.integer({ description: 'GPUs of a task', min: 0, helpValue: 'N' }),
  'shard-seconds': Flags.integer({ description: 'longest time of a task', min: 0, helpValue: 'N' }),
  'max-seconds': Flags.integer({
    description: 'stop after this time (exit 124), 0 for no limit',
    min: 0,
    helpValue: 'N',
  }),
  'dry-run': Flags.boolean({ description: 'print the commands, run nothing' }),
  status: Flags.boolean({ description: 'print rounds and stages, run nothing' }),
};

/** `rr loop --quick`: a whole round that takes a few minutes on two cores and still gives a model worth playing. */
const QUICK_SETTINGS = {
  rounds: 1,
  'bootstrap-games': 600,
  games: 60,
  arch: 'nano',
  epochs: 4,
  opponents: 'random,heuristic',
  'gauntlet-games': 100,
  'gauntlet-budget': 32,
  budget: 32,
} as const;

/** Knobs with a value for every config; a flag sets that of the loop's own. */
const PER_CONFIG = ['games', 'bootstrap-games', 'budget'] as const;
type PerConfig = (typeof PER_CONFIG)[number];

type FlagValues = Readonly<Record<string, unknown>> & { readonly quick?: boolean } & Parameters<typeof knobSettings>[0];

/** Knobs given as flags; `--quick` is a set of them that other flags override. */
export function loopSettings(flags: FlagValues, { key }: GameConfig): Record<string, unknown> {
  const names = [
    ...(['rounds', 'arch', 'epochs', 'train-seconds', 'opponents'] as const),
    ...(['gauntlet-games', 'gauntlet-budget', 'auto', 'auto-promote', 'auto-rollback', 'provider', 'batch'] as const),
    // these two have a value when they were not given
    ...(['device', 'require-gpu'] as const).filter((name) => flags[name] !== 0 && flags[name] !== false),
    ...(['executor', 'shards', 'shard-cpus', 'shard-gpus', 'shard-seconds'] as const),
  ];
  const given = Object.fromEntries(
    names.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]]),
  );
  const quick = flags.quick === true ? QUICK_SETTINGS : undefined;
  const perConfig = (name: PerConfig) => {
    const value = flags[name] ?? quick?.[name];
    return value === undefined ? {} : { [name]: { [key]: value } };
  };
  const { games: _games, 'bootstrap-games': _bootstrap, budget: _budget, ...quickKnobs } = quick ?? {};
  const tables = PER_CONFIG.map((name) => perConfig(name));
  return Object.assign({ ...quickKnobs, ...given, ...knobSettings(flags) }, ...tables);
}
