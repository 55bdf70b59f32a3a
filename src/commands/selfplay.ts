/** `rr selfplay`: plays games and writes them as records, into a replay database, or both. */
import { availableParallelism } from 'node:os';
import { Flags } from '@oclif/core';
import { eloOfModel } from '../arena/ratings/read.ts';
import { resolveSettings } from '../config/settings.ts';
import type { Settings } from '../config/topics.ts';
import { RrError } from '../core/errors.ts';
import type { GameConfig } from '../engine/config-key.ts';
import { createRules } from '../engine/rules.ts';
import { type DataPaths, dataPaths } from '../io/paths.ts';
import { type FoundModel, findModel, productionModel } from '../models/find.ts';
import { loadModel } from '../models/load.ts';
import { BOARD_BOXES } from '../net/arch/boards.ts';
import { checkSessionMemory } from '../net/session/memory.ts';
import { type InferenceChoice, isShared, SHARED_SCHEDULERS } from '../selfplay/inference/choice.ts';
import { planRun } from '../selfplay/run/plan.ts';
import { runSelfplay } from '../selfplay/run/run.ts';
import { shardFrom, shardNote } from '../selfplay/setup/shard.ts';
import { type Outcome, RrCommand } from './cli/base.ts';
import type { ChosenProvider } from './cli/choose-provider.ts';
import { dataFlag, gameFlags, seedFlag, shardFlag } from './cli/flags.ts';
import { inferenceFlag, type ProviderFlags, providerFlags, refuseProviderFlags } from './cli/provider-flags.ts';
import { requiredGame } from './cli/usual-game.ts';
import { knobSettings, searchFlags, searchSettings } from './selfplay/search-flags.ts';

/** Flags that would do nothing where nobody searches. */
const SEARCH_ONLY = [
  ...(['budget', 'temperature', 'sample-from', 'cheap-share', 'cheap-budget', 'c-visit', 'c-scale'] as const),
  ...(['soft-resign', 'symmetry'] as const),
  ...(['games-in-flight', 'batch', 'cache', 'fork-share', 'fork-within'] as const),
];

/** Flags that have no meaning while there is no network. */
const NETWORK_ONLY = ['model', 'budget', 'provider', ...SEARCH_ONLY] as const;

export default class Selfplay extends RrCommand {
  static override description =
    'Plays games between players, with a network or without, and writes complete game records to a pipe, to a replay ' +
    'database (--out FILE.db), or to both (--out FILE.db --out -). Without --out, records go into the pipe, or on a ' +
    "terminal into the config's own database below data/games. A game depends on the seed and its index alone, so the " +
    'set of games is the same for any number of workers, any sharding, and after any interruption (--resume).';

  static override examples = [
    'rr selfplay --board hex8 --games 200 | rr export --npz',
    'rr selfplay --board square8 --games 1000 --seed 7 --out games.db',
    'rr selfplay --board square8 --games 1000 --seed 7 --out games.db --resume',
    'rr selfplay --config hex8_2p --engine gumbel --model production --budget 64 --games 500',
    'rr selfplay --config hex8_2p --model best --engine gumbel --games 500 --out data/games/hex8_2p.db',
    'rr selfplay --config hex8_3p --mix heuristic:0.7,random:0.3 --opening-moves 4 --games 50',
  ];

