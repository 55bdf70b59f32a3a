/** What the commands that play a gauntlet have in common: where it shows itself. */
import { RrCommand } from '../cli/base.ts';
import type { GauntletFace } from './run.ts';

export abstract class GauntletCommand extends RrCommand {
  /** Opens the record stream, unless stdout is for people. */
  protected async face(): Promise<GauntletFace> {
    const writer = this.globals.format === 'ndjson' ? await this.records() : undefined;
    return {
      signal: this.stop.signal,
      typed: [this.commandName, ...this.argv],
      write: writer && ((record) => writer.write(record)),
      progress: (work, details) => this.progress(work, details),
      say: (text) => this.say(text),
      hint: (text) => this.note(text),
      color: this.globals.color,
    };
  }
}
