/** The log of events in numbers. */
import { factsOf } from '../../state/store/event.ts';
import type { StateStore } from '../../state/store/store.ts';
import type { Family } from './text.ts';

export async function eventFamilies({ events }: StateStore): Promise<Family[]> {
  const all = await events.find();
  const rates = new Map<string, number>();
  for (const event of all) {
    const facts = factsOf(event, 'selfplay_completed');
    if (facts && event.config !== null && facts.seconds > 0) rates.set(event.config, facts.games / facts.seconds);
  }
  return [
    {
      ...{ name: 'events', help: 'Events on record by type.', kind: 'gauge' },
      samples: Object.entries(Object.groupBy(all, ({ type }) => type)).map(([type, some = []]) => ({
        labels: { type },
        value: some.length,
      })),
    },
    {
      ...{ name: 'selfplay_games_per_second', help: 'Rate of the last self-play run that ended.', kind: 'gauge' },
      samples: [...rates].map(([config, value]) => ({ labels: { config }, value })),
    },
  ];
}
