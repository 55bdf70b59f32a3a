/** `rr events ls`: what happened. */
import { durationText } from '../../core/duration.ts';
import { timeOf } from '../../state/store/event.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag } from '../cli/flags.ts';
import { eventColumns, eventFlags, eventRecord, readEvents } from './query.ts';

export default class EventsLs extends RrCommand {
  static override description =
    'Lists the log of events, by arrival: models that came, were promoted or refused, syncs, runs that failed or were ' +
    'lost, and more (rr events schema lists all types). Exit 4 when there is none.';

  static override examples = [
    'rr events ls --since 24h',
    'rr events ls --type model_promoted --config hex8_2p',
    'rr events ls --type run_failed --format ndjson | jq -r \'select(.type == "event") | .facts.command\'',
  ];

  static override flags = { ...dataFlag, ...eventFlags };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(EventsLs);
    const now = Date.now();
    const found = await readEvents(flags, now);
    await this.present({
      type: 'event',
      rows: found.map(eventRecord),
      columns: eventColumns,
      none: 'no events',
      summary: { events: found.length },
    });
    const [last] = found.slice(-1);
    if (last) this.say(`\n${found.length} events, the last ${durationText(now - timeOf(last, now))} ago`);
    return found.length === 0 ? 4 : undefined;
  }
}
