/** `rr bench round`: what one round of the loop gains under different settings. */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { resolveSettings } from '../../config/settings.ts';
import type { RoundBench } from '../../control/round-bench/arm-stages.ts';
import { readArms } from '../../control/round-bench/arms.ts';
import { type ArmOutcome, outcomeOf } from '../../control/round-bench/outcome.ts';
import { runArm } from '../../control/round-bench/run-arm.ts';
import { requireFile } from '../../io/missing-file.ts';
import { dataPaths } from '../../io/paths.ts';
import { sideBySide } from '../../io/task-list.ts';
import { findModel } from '../../models/find.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag, gameFlags, requiredGame, seedFlag } from '../cli/flags.ts';
import type { Column } from '../cli/render.ts';
import { machine } from './rows.ts';

const DEFAULT_SEED = 1;

export default class BenchRound extends RrCommand {
  static override description =
    'Plays one round of the loop from one model under several settings and measures what each gains: games by the ' +
    'model, a training on them and on earlier files, paired games of the result against the model. An arm of --arms ' +
    'is a name with the flags of rr selfplay and rr train that differ from the settings of the loop. Arms run side by ' +
    'side, one core each, every stage as a process of its own with records, log and exact command in OUT/ARM. Rerun ' +
    'the same command to resume after a stop or a crash. Exit 6 when an arm failed.';

  static override examples = [
    'rr bench round --config hex8_2p --model production --arms arms.yaml --window data/training/hex8_2p-round-0003.npz --out bench',
  ];

  static override flags = {
    ...gameFlags,
    ...dataFlag,
    ...seedFlag,
    model: Flags.string({
      description: 'the model that every arm starts from and plays against',
      default: 'production',
      helpValue: 'NAME',
    }),
    arms: Flags.string({ description: 'the arms, a YAML file', required: true, helpValue: 'FILE.yaml' }),
    window: Flags.string({
      description: 'training file of an earlier round, may be given several times, older first',
      multiple: true,
      helpValue: 'FILE.npz',
    }),
    out: Flags.string({ description: 'folder of the bench', required: true, helpValue: 'DIR' }),
    games: Flags.integer({ description: 'games against the model', min: 2, default: 400, helpValue: 'N' }),
    positions: Flags.integer({ description: 'targets to search deeply', min: 1, default: 200, helpValue: 'N' }),
    depth: Flags.integer({ description: 'simulations of the deep search', min: 2, default: 1600, helpValue: 'N' }),
    parallel: Flags.integer({ description: 'arms at a time (default: one per core)', min: 1, helpValue: 'N' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(BenchRound);
    const config = requiredGame(flags);
    const arms = readArms(flags.arms, {
      selfplay: await this.#flagsOf('selfplay'),
      train: await this.#flagsOf('train'),
    });
    const window = (flags.window ?? []).map((path) => resolve(path));
    for (const path of window) requireFile(path);
    const out = resolve(flags.out);
    mkdirSync(out, { recursive: true });
    const bench: RoundBench = {
      config,
      settings: resolveSettings('loop').settings,
      seed: flags.seed ?? DEFAULT_SEED,
      frozen: await frozenIn(out, await findModel(flags.model, config, dataPaths(flags.data))),
      window,
      ...{ games: flags.games, positions: flags.positions, depth: flags.depth },
    };
    const failed: string[] = [];
    const options = { title: ({ name }: { name: string }) => name, live: this.live };
    await sideBySide(arms, { ...options, maxParallel: flags.parallel ?? availableParallelism() }, async (arm, show) => {
      const failure = await runArm(bench, arm, join(out, arm.name), { signal: this.stop.signal, show });
      if (failure === undefined) return undefined;
      failed.push(arm.name);
      this.note(`${arm.name}: ${failure}; its logs: ${join(out, arm.name)}`);
      return failure;
    });
    await this.present({
      type: 'bench',
      rows: arms.map(({ name }) => ({ suite: 'round', case: config.key, ...outcomeOf(name, join(out, name)) })),
      columns: COLUMNS,
      header: { config: config.key, seed: bench.seed, machine: machine(), window: window.length },
      ...(failed.length > 0 && { summary: { failed } }),
    });
    return failed.length > 0 ? 6 : undefined;
  }

  /** Flags of another command. */
  async #flagsOf(name: string): Promise<string[]> {
    const { default: command } = (await this.catalogue.commands.find((entry) => entry.name === name)?.load()) ?? {};
    return Object.keys(command?.flags ?? {});
  }
}

/** A copy of the model, so that the bench can be resumed when the store has moved on. */
async function frozenIn(out: string, found: { readonly hash: string; readonly path: string }): Promise<string> {
  const path = join(out, `${found.hash}.onnx`);
  if (!existsSync(path)) copyFileSync(found.path, path);
  return path;
}

const percent = (share: number | null | undefined): string => (share == null ? '' : (100 * share).toFixed(1));
const fixed = (value: number | null | undefined): string => value?.toFixed(3) ?? '';

const COLUMNS: readonly Column<ArmOutcome>[] = [
  { title: 'ARM', value: ({ arm }) => arm },
  { title: 'TARGETS', value: ({ targets }) => targets?.targets },
  { title: 'ENTROPY', value: ({ targets }) => fixed(targets?.entropy) },
  { title: 'LARGEST', value: ({ targets }) => fixed(targets?.largest) },
  { title: 'AGREES %', value: ({ targets }) => percent(targets?.agreement) },
  { title: 'MISPREDICTED %', value: ({ targets }) => percent(targets?.mispredicted) },
  { title: 'POLICY LOSS', value: ({ losses }) => fixed(losses?.policy) },
  { title: 'TOP-1 %', value: ({ losses }) => percent(losses?.top1) },
  { title: 'VALUE ACC %', value: ({ losses }) => percent(losses?.valueAccuracy) },
  {
    title: 'STRENGTH %',
    value: ({ strength }) =>
      strength &&
      `${percent(strength.score)} (${percent(strength.low)}–${percent(strength.high)}) of ${strength.games}`,
  },
  { title: 'CPU S', value: ({ cpuSeconds }) => cpuSeconds?.toFixed(0) },
];
