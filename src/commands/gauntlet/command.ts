/** What the commands that play a gauntlet have in common: where it shows itself. */
import type { VerdictRecord } from '../../arena/records.ts';
import { RrCommand } from '../cli/base.ts';
import type { GauntletFace } from './run.ts';

export abstract class GauntletCommand extends RrCommand {
  /** Keeps the verdicts that are complete for the log of events. */
  protected async tellVerdicts(verdicts: readonly VerdictRecord[]): Promise<void> {
    for (const { run: gauntlet, config, candidate, opponent, games, score, wilson, complete } of verdicts) {
      if (!complete) continue;
      const { low, high } = wilson;
      const who = { candidate: candidate.id.slice(0, 2000), opponent: opponent.id.slice(0, 2000) };
      await this.tell('evaluation_completed', { gauntlet, ...who, games, score, low, high }, config);
    }
  }

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
