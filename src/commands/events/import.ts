/** `rr events import`: takes in the events of another machine. */
import { Args } from '@oclif/core';
import * as z from 'zod';
import { recordKind } from '../../io/ndjson/kinds.ts';
import { readRecords } from '../../io/ndjson/reader.ts';
import { dataPaths } from '../../io/paths.ts';
import { withState } from '../../state/open.ts';
import { type Event, EventSchema, isGenuineEvent } from '../../state/store/event.ts';
import { canonicalJson } from '../../state/store/results.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag } from '../cli/flags.ts';

const { id, at, host, config, trace } = EventSchema.shape;
const eventKind = recordKind(
  'event',
  z.looseObject({
    type: z.literal('event'),
    event: EventSchema.shape.type,
    ...{ id, at, host, config, trace },
    facts: z.record(z.string(), z.unknown()),
  }),
);

export default class EventsImport extends RrCommand {
  static override description =
    'Adds events that rr events export wrote. Events are a set: importing twice changes nothing. One whose id is not that ' +
    'of its facts is left out and named. Exit 4 when nothing was new, 6 when some were left out.';

  static override examples = ['rr events import events.ndjson', 'rr events import - < events.ndjson'];

  static override args = { file: Args.string({ description: 'event records; - for stdin (the default)' }) };

  static override flags = { ...dataFlag };

  protected async execute(): Promise<Outcome> {
    const { flags, args } = await this.parse(EventsImport);
    const events: Event[] = [];
    let refused = 0;
    for await (const item of readRecords(args.file ?? '-', { kinds: [eventKind], allowTruncated: false })) {
      const record = item.as(eventKind);
      if (record === undefined) continue;
      const { event: type, facts } = record;
      const event = {
        id: record.id,
        type,
        at: record.at,
        host: record.host,
        config: record.config,
        trace: record.trace,
        detail: canonicalJson(facts),
      };
      if (isGenuineEvent(event)) events.push(event);
      else {
        refused++;
        this.note(`${record.id.slice(0, 12)} (${type}): left out, its id is not that of its facts`);
      }
    }
    const added = await withState(dataPaths(flags.data).state, (state) => state.events.add(events));
    await this.present({
      type: 'imported',
      rows: [{ events: events.length + refused, added, refused }],
      columns: [
        { title: 'EVENTS', value: (row) => row.events },
        { title: 'NEW', value: (row) => row.added },
        { title: 'LEFT OUT', value: (row) => row.refused },
      ],
    });
    if (refused > 0) return 6;
    return added === 0 ? 4 : undefined;
  }
}
