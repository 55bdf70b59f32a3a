/** `rr model transfer`: a model of one game as the start of one for another. */
import { Args, Flags } from '@oclif/core';
import { parseConfigKey } from '../../engine/config-key.ts';
import { MODEL_COLUMNS, modelNamed, withStore } from '../../models/open.ts';
import { saveModel } from '../../models/save.ts';
import { transferModel } from '../../models/transfer.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag, gameFlags } from '../cli/flags.ts';
import { gameOfModel } from '../cli/usual-game.ts';

export default class ModelTransfer extends RrCommand {
  static override description =
    'Makes a model for another number of players or another board of the same family: all weights are kept but those ' +
    'of the heads that have a place per seat, where new opponents start as copies of the last one.';

  static override examples = [
    'rr model transfer production --config hex8_2p --to hex8_3p',
    'rr model transfer m.onnx --to hexagonal_2p',
  ];

  static override args = {
    model: Args.string({ description: 'file, hash or pointer', required: true }),
  };

  static override flags = {
    ...gameFlags,
    ...dataFlag,
    to: Flags.string({ description: 'the game of the new model: hex8_3p', required: true, helpValue: 'KEY' }),
  };

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(ModelTransfer);
    const target = parseConfigKey(flags.to);
    return withStore(flags.data, async (store) => {
      const source = await modelNamed(store, args.model, gameOfModel(flags, args.model));
      const file = await saveModel(store, transferModel(source, target));
      const header = { config: target.key, model: source.hash };
      await this.present({ type: 'model', rows: [file], columns: MODEL_COLUMNS, header });
      return undefined;
    });
  }
}
