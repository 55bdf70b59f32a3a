/** `rr model show`: what a model file says about itself. */
import { Args } from '@oclif/core';
import { formatNumber } from '../../core/format.ts';
import { hanging } from '../../core/hanging.ts';
import { header } from '../../io/ndjson/header.ts';
import { modelNamed, modelRow, readStore } from '../../models/open.ts';
import { specOf } from '../../net/arch/metadata.ts';
import { parametersOf } from '../../net/arch/parameters.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag, gameFlags } from '../cli/flags.ts';
import { gameOfModel } from '../cli/usual-game.ts';

export default class ModelShow extends RrCommand {
  static override description = 'Architecture, origin and training figures of a model; its hash is checked on the way.';

  static override examples = ['rr model show production --config hex8_2p', 'rr model show model.onnx'];

  static override args = {
    model: Args.string({ description: 'file, hash or pointer', required: true }),
  };

  static override flags = { ...gameFlags, ...dataFlag };

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(ModelShow);
    return readStore(flags.data, async (store) => {
      const model = await modelNamed(store, args.model, gameOfModel(flags, args.model));
      const parameters = parametersOf(specOf(model.metadata)).size;
      const row = { ...modelRow(model, model.path), parameters };
      if (this.globals.format === 'ndjson') {
        const writer = await this.records();
        await writer.write(header({ command: this.commandName, config: row.config }));
        await writer.write({ type: 'model', ...row });
        await writer.write({ type: 'summary', command: this.commandName });
        return undefined;
      }
      const columns = process.stdout.columns || Number.POSITIVE_INFINITY;
      for (const [name, value] of Object.entries(row)) {
        this.say(hanging(`${name.padEnd(13)} `, readable(value), columns));
      }
      return undefined;
    });
  }
}

/** `{channels: 96, head: {size: 32}}` → `channels 96, head (size 32)` */
function readable(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : formatNumber(value);
  if (Array.isArray(value)) return value.map(readable).join(' ');
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(([name, field]) =>
    typeof field === 'object' && field !== null ? `${name} (${readable(field)})` : `${name} ${readable(field)}`,
  );
  return fields.join(', ');
}
