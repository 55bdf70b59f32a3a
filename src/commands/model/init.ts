/** `rr model init`: a network with fresh weights. */
import { Flags } from '@oclif/core';
import { MODEL_COLUMNS, withStore } from '../../models/open.ts';
import { newModel, saveModel, specFor } from '../../models/save.ts';
import { architectureOf } from '../../net/arch/architectures.ts';
import { initialWeights } from '../../net/arch/parameters.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag, gameFlags, seedFlag } from '../cli/flags.ts';
import { requiredGame } from '../cli/usual-game.ts';

export default class ModelInit extends RrCommand {
  static override description =
    'Puts a network with random weights into the store: something to play with before anything was learned, or a ' +
    'common start of several trainings. The same seed gives the same model.';

  static override examples = ['rr model init --board hex8 --arch small --seed 1'];

  static override flags = {
    ...gameFlags,
    ...dataFlag,
    ...seedFlag,
    arch: Flags.string({ description: 'nano, small, v2, large, huge', default: 'small', helpValue: 'NAME' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(ModelInit);
    const config = requiredGame(flags);
    const spec = specFor(config, architectureOf(flags.arch));
    const seed = flags.seed ?? 0;
    const model = newModel(config, spec, initialWeights(spec, seed), { training: { made: 'init', seed } });
    return withStore(flags.data, async (store) => {
      const file = await saveModel(store, model);
      await this.present({ type: 'model', rows: [file], columns: MODEL_COLUMNS, header: { config: config.key } });
      return undefined;
    });
  }
}
