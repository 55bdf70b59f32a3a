/** `rr events schema`: what the types of events are, for programs as JSON Schema. */
import { Args } from '@oclif/core';
import * as z from 'zod';
import { EVENT_TYPE_NAMES, EVENT_TYPES, type EventType } from '../../state/store/event-types.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { typesFrom } from './query.ts';

export default class EventsSchema extends RrCommand {
  static override description =
    'Lists the types of events with what they say, the facts that name their subject, and as records the JSON Schema of ' +
    'all facts. Of one type, prints its schema alone.';

  static override examples = ['rr events schema', 'rr events schema model_promoted'];

  static override args = { type: Args.string({ description: 'one type' }) };

  protected async execute(): Promise<Outcome> {
    const { args } = await this.parse(EventsSchema);
    if (args.type !== undefined) {
      const [type] = typesFrom([args.type]) ?? [];
      process.stdout.write(`${JSON.stringify(schemaOf(type as EventType), null, 2)}\n`);
      return undefined;
    }
    await this.present({
      type: 'event_type',
      rows: EVENT_TYPE_NAMES.map((event) => {
        const { says, keys } = EVENT_TYPES[event];
        return { event, says, keys: [...keys], schema: schemaOf(event) };
      }),
      columns: [
        { title: 'EVENT', value: (row) => row.event },
        { title: 'SAYS THAT', wrap: true, value: (row) => row.says },
        { title: 'NAMED BY', drop: 1, value: (row) => row.keys.join(', ') },
      ],
      summary: { types: EVENT_TYPE_NAMES.length },
    });
    return undefined;
  }
}

const schemaOf = (type: EventType): unknown => ({ title: type, ...z.toJSONSchema(EVENT_TYPES[type].facts) });
