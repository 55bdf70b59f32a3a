/** `rr model verify`: hash, metadata, and whether all forms of the network answer alike. */
import { readFile } from 'node:fs/promises';
import { Args, Flags } from '@oclif/core';
import { parseConfigKey } from '../../engine/config-key.ts';
import { foreignPart } from '../../models/foreign.ts';
import { modelNamed, readStore } from '../../models/open.ts';
import { selfTest } from '../../models/verify.ts';
import { specOf } from '../../net/arch/metadata.ts';
import { unusable } from '../../net/arch/usable-weights.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag, gameFlags, gameFromFlags } from '../cli/flags.ts';

export default class ModelVerify extends RrCommand {
  static override description =
    'Hashes the contents anew, checks metadata, encoder and policy layout, compares the file with the one that rr writes ' +
    'for its weights, refuses layers that are all zero, and runs positions of random games through ' +
    'the forms the network is lowered to. Forms in fp32 have to agree within 1e-4 (exit 3 when they do not); the error ' +
    'of int8 is reported.';

  static override examples = ['rr model verify candidate --config hex8_2p', 'rr model verify *.onnx --int8'];

  static override args = {
    model: Args.string({ description: 'files, hashes or pointers', required: true }),
  };
  static override strict = false;

  static override flags = {
    ...gameFlags,
    ...dataFlag,
    positions: Flags.integer({ description: 'positions to compare', min: 1, default: 32, helpValue: 'N' }),
    int8: Flags.boolean({ description: 'also the quantised form' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags, argv } = await this.parse(ModelVerify);
    const config = gameFromFlags(flags)?.key;
    return readStore(flags.data, async (store) => {
      const rows = [];
      let faulty = 0;
      for (const name of argv.map(String)) {
        const model = await modelNamed(store, name, config);
        const difference =
          foreignPart(await readFile(model.path), model.path) ?? unusable(specOf(model.metadata), model.weights);
        if (difference !== undefined) {
          faulty++;
          this.note(`${model.path}: ${difference}`);
        }
        const { board } = parseConfigKey(model.metadata.config);
        const { forms, positions } = await selfTest(model, board, flags.positions, flags.int8 === true);
        for (const check of forms)
          rows.push({
            hash: model.hash,
            config: model.metadata.config,
            positions,
            ...check,
            ...(difference !== undefined && { difference }),
          });
      }
      const failed = rows.filter(({ exact, agrees }) => exact && !agrees).length;
      await this.present({
        type: 'verified',
        rows,
        columns: [
          { title: 'MODEL', value: (row) => row.hash.slice(0, 12) },
          { title: 'CONFIG', value: (row) => row.config },
          { title: 'FORM', value: (row) => row.form },
          { title: 'MAX |Δ LOGIT|', value: (row) => row.logits.toExponential(1) },
          { title: 'MAX |Δ VALUE|', value: (row) => row.value.toExponential(1) },
          { title: 'SAME MOVE', value: (row) => `${(100 * row.sameMove).toFixed(1)}%` },
          { title: 'OK', value: (row) => (row.exact ? (row.agrees ? 'yes' : 'NO') : '-') },
        ],
        summary: { failed, faulty },
      });
      return failed + faulty > 0 ? 3 : undefined;
    });
  }
}
