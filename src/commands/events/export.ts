/** `rr events export`: the log as records, for `rr events import` of another machine. */

import { header } from '../../io/ndjson/header.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag } from '../cli/flags.ts';
import { eventFlags, eventRecord, readEvents } from './query.ts';

export default class EventsExport extends RrCommand {
  static override description =
    'Writes events as records, on a terminal too. rr events import takes them in on another machine. Exit 4 when there ' +
    'is none.';

  static override examples = [
    'rr events export > events.ndjson',
    'rr events export --since 7d | gzip > week.ndjson.gz',
  ];

  static override flags = { ...dataFlag, ...eventFlags };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(EventsExport);
    const found = await readEvents(flags, Date.now());
    const writer = await this.records();
    await writer.write(header({ command: this.commandName }));
    for (const event of found) await writer.write({ type: 'event', ...eventRecord(event) });
    await writer.write({ type: 'summary', command: this.commandName, events: found.length });
    return found.length === 0 ? 4 : undefined;
  }
}
