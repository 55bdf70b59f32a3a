/** `rr events tail`: what is new, once or until stopped. */
import { Flags } from '@oclif/core';
import { header } from '../../io/ndjson/header.ts';
import { dataPaths } from '../../io/paths.ts';
import { pause } from '../../io/timer.ts';
import { readState, withState } from '../../state/open.ts';
import type { StoredEvent } from '../../state/store/event.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag } from '../cli/flags.ts';
import { eventColumns, eventRecord, typesFrom } from './query.ts';

/** Events shown where nothing says from where on. */
const NEWEST = 20;
/** Milliseconds between two looks. */
const LOOK_MS = 2000;

export default class EventsTail extends RrCommand {
  static override description =
    'Shows the newest events. --reader NAME goes on where the last tail of that name ended, so that a script sees each ' +
    'event once; the place is kept when all have been written. --follow waits for more until stopped. Exit 4 when ' +
    'nothing is new.';

  static override examples = [
    'rr events tail',
    'rr events tail --follow',
    'rr events tail --reader mail --type run_failed',
  ];

  static override flags = {
    ...dataFlag,
    type: Flags.string({ multiple: true, description: 'only events of this type', helpValue: 'TYPE' }),
    reader: Flags.string({ description: 'a name of your own for whoever reads', helpValue: 'NAME' }),
    follow: Flags.boolean({ description: 'wait for more until stopped' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(EventsTail);
    const path = dataPaths(flags.data).state;
    const types = typesFrom(flags.type);
    const cursor = flags.reader === undefined ? undefined : `events/${flags.reader}`;
    const kept = cursor === undefined ? undefined : await readState(path, ({ cursors }) => cursors.get(cursor));
    let after = kept === undefined ? undefined : Number(kept);
    let shown = 0;
    const writer = this.globals.format === 'ndjson' ? await this.records() : undefined;
    await writer?.write(header({ command: this.commandName }));
    for (;;) {
      const all = await readState(path, ({ events }) => events.find({ after }));
      const found = all.filter(({ type }) => types?.includes(type) ?? true);
      const fresh = after === undefined && cursor === undefined ? found.slice(-NEWEST) : found;
      shown += fresh.length;
      await this.#show(fresh);
      const last = all.at(-1)?.arrival;
      after = last ?? after ?? 0;
      if (cursor !== undefined && last !== undefined) {
        await withState(path, ({ cursors }) => cursors.set(cursor, String(last)));
      }
      if (!flags.follow) break;
      await pause(LOOK_MS, this.stop.signal);
    }
    await writer?.write({ type: 'summary', command: this.commandName, events: shown });
    return shown === 0 ? 4 : undefined;
  }

  async #show(events: readonly StoredEvent[]): Promise<void> {
    if (this.globals.format === 'table') {
      if (events.length > 0) await this.table(events.map(eventRecord), eventColumns);
      return;
    }
    const writer = await this.records();
    for (const event of events) await writer.write({ type: 'event', ...eventRecord(event) });
    await writer.flush();
  }
}
