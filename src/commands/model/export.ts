/** `rr model export`: a verified copy of a model for other programs. */
import { readFile } from 'node:fs/promises';
import { Args } from '@oclif/core';
import { RrError } from '../../core/errors.ts';
import { writeFileAtomic } from '../../io/atomic.ts';
import { foreignPart } from '../../models/foreign.ts';
import { MODEL_COLUMNS, modelNamed, readStore } from '../../models/open.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag, gameFlags, gameFromFlags } from '../cli/flags.ts';
import { outFile } from '../cli/out-file.ts';

export default class ModelExport extends RrCommand {
  static override description =
    'Copies a model out of the store under a name of its own. The file is plain ONNX in convolution form: any ONNX ' +
    'tool opens it; docs/encoding.md says what goes in and out. A file whose graph is not the one that rr writes for its ' +
    'weights is refused (exit 5): other tools would run that graph.';

  static override examples = ['rr model export production --config hex8_2p --out hex8.onnx'];

  static override args = {
    model: Args.string({ description: 'file, hash or pointer', required: true }),
  };

  static override flags = {
    ...gameFlags,
    ...dataFlag,
    out: outFile('--out')({ description: 'where to', required: true, helpValue: 'FILE' }),
  };

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(ModelExport);
    return readStore(flags.data, async (store) => {
      const model = await modelNamed(store, args.model, gameFromFlags(flags)?.key);
      const bytes = await readFile(model.path);
      const detail = foreignPart(bytes, model.path);
      if (detail !== undefined) throw new RrError('MODEL_FOREIGN', { where: model.path, detail });
      await writeFileAtomic(flags.out, bytes);
      const row = { config: model.metadata.config, hash: model.hash, path: flags.out };
      await this.present({ type: 'model', rows: [row], columns: MODEL_COLUMNS, header: { config: row.config } });
      return undefined;
    });
  }
}
