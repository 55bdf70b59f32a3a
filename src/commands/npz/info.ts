/** `rr npz info`: what a training file holds. */
import { Args, Flags } from '@oclif/core';
import { formatNumber } from '../../core/format.ts';
import { header } from '../../io/ndjson/header.ts';
import { describeNpz } from '../../io/npz/describe.ts';
import { openNpz } from '../../io/npz/reader.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';

export default class NpzInfo extends RrCommand {
  static override description =
    'Arrays, shapes, sizes and provenance of NPZ files, ours and upstream’s, without loading the data. ' +
    'Pickled objects are read by a restricted unpickler that knows NumPy arrays and plain values and refuses all else.';

  static override examples = ['rr npz info data/training/hex8_2p.npz', 'rr npz info old.npz --verify'];

  static override args = {
    file: Args.string({ description: 'NPZ file', required: true }),
  };
  static override strict = false;

  static override flags = {
    verify: Flags.boolean({ description: 'recompute every recorded checksum (reads the whole file)' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags, argv } = await this.parse(NpzInfo);
    const files = argv.map(String);
    // the directory of each, so that a file that is none is found before anything is written
    for (const file of files) (await openNpz(file)).close();
    const writer = this.globals.format === 'ndjson' ? await this.records() : undefined;
    await writer?.write(header({ command: this.commandName }));
    for (const file of files) {
      const info = await describeNpz(file, { verify: flags.verify });
      await writer?.write({ type: 'npz', ...info });
      if (!writer) await this.#show(info);
    }
    await writer?.write({ type: 'summary', command: this.commandName, files: files.length });
    return undefined;
  }

  async #show(info: Awaited<ReturnType<typeof describeNpz>>): Promise<void> {
    const { recorded, verified } = info.checksums;
    const checked = recorded === 0 ? 'no checksums' : `${recorded} checksums${verified ? ', all right' : ''}`;
    this.say(`${info.path}: ${formatNumber(info.samples)} samples, ${checked}`);
    await this.table(info.arrays, [
      { title: 'ARRAY', value: (array) => array.name },
      { title: 'TYPE', value: (array) => array.dtype },
      { title: 'SHAPE', value: (array) => `(${array.shape.join(', ')})` },
      { title: 'BYTES', value: (array) => formatNumber(array.bytes) },
      { title: 'STORED', drop: 1, value: (array) => formatNumber(array.compressedBytes) },
    ]);
    for (const [name, value] of Object.entries(info.scalars)) {
      this.say(`${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
    }
  }
}