  static override flags = {
    ...gameFlags,
    ...seedFlag,
    ...shardFlag,
    ...dataFlag,
    games: Flags.integer({ description: 'games of the whole run, all shards together', min: 1, helpValue: 'N' }),
    engine: Flags.string({ description: 'who plays: a player, or mixed', helpValue: 'NAME' }),
    model: Flags.string({
      description:
        'network of players that need one: production, candidate, a hash, or a file; best is production, or none yet: ' +
        'then the heuristic plays',
      helpValue: 'NAME',
    }),
    budget: Flags.string({ description: 'simulations of a full search, by number or name', helpValue: 'N' }),
    ...searchFlags,
    ...providerFlags,
    ...inferenceFlag,
    mix: Flags.string({ description: 'weights to draw players by: heuristic:0.7,random:0.3', helpValue: 'LIST' }),
    'mix-by': Flags.option({ options: ['seat', 'game'] as const, default: 'seat' as const })({
      description: 'draw a player for every seat, or one for all seats of a game',
    }),
    workers: Flags.integer({ description: 'worker threads, 0 for one per core', min: 0, helpValue: 'N' }),
    'max-moves': Flags.integer({
      description: 'stop a game undecided after this many moves',
      min: 1,
      helpValue: 'N',
    }),
    'max-seconds': Flags.integer({
      description: 'stop after this time (exit 124), 0 for no limit',
      min: 0,
      helpValue: 'N',
    }),
    'swap-rule': Flags.boolean({ description: 'pie rule, two players only', allowNo: true }),
    'opening-moves': Flags.integer({ description: 'decisions at the start drawn at random', min: 0, helpValue: 'N' }),
    'fork-share': Flags.string({
      description: 'share of searched games that begin like an earlier one and leave it by a drawn move, 0 to 1',
      helpValue: 'X',
    }),
    'fork-within': Flags.integer({ description: 'last decision at which they may leave it', min: 1, helpValue: 'N' }),
    'weight-noise': Flags.string({ description: 'spread of the noise on heuristic weights, 0 to 1', helpValue: 'X' }),
    out: Flags.string({
      description: 'replay database to write to, - for records on stdout; may be given twice',
      multiple: true,
      helpValue: 'FILE.db',
    }),
    resume: Flags.boolean({ description: 'play only the games of this run that the database lacks; needs --seed' }),
    hash: Flags.option({ options: ['every', 'none'] as const, default: 'every' as const })({
      description: 'position hash after every move in the records, or none',
    }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags: typed } = await this.parse(Selfplay);
    const game = requiredGame(typed);
    const paths = dataPaths(typed.data);
    const flags = typed.model === 'best' ? await this.#best(typed, game, paths) : typed;
    if (flags['swap-rule'] && game.players > 2) {
      throw new RrError('USAGE', { detail: `--swap-rule is for two players, not for ${game.key}` });
    }
    const { settings } = resolveSettings('selfplay', {
      flags: {
        games: flags.games,
        engine: flags.engine,
        workers: flags.workers,
        'games-in-flight': flags['games-in-flight'],
        batch: flags.batch,
        cache: flags.cache,
        'max-seconds': flags['max-seconds'],
        'swap-rule': flags['swap-rule'],
        'opening-moves': flags['opening-moves'],
        'fork-share': flags['fork-share'] === undefined ? undefined : Number(flags['fork-share']),
        'fork-within': flags['fork-within'],
        'weight-noise': flags['weight-noise'] === undefined ? undefined : Number(flags['weight-noise']),
        ...knobSettings(flags),
      },
    });
    const model = flags.model === undefined ? undefined : await findModel(flags.model, game, paths);
    if (model === undefined) refuseProviderFlags(flags);
    const plan = planRun(game, settings, {
      budget: flags.budget,
      model,
      search: await searchSettings(settings, flags, async () => model && eloOfModel(paths.state, game, model.hash)),
      provider: model && (await this.#provider(flags, model, game, settings)),
      inference: flags.inference,
      forSearch: SEARCH_ONLY.filter((name) => flags[name] !== undefined && flags[name] !== false),
      engine: flags.engine,
      mix: flags.mix,
      mixBy: flags['mix-by'],
      seed: flags.seed,
      maxMoves: flags['max-moves'],
    });
    const { database, records } = this.#outputs(flags.out, paths.games(game.key));
    if (flags.resume && (database === undefined || flags.seed === undefined)) {
      throw new RrError('USAGE', { detail: '--resume needs --out FILE.db and the --seed of the run to continue' });
    }
    if (settings['max-seconds'] > 0) this.stop.limit(settings['max-seconds']);
    const shard = shardFrom(flags.shard);
    const taken = shardNote(flags.shard, shard);
    if (taken !== undefined) this.note(taken);
    await this.recordRun(paths, { config: game.key, make: database === paths.games(game.key) });
    const { exit, results, seconds } = await runSelfplay({
      plan,
      game,
      shard,
      database,
      resume: flags.resume,
      records,
      hashes: flags.hash === 'every',
      signal: this.stop.signal,
      writer: this.globals.format === 'ndjson' ? await this.records() : undefined,
      progress: (work, details) => this.progress(work, details),
      say: (text) => this.say(text),
    });
    if (!this.stopping) {
      const part = shard ? `${shard.index}/${shard.count}` : '0/1';
      const played = { selfplay: plan.run, shard: part, games: results.games, seconds };
      await this.tell('selfplay_completed', { ...played, engine: plan.engine, model: model?.hash ?? null }, game.key);
    }
    return exit;
  }

  /**
   * The flags with the model in production; before there is one, those of games without a network, so that a line of a
   * crontab works from the first day.
   */
  async #best<F extends { engine?: string | undefined }>(flags: F, game: GameConfig, paths: DataPaths): Promise<F> {
    const model = await productionModel(game, paths);
    if (model !== undefined) return { ...flags, model };
    this.note(`no model of ${game.key} is in production yet: the heuristic plays`);
    const none = Object.fromEntries(NETWORK_ONLY.map((name) => [name, undefined]));
    return { ...flags, ...none, device: 0, 'require-gpu': false, inference: 'auto', engine: undefined };
  }

  /** Checks the model before workers start: what it was made for, where it can run, whether all of it fits. */
  async #provider(
    flags: ProviderFlags & { readonly inference: InferenceChoice },
    found: FoundModel,
    game: GameConfig,
    { workers, batch }: Settings<'selfplay'>,
  ): Promise<ChosenProvider> {
    // Loaded when needed: the runtime of networks takes a while.
    const { checkModel, MOVES_PER_POSITION } = await import('../search/evaluators/network.ts');
    const { chooseProvider } = await import('./cli/choose-provider.ts');
    const model = await loadModel(found);
    checkModel(model, createRules(game.board, game.players), { hash: model.hash });
    const chosen = await chooseProvider(flags, model, game.board, (text) => this.note(text));
    const count = workers === 0 ? availableParallelism() : workers;
    const shared = isShared(flags.inference, chosen.provider);
    checkSessionMemory(model, {
      box: BOARD_BOXES[game.board],
      maxBatch: batch,
      maxMoves: batch * MOVES_PER_POSITION[game.board],
      onCpu: chosen.provider === 'cpu',
      ...(shared ? { sets: count * SHARED_SCHEDULERS } : { graphs: count }),
    });
    return chosen;
  }

  #outputs(out: readonly string[] | undefined, standard: string): { database?: string; records: boolean } {
    const table = this.globals.format === 'table';
    if (out === undefined) return table ? { database: standard, records: false } : { records: true };
    const records = out.includes('-');
    if (records && table) {
      throw new RrError('USAGE', { detail: '--out - writes records: pass --format ndjson, or pipe them somewhere' });
    }
    const databases = out.filter((name) => name !== '-');
    const [database] = databases;
    if (databases.length > 1) throw new RrError('USAGE', { detail: '--out: one database at a time' });
    if (database === undefined) return { records };
    if (database.endsWith('.db')) return { database, records };
    throw new RrError('USAGE', { detail: `--out ${database}: expected a database (FILE.db) or - for records` });
  }
}
