/** `rr loop`: from nothing to a promoted model, and on. */
import { randomInt } from 'node:crypto';
import { Flags } from '@oclif/core';
import { parseParticipant } from '../arena/participants/participant.ts';
import { resolveSettings } from '../config/settings.ts';
import type { Settings } from '../config/topics.ts';
import { type Executor, localExecutor } from '../control/loop/executor.ts';
import { Loop } from '../control/loop/loop.ts';
import type { LoopRun } from '../control/loop/loop-run.ts';
import { runRounds } from '../control/loop/run.ts';
import { SlurmExecutor } from '../control/loop/slurm.ts';
import { STAGES, type Stage } from '../control/round/stages.ts';
import { RrError } from '../core/errors.ts';
import { type GameConfig, parseConfigKey } from '../engine/config-key.ts';
import { header } from '../io/ndjson/header.ts';
import { type DataPaths, dataPaths } from '../io/paths.ts';
import { POINTERS } from '../models/audit.ts';
import { findModel } from '../models/find.ts';
import { architectureOf } from '../net/arch/architectures.ts';
import { StateDb } from '../state/database.ts';
import { withLease } from '../state/lease.ts';
import { type Outcome, RrCommand } from './cli/base.ts';
import { dataFlag, seedFlag } from './cli/flags.ts';
import { providerFlags } from './cli/provider-flags.ts';
import { QUICK_SETTINGS } from './loop/quick.ts';
import { printStatus } from './loop/status.ts';

/** Seeds drawn when none is given stay far below 2^53: rounds add to them. */
const SEED_RANGE = 2 ** 47;

export default class LoopCommand extends RrCommand {
  static override description =
    'Runs rounds of self-play, export, training, gauntlet and promotion for one config or several. The first round ' +
    'learns from games of the heuristic, later ones from games of the best model. A loop can be stopped or killed at ' +
    'any instant: the same command goes on at the first unfinished stage. Every round has a folder below runs/ with ' +
    'the exact commands, settings, seeds, versions, records and logs. Exit 0 when a model was promoted, 3 when all ' +
    'were refused, 4 when there is nothing to do.';

  static override examples = [
    'rr loop --quick',
    'rr loop --config hex8_2p --rounds 3 --max-seconds 3600',
    'rr loop --config hex8_2p --config square8_2p',
    'rr loop --config hex8_2p --executor slurm --shards 16 --shard-cpus 4',
    'rr loop --config hex8_2p --status',
    'rr loop --config hex8_2p --from train --dry-run',
  ];

