/** `rr bench targets`: how good the policy targets and results of searched games are. */
import { Args, Flags } from '@oclif/core';
import { TargetCount, type TargetFigures } from '../../control/round/target-figures.ts';
import { agreementOf, DEEP_BATCH, TargetSample } from '../../control/round-bench/deep-search.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { Random } from '../../engine/random.ts';
import { createRules } from '../../engine/rules.ts';
import { openGames } from '../../games/game/open.ts';
import { dataPaths } from '../../io/paths.ts';
import { findModel } from '../../models/find.ts';
import { loadModel } from '../../models/load.ts';
import { DEFAULT_CACHE } from '../../search/evaluators/cached.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag, gameFlags, requiredGame, seedFlag, sinceFlag } from '../cli/flags.ts';
import { providerFlags } from '../cli/provider-flags.ts';

interface TargetRow extends TargetFigures {
  readonly config: string;
  /** Targets compared with the deep search, its simulations, and the share whose best move it plays. */
  readonly positions: number;
  readonly depth: number;
  readonly agreement: number;
}

const DEFAULT_SEED = 1;

export default class BenchTargets extends RrCommand {
  static override description =
    'Reads the searched games of a database and measures what a training would learn from: the mean entropy of the ' +
    'policy targets and of their largest probability, the share of targets whose best move a far deeper search of the ' +
    'same network plays (the measure of target quality), and the share of games whose winner the root value in the ' +
    'middle of the game does not see. Exit 4 when the games carry no targets.';

  static override examples = [
    'rr bench targets --config hex8_2p --model production',
    'rr bench targets games.db --config hex8_2p --model model.onnx --positions 500 --depth 3200',
  ];

  static override args = {
    file: Args.string({ description: 'database of games (default: that of the config below data/games)' }),
  };

  static override flags = {
    ...gameFlags,
    ...dataFlag,
    ...seedFlag,
    ...sinceFlag,
    model: Flags.string({ description: 'the network that played', default: 'production', helpValue: 'NAME' }),
    ...providerFlags,
    positions: Flags.integer({ description: 'targets to search deeply', min: 1, default: 200, helpValue: 'N' }),
    depth: Flags.integer({ description: 'simulations of the deep search', min: 2, default: 1600, helpValue: 'N' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags, args } = await this.parse(BenchTargets);
    const config = requiredGame(flags);
    const paths = dataPaths(flags.data);
    const found = await findModel(flags.model, config, paths);
    const count = new TargetCount();
    const sample = new TargetSample(flags.positions, new Random(flags.seed ?? DEFAULT_SEED, 0));
    const wanted = { config: config.key, ...(flags.since !== undefined && { since: flags.since }) };
    for await (const item of openGames(args.file ?? paths.games(config.key), wanted)) {
      if (!('game' in item)) continue;
      count.add(item.game);
      sample.add(item.game);
    }
    const { figures } = count;
    if (figures.targets === 0) {
      this.note(`none of ${figures.games} games of ${config.key} carries a policy target`);
      return 4;
    }
    const agreement = await this.#agreement(sample, config, found, flags);
    const positions = sample.targets.length;
    const row: TargetRow = { config: config.key, ...figures, positions, depth: flags.depth, agreement };
    await this.present({
      type: 'targets',
      rows: [row],
      columns: [
        { title: 'CONFIG', value: ({ config: key }) => key },
        { title: 'GAMES', value: ({ games }) => games },
        { title: 'TARGETS', value: ({ targets }) => targets },
        { title: 'ENTROPY', value: ({ entropy }) => entropy.toFixed(3) },
        { title: 'LARGEST', value: ({ largest }) => largest.toFixed(3) },
        { title: `AGREES AT ${flags.depth}`, value: ({ agreement: share }) => share.toFixed(3) },
        { title: 'MISPREDICTED', value: ({ mispredicted }) => mispredicted.toFixed(3) },
      ],
      header: { config: config.key, model: found.hash },
    });
    return undefined;
  }

  async #agreement(
    { targets }: TargetSample,
    config: GameConfig,
    found: { readonly hash: string; readonly path: string },
    flags: Parameters<typeof import('../cli/choose-provider.ts').chooseProvider>[0] & { readonly depth: number },
  ): Promise<number> {
    // Loaded when needed: the runtime of networks takes a while.
    const { chooseProvider } = await import('../cli/choose-provider.ts');
    const { openNetwork, remembering } = await import('../../selfplay/workers/network.ts');
    const computing = await chooseProvider(flags, await loadModel(found), config.board, (text) => this.note(text));
    const rules = createRules(config.board, config.players);
    const place = { computing, batch: DEEP_BATCH, workerIndex: 0, inference: undefined };
    const network = remembering(await openNetwork(rules, found, place), DEFAULT_CACHE.entries);
    const progress = this.progress({ label: 'deep searches', unit: 'positions', total: targets.length });
    try {
      return await agreementOf(targets, network, {
        simulations: flags.depth,
        onSearch: (searched) => progress.add(searched),
        stopped: () => this.stopping,
      });
    } finally {
      progress.finish();
      await network.close();
    }
  }
}
