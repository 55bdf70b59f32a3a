/** `rr bench search`: what a simulation costs, and the settings that play fastest with a network. */
import { availableParallelism } from 'node:os';
import { Flags } from '@oclif/core';
import { applyToProject } from '../../config/apply.ts';
import { RrError } from '../../core/errors.ts';
import { CONFIG_KEYS, type GameConfig, gameConfig, parseConfigKey } from '../../engine/config-key.ts';
import { createRules } from '../../engine/rules.ts';
import { modelNamed, readStore } from '../../models/open.ts';
import type { NetModel } from '../../net/arch/metadata.ts';
import { parseBudget } from '../../search/budget.ts';
import { DEFAULT_CACHE } from '../../search/evaluators/cached.ts';
import { checkModel } from '../../search/evaluators/network.ts';
import { benchSearchCost } from '../../selfplay/bench/search-cost.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { type ChosenProvider, chooseProvider } from '../cli/choose-provider.ts';
import { dataFlag, gameFlags, gameFromFlags } from '../cli/flags.ts';
import { providerFlags } from '../cli/provider-flags.ts';
import { usualGame } from '../cli/usual-game.ts';
import { freshNetwork } from './fresh-network.ts';
import { wholeNumbers } from './numbers.ts';
import { type BenchRow, benchPresentation } from './rows.ts';
import { type Advice, caseCount, measureNetwork, type NetworkBench } from './search-network.ts';
import { costRows } from './search-rows.ts';

export default class BenchSearch extends RrCommand {
  static override description =
    'CPU time per simulation of Gumbel search without a network: tree and rules, then with the encoding of every leaf ' +
    '(ratio: cost / limit, so at most 1 is within it). With --model or --arch also self-play with that network: ' +
    'simulations a second and those of them that need a value (leaves), how full batches are, the share of time in ' +
    'inference and how much the cache answers, for every batch size and number of games in flight given; then what ' +
    'the cache gains, and the fastest settings with several workers. Evaluations are held against the network alone ' +
    'on the same cores in the same seconds, several workers against one. The fastest settings are marked; --apply ' +
    'writes them into the rr.yaml of this folder. Measure on an idle machine.';

  static override examples = [
    'rr bench search',
    'rr bench search --config hex8_2p --model production',
    'rr bench search --config hex8_2p --arch v2 --batches 8,16,32 --flights 1,2,4 --apply',
  ];

  static override flags = {
    ...gameFlags,
    ...dataFlag,
    model: Flags.string({ description: 'network to play with', helpValue: 'MODEL' }),
    arch: Flags.string({
      description: 'or fresh weights: nano, small, v2, large, huge',
      exclusive: ['model'],
      helpValue: 'NAME',
    }),
    ...providerFlags,
    budget: Flags.string({ description: 'simulations per search, by number or name', default: '64', helpValue: 'N' }),
    batches: Flags.string({ description: 'batch sizes to try', default: '8,16,32', helpValue: 'LIST' }),
    flights: Flags.string({
      description: 'games in flight to try, per place of a batch',
      default: '1,2',
      helpValue: 'LIST',
    }),
    workers: Flags.string({
      description: 'numbers of workers to try (default: 1 and one per core)',
      helpValue: 'LIST',
    }),
    cache: Flags.integer({
      description: 'positions to remember, 0 for none; the fastest settings are also tried without',
      min: 0,
      default: DEFAULT_CACHE.entries,
      helpValue: 'N',
    }),
    seconds: Flags.integer({ description: 'time per case', min: 1, default: 4, helpValue: 'N' }),
    apply: Flags.boolean({ description: 'write the fastest settings into rr.yaml' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(BenchSearch);
    const withNetwork = flags.model !== undefined || flags.arch !== undefined;
    if (flags.apply && !withNetwork) {
      throw new RrError('USAGE', { detail: '--apply needs a network to measure with: --model NAME or --arch NAME' });
    }
    const named = gameFromFlags(flags);
    const config = named ?? usualGame(flags.data) ?? gameConfig('hex8', 2);
    const simulations = parseBudget(flags.budget);
    const [batches, flights] = [wholeNumbers('--batches', flags.batches), wholeNumbers('--flights', flags.flights)];
    const workers = flags.workers === undefined ? undefined : wholeNumbers('--workers', flags.workers);
    const model = withNetwork ? await this.#model(flags, config) : undefined;
    const chosen = model && (await chooseProvider(flags, model, config.board, (text) => this.note(text)));

    const configs = named || withNetwork ? [config] : CONFIG_KEYS.map(parseConfigKey);
    const rows = this.#costs(configs, simulations, flags.seconds);
    let advice: Advice | undefined;
    if (model && chosen && !this.stopping) {
      const found = await this.#play({
        config,
        label: `${config.key} ${model.metadata.architecture.name} n=${simulations}`,
        network: { model, hash: model.hash, ...chosen },
        ...{ simulations, batches, flights, cache: flags.cache, seconds: flags.seconds },
        workers: workers ?? [1, availableParallelism()],
      });
      rows.push(...found.rows);
      advice = found.advice;
    }
    if (advice && flags.apply && !this.stopping) {
      const path = await applyToProject({ selfplay: { ...advice } });
      this.note(`written into ${path}: ${JSON.stringify(advice)}`);
    }
    await this.#report(rows, model?.hash, chosen, advice);
    return undefined;
  }

  async #model(
    flags: {
      readonly model?: string | undefined;
      readonly arch?: string | undefined;
      readonly data?: string | undefined;
    },
    config: GameConfig,
  ): Promise<NetModel & { readonly hash: string }> {
    const { model: name, arch = '', data } = flags;
    if (name === undefined) return freshNetwork(config, arch);
    const model = await readStore(data, (store) => modelNamed(store, name, config.key));
    checkModel(model, createRules(config.board, config.players), { hash: model.hash });
    return model;
  }

  #costs(configs: readonly GameConfig[], simulations: number, seconds: number): BenchRow[] {
    const progress = this.progress({ label: 'simulations without a network', unit: 'configs', total: configs.length });
    const rows: BenchRow[] = [];
    try {
      for (const { key, board, players } of configs) {
        if (this.stopping) break;
        rows.push(...costRows(key, benchSearchCost(createRules(board, players), simulations, seconds)));
        progress.add();
      }
    } finally {
      progress.finish();
    }
    return rows;
  }

  async #play(bench: Omit<NetworkBench, 'stopped' | 'onCase'>) {
    const job = { ...bench, stopped: () => this.stopping, onCase: () => progress.add() };
    const progress = this.progress({ label: 'playing with the network', unit: 'cases', total: caseCount(job) });
    try {
      return await measureNetwork(job);
    } finally {
      progress.finish();
    }
  }

  async #report(
    rows: readonly BenchRow[],
    hash: string | undefined,
    chosen: ChosenProvider | undefined,
    advice: Advice | undefined,
  ): Promise<void> {
    const table = benchPresentation(rows, advice && { recommended: advice });
    const network = chosen && { model: hash, ...chosen };
    await this.present({ ...table, header: { ...table.header, ...network } });
    if (advice) {
      const settings = Object.entries(advice).map(([key, value]) => `  ${key}: ${value}`);
      this.say(`\nFastest here, for rr.yaml:\n\nselfplay:\n${settings.join('\n')}`);
    }
  }
}