  static override flags = {
    ...dataFlag,
    ...seedFlag,
    config: Flags.string({
      description: 'board and players, may be given several times (default hex8_2p)',
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
    'if-new': Flags.integer({
      description: 'begin a round only when so many games wait to be exported (else exit 4)',
      min: 1,
      helpValue: 'N',
    }),
    arch: Flags.string({ description: 'network to train', helpValue: 'NAME' }),
    budget: Flags.integer({ description: 'simulations of self-play searches', min: 2, helpValue: 'N' }),
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

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(LoopCommand);
    const configs = [...new Set(flags.config ?? ['hex8_2p'])].map(parseConfigKey);
    const paths = dataPaths(flags.data);
    if (flags.status) return printStatus(configs, paths, (report) => this.present(report));
    const skip = skippedStages(flags);
    for (const config of configs) {
      const { settings } = resolveSettings('loop', { flags: loopFlags(flags, config) });
      checkNames(settings, config, paths);
    }
    if (flags['max-seconds']) this.stop.limit(flags['max-seconds']);
    const writer = this.globals.format === 'ndjson' ? await this.records() : undefined;
    await writer?.write(header({ command: this.commandName, configs: configs.map(({ key }) => key) }));
    const run: LoopRun = {
      signal: this.stop.signal,
      dryRun: flags['dry-run'] === true,
      ifNew: flags['if-new'],
      to: flags.to,
      writer,
      say: (text) => this.say(text),
      problem: (text) => this.note(text),
      progress: (text) => (this.globals.logJson ? this.note(text) : process.stderr.write(`${text}\n`)),
      live: process.stderr.isTTY === true && !this.globals.logJson,
    };
    const outcomes: Exclude<Outcome, undefined>[] = [];
    const state = StateDb.open(paths.state);
    try {
      for (const config of configs) {
        const resolved = resolveSettings('loop', { flags: loopFlags(flags, config) });
        const seed = flags.seed ?? randomInt(SEED_RANGE);
        const loop = new Loop({ config, resolved, paths, seed, skip, executor: executorOf(resolved.settings) });
        outcomes.push(
          await withLease(state, `loop/${config.key}`, { owner: 'rr loop' }, (lease) => runRounds(loop, run, lease)),
        );
        if (this.stopping) break;
      }
    } finally {
      state.close();
    }
    await writer?.write({ type: 'summary', command: this.commandName, outcomes });
    return worst(outcomes);
  }
}

/** What a later stage would trip over, hours into the round. @throws RrError USAGE */
function checkNames(settings: Settings<'loop'>, config: GameConfig, paths: DataPaths): void {
  architectureOf(settings.arch);
  const context = {
    engine: 'gumbel',
    simulations: settings['gauntlet-budget'],
    seconds: 1,
    // what a pointer will stand at is not known yet
    findModel: (name: string) =>
      POINTERS.some((pointer) => pointer === name) ? { hash: '', path: '' } : findModel(name, config, paths),
  } as const;
  for (const name of settings.opponents.split(',')) parseParticipant(name.trim(), context);
}

const executorOf = (settings: Settings<'loop'>): Executor =>
  settings.executor === 'local'
    ? localExecutor
    : new SlurmExecutor({
        shards: settings.shards,
        cpus: settings['shard-cpus'],
        gpus: settings['shard-gpus'],
        seconds: settings['shard-seconds'],
      });

type FlagValues = Readonly<Record<string, unknown>> & { readonly quick?: boolean };

/** Knobs given as flags; `--quick` is a set of them that other flags override. */
function loopFlags(flags: FlagValues, { key }: GameConfig): Record<string, unknown> {
  const names = [
    ...(['rounds', 'arch', 'budget', 'epochs', 'train-seconds', 'opponents'] as const),
    ...(['gauntlet-games', 'gauntlet-budget', 'auto-promote', 'auto-rollback', 'provider', 'batch'] as const),
    // these two have a value when nobody gave one
    ...(['device', 'require-gpu'] as const).filter((name) => flags[name] !== 0 && flags[name] !== false),
    ...(['executor', 'shards', 'shard-cpus', 'shard-gpus', 'shard-seconds'] as const),
  ];
  const given = Object.fromEntries(
    names.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]]),
  );
  const quick = flags.quick === true ? QUICK_SETTINGS : undefined;
  const perConfig = (name: 'games' | 'bootstrap-games') => {
    const value = flags[name] ?? quick?.[name];
    return value === undefined ? {} : { [name]: { [key]: value } };
  };
  const { games: _games, 'bootstrap-games': _bootstrap, ...quickKnobs } = quick ?? {};
  return { ...quickKnobs, ...given, ...perConfig('games'), ...perConfig('bootstrap-games') };
}

function skippedStages(flags: {
  readonly from?: Stage | undefined;
  readonly to?: Stage | undefined;
  readonly skip?: readonly Stage[] | undefined;
}): ReadonlySet<Stage> {
  const first = flags.from === undefined ? 0 : STAGES.indexOf(flags.from);
  const last = flags.to === undefined ? STAGES.length - 1 : STAGES.indexOf(flags.to);
  if (first > last) throw new RrError('USAGE', { detail: `--from ${flags.from} comes after --to ${flags.to}` });
  return new Set([...STAGES.slice(0, first), ...(flags.skip ?? [])]);
}

/** Failures first, then what was achieved. */
function worst(outcomes: readonly Exclude<Outcome, undefined>[]): Outcome {
  const failed = outcomes.find((code) => code !== 0 && code !== 3 && code !== 4);
  if (failed !== undefined) return failed;
  if (outcomes.includes(0)) return 0;
  return outcomes.includes(3) ? 3 : 4;
}
