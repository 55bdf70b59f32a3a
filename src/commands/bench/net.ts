/** `rr bench net`: how many positions a second a network answers, by form and batch size. */
import { Flags } from '@oclif/core';
import { RrError } from '../../core/errors.ts';
import { gameConfig } from '../../engine/config-key.ts';
import { modelNamed, readStore } from '../../models/open.ts';
import { newModel, specFor } from '../../models/save.ts';
import { selfTest, testPlanes } from '../../models/verify.ts';
import { architectureOf } from '../../net/arch/architectures.ts';
import { BOARD_BOXES } from '../../net/arch/boards.ts';
import { initialWeights } from '../../net/arch/parameters.ts';
import { benchNet } from '../../net/bench/net-bench.ts';
import { FORM_NAMES } from '../../net/lower/lower.ts';
import { PROVIDERS } from '../../net/session/session.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag, gameFlags, gameFromFlags, secondsFlag } from '../cli/flags.ts';
import { usualGame } from '../cli/usual-game.ts';
import { wholeNumbers } from './numbers.ts';
import { type BenchRow, benchPresentation, benchRow } from './rows.ts';

export default class BenchNet extends RrCommand {
  static override description =
    'Positions per CPU-second of every form a network can run in. The limit is what the convolution form would reach ' +
    'at the multiply-adds per second measured in the same run; a form that needs fewer multiplications may pass it. ' +
    'For int8 the error on positions of random games is measured too.';

  static override examples = [
    'rr bench net --board hex8 --arch v2',
    'rr bench net --model production --config hex8_2p --batches 1,16,64',
  ];

  static override flags = {
    ...gameFlags,
    ...dataFlag,
    arch: Flags.string({ description: 'nano, small, v2, large, huge (default v2)', helpValue: 'NAME' }),
    model: Flags.string({
      description: 'a model to measure instead of fresh weights',
      helpValue: 'MODEL',
      exclusive: ['arch'],
    }),
    forms: Flags.string({
      description: `of ${FORM_NAMES.join(', ')}`,
      default: 'conv,winograd,int8',
      helpValue: 'LIST',
    }),
    batches: Flags.string({ description: 'batch sizes', default: '1,16,64', helpValue: 'LIST' }),
    moves: Flags.integer({ description: 'legal moves per position', min: 1, default: 24, helpValue: 'N' }),
    ...secondsFlag('time per case', 3),
    threads: Flags.integer({ description: 'threads of the runtime', min: 1, default: 1, helpValue: 'N' }),
    provider: Flags.option({ options: PROVIDERS, default: 'cpu' as const })({ description: 'who computes' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(BenchNet);
    const config = gameFromFlags(flags) ?? usualGame(flags.data) ?? gameConfig('hex8', 2);
    const spec = specFor(config, architectureOf(flags.arch ?? 'v2'));
    const name = flags.model;
    const model =
      name === undefined
        ? newModel(config, spec, initialWeights(spec, 1), { training: { made: 'init' } })
        : await readStore(flags.data, (store) => modelNamed(store, name, config.key));
    const wanted = flags.forms.split(',');
    const unknown = wanted.find((form) => !FORM_NAMES.some((known) => known === form));
    if (unknown !== undefined) {
      throw new RrError('USAGE', { detail: `--forms: no form '${unknown}'; there are ${FORM_NAMES.join(', ')}` });
    }
    const forms = FORM_NAMES.filter((form) => wanted.includes(form));
    const batches = wholeNumbers('--batches', flags.batches);
    const label = `${config.key} ${model.metadata.architecture.name}`;
    const row = (of: string, metric: string, value: number, unit: string, limit?: number): BenchRow =>
      benchRow({ suite: 'net', case: `${label} ${of}`, metric, value, unit, limit });
    const rows: BenchRow[] = [];
    const progress = this.progress({ label: 'measuring', unit: 'cases', total: forms.length * batches.length });
    try {
      const { moves, seconds, threads, provider } = flags;
      const samples = testPlanes(config.board, config.players, 64, 2);
      const box = BOARD_BOXES[config.board];
      for await (const found of benchNet({ model, box, forms, batches, moves, seconds, threads, provider, samples })) {
        rows.push(
          row(
            `${found.form} batch ${found.batch}`,
            'rate',
            found.positionsPerCpuSecond,
            'positions/s/core',
            found.limit,
          ),
        );
        progress.add();
        if (this.stopping) break;
      }
      if (forms.includes('int8')) rows.push(...(await this.#errors(row, model, config.board)));
    } finally {
      progress.finish();
    }
    await this.present(benchPresentation(rows));
    return undefined;
  }

  async #errors(
    row: (of: string, metric: string, value: number, unit: string) => BenchRow,
    model: Parameters<typeof selfTest>[0],
    board: Parameters<typeof selfTest>[1],
  ): Promise<BenchRow[]> {
    const { forms } = await selfTest(model, board, 64, true);
    return forms.flatMap(({ form, logits, value, sameMove }) => [
      row(form, 'largest policy error', logits, 'logits'),
      row(form, 'largest value error', value, 'win share'),
      row(form, 'same best move', sameMove, 'share'),
    ]);
  }
}
