/** `rr bench train`: how many samples a second a training step takes in. */
import { Flags } from '@oclif/core';
import { RrError } from '../../core/errors.ts';
import { gameConfig } from '../../engine/config-key.ts';
import { specFor } from '../../models/save.ts';
import { architectureOf } from '../../net/arch/architectures.ts';
import { BOARD_BOXES } from '../../net/arch/boards.ts';
import { multiplyAdds } from '../../net/bench/cost.ts';
import { measurePeak } from '../../net/bench/peak.ts';
import { pythonWithTorch } from '../../train/bench/torch.ts';
import { benchTrain } from '../../train/bench/train-bench.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { gameFlags, gameFromFlags, secondsFlag } from '../cli/flags.ts';
import { wholeNumbers } from './numbers.ts';
import { type BenchRow, benchPresentation, benchRow } from './rows.ts';

/** Forward pass, gradient of the activations, gradient of the weights: three times the forward pass. */
const PASSES = 3;

export default class BenchTrain extends RrCommand {
  static override description =
    'Whole training steps (forward, losses of all heads, backward, AdamW) on made-up batches, in samples per ' +
    'CPU-second. The limit is three forward passes in convolution form at the multiply-adds per second measured in the ' +
    'same run. --vs-torch runs the same network, batch and threads in PyTorch (python3-torch; exit 2 without it).';

  static override examples = [
    'rr bench train --board hex8 --arch v2',
    'rr bench train --arch v2 --batches 256 --vs-torch',
  ];

  static override flags = {
    ...gameFlags,
    arch: Flags.string({ description: 'nano, small, v2, large, huge', default: 'v2', helpValue: 'NAME' }),
    batches: Flags.string({ description: 'batch sizes', default: '256', helpValue: 'LIST' }),
    moves: Flags.integer({ description: 'legal moves per position', min: 1, default: 24, helpValue: 'N' }),
    ...secondsFlag('time per case', 10),
    threads: Flags.integer({ description: 'threads of the runtime', min: 1, default: 1, helpValue: 'N' }),
    form: Flags.option({ options: ['winograd', 'conv'] as const, default: 'winograd' as const })({
      description: 'form of the training graph',
    }),
    'vs-torch': Flags.boolean({ description: 'the same in PyTorch' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(BenchTrain);
    const config = gameFromFlags(flags) ?? gameConfig('hex8', 2);
    const spec = specFor(config, architectureOf(flags.arch));
    const box = BOARD_BOXES[config.board];
    const python = flags['vs-torch'] ? await pythonWithTorch() : undefined;
    if (flags['vs-torch'] && python === undefined) {
      throw new RrError('USAGE', {
        detail: '--vs-torch needs a python3 that can import torch (Debian: python3-torch)',
      });
    }
    const peak = await measurePeak();
    const { moves, seconds, threads, form } = flags;
    const limit = peak.multiplyAddsPerSecond / (PASSES * multiplyAdds(spec, box, moves));
    const rows: BenchRow[] = [];
    for (const batch of wholeNumbers('--batches', flags.batches)) {
      if (this.stopping) break;
      const found = await benchTrain({ spec, box, batch, moves, form, seconds, threads, ...(python && { python }) });
      const row = (metric: string, value: number, unit: string, most?: number): BenchRow =>
        benchRow({
          suite: 'train',
          case: `${config.key} ${flags.arch} ${form} batch ${batch}`,
          metric,
          value,
          unit,
          limit: most,
        });
      rows.push(row('rate', found.samplesPerCpuSecond, 'samples/s/core', limit));
      rows.push(row('memory', found.rssBytes / 2 ** 20, 'MiB'));
      if (!found.torch) continue;
      rows.push(row(`torch ${found.torch.version}`, found.torch.samplesPerCpuSecond, 'samples/s/core', limit));
      rows.push(row('against torch', found.ratio ?? Number.NaN, 'times'));
    }
    await this.present(benchPresentation(rows));
    return undefined;
  }
}
