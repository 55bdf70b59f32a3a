/** `rr gauntlet`: measures a model, or any player, against opponents. */
import { Flags } from '@oclif/core';
import { planGauntlet } from '../arena/gauntlet/plan.ts';
import { resolveSettings } from '../config/settings.ts';
import { RrError } from '../core/errors.ts';
import { dataPaths } from '../io/paths.ts';
import { shardNote } from '../selfplay/setup/shard.ts';
import type { Outcome } from './cli/base.ts';
import { dataFlag, gameFlags, seedFlag, shardFlag } from './cli/flags.ts';
import { inferenceFlag, providerFlags } from './cli/provider-flags.ts';
import { requiredGame } from './cli/usual-game.ts';
import { GauntletCommand } from './gauntlet/command.ts';
import { computingOf } from './gauntlet/computing.ts';
import { gauntletCommand } from './gauntlet/run.ts';

export default class Gauntlet extends GauntletCommand {
  static override description =
    'Plays a candidate against opponents from short random openings, every seat from the same opening: pairs for two ' +
    'players, full rotations for three and four. Writes a match record per game and a verdict per opponent, with ' +
    'Wilson intervals and results by seat and ending; results count for the ratings (rr elo). --test measures an ' +
    'opponent by a sequential test instead of a fixed number of games. With --out FILE.db the games are kept and an ' +
    'interrupted gauntlet can be continued with --resume. A --shard plays its part of the games against --against; ' +
    'the shards merged (rr db merge) and the same command with --resume and without --shard give the verdicts.';

  static override examples = [
    'rr gauntlet --config hex8_2p --candidate 3fa2b19c --games 200',
    'rr gauntlet --config hex8_2p --against random --against heuristic --budget 32 | rr promote -',
    'rr gauntlet --config hex8_2p --test production --out gauntlet.db --seed 7',
    "rr gauntlet --config hex8_2p --candidate heuristic --against cmd:'python3 examples/random-bot.py'",
  ];

  static override flags = {
    ...gameFlags,
    ...dataFlag,
    ...seedFlag,
    ...shardFlag,
    candidate: Flags.string({
      description: 'who is measured: candidate, production, a hash, a file, or a player; MODEL@ENGINE:BUDGET',
      default: 'candidate',
      helpValue: 'NAME',
    }),
    against: Flags.string({
      description: 'opponent, may be given several times: a player, heuristic_strong, mcts_light, a model, cmd:PROGRAM',
      multiple: true,
      helpValue: 'NAME',
    }),
    test: Flags.string({
      description: 'opponent for a sequential test (elo0, elo1, alpha, beta), may be given several times',
      multiple: true,
      helpValue: 'NAME',
    }),
    games: Flags.integer({
      description: 'games against each opponent, rounded up to every seat alike',
      min: 1,
      helpValue: 'N',
    }),
    engine: Flags.string({
      description: 'how networks play: gumbel, mcts, nn-descent, policy-only',
      helpValue: 'NAME',
    }),
    budget: Flags.string({ description: 'simulations per move of networks', helpValue: 'N' }),
    'opening-moves': Flags.integer({ description: 'random moves at the start', min: 0, helpValue: 'N' }),
    'max-moves': Flags.integer({ description: 'stop a game undecided after this many moves', min: 1, helpValue: 'N' }),
    elo0: Flags.string({ description: 'lower bound of --test, normalised Elo', helpValue: 'X' }),
    elo1: Flags.string({ description: 'upper bound of --test, normalised Elo', helpValue: 'X' }),
    alpha: Flags.string({ description: 'probability of accepting at elo0', helpValue: 'X' }),
    beta: Flags.string({ description: 'probability of rejecting at elo1', helpValue: 'X' }),
    'test-games': Flags.integer({ description: 'most games of --test', min: 1, helpValue: 'N' }),
    'move-seconds': Flags.string({ description: 'time for a move of a program', helpValue: 'X' }),
    ...providerFlags,
    ...inferenceFlag,
    workers: Flags.integer({ description: 'worker threads, 0 for one per core', min: 0, helpValue: 'N' }),
    'max-seconds': Flags.integer({
      description: 'stop after this time (exit 124), 0 for no limit',
      min: 0,
      helpValue: 'N',
    }),
    out: Flags.string({ description: 'replay database to keep the games in', helpValue: 'FILE.db' }),
    resume: Flags.boolean({ description: 'play only the games that the database lacks; needs --seed and --out' }),
    record: Flags.boolean({
      description: 'add the results to those that ratings are computed from',
      allowNo: true,
      default: true,
    }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Gauntlet);
    const config = requiredGame(flags);
    if (flags.resume && (flags.out === undefined || flags.seed === undefined)) {
      throw new RrError('USAGE', { detail: '--resume needs --out FILE.db and the --seed of the gauntlet to continue' });
    }
    const players = `${config.players}p`;
    const { settings } = resolveSettings('gauntlet', {
      flags: {
        engine: flags.engine,
        budget: flags.budget,
        'opening-moves': flags['opening-moves'],
        workers: flags.workers,
        'max-seconds': flags['max-seconds'],
        elo0: numeric(flags.elo0),
        elo1: numeric(flags.elo1),
        alpha: numeric(flags.alpha),
        beta: numeric(flags.beta),
        'test-games': flags['test-games'],
        'move-seconds': numeric(flags['move-seconds']),
        ...(flags.games !== undefined && { games: { [players]: flags.games } }),
      },
    });
    const paths = dataPaths(flags.data);
    const plan = await planGauntlet(config, settings, paths, flags);
    const taken = shardNote(flags.shard, plan.shard);
    if (taken !== undefined) this.note(taken);
    if (settings['max-seconds'] > 0) this.stop.limit(settings['max-seconds']);
    await this.recordRun(paths, { config: config.key, make: flags.record });
    const face = await this.face();
    const { played, verdicts } = await gauntletCommand({
      ...face,
      plan,
      computing: await computingOf(flags, plan, face.hint),
      database: flags.out,
      resume: flags.resume,
      workers: settings.workers,
      state: flags.record ? paths.state : undefined,
    });
    await this.tellVerdicts(verdicts);
    return flags.resume && played === 0 && !this.stopping ? 4 : 0;
  }
}

function numeric(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
