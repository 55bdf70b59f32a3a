/** `rr model average`: the mean of several models' weights. */
import { Args } from '@oclif/core';
import { averageModels } from '../../models/average.ts';
import { MODEL_COLUMNS, modelNamed, withStore } from '../../models/open.ts';
import { saveModel } from '../../models/save.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag, gameFlags } from '../cli/flags.ts';
import { gameOfModel } from '../cli/usual-game.ts';

export default class ModelAverage extends RrCommand {
  static override description =
    'Averages the weights of models of one config and architecture that come from one training or a common start.';

  static override examples = ['rr model average 1f3a 77c0 9d12 --config hex8_2p'];

  static override args = {
    model: Args.string({ description: 'two or more files, hashes or pointers', required: true }),
  };
  static override strict = false;

  static override flags = { ...gameFlags, ...dataFlag };

  protected async execute(): Promise<Outcome> {
    const { flags, argv } = await this.parse(ModelAverage);
    return withStore(flags.data, async (store) => {
      const models = [];
      for (const name of argv.map(String)) models.push(await modelNamed(store, name, gameOfModel(flags, name)));
      const file = await saveModel(store, averageModels(models));
      await this.present({ type: 'model', rows: [file], columns: MODEL_COLUMNS, header: { config: file.config } });
      return undefined;
    });
  }
}
