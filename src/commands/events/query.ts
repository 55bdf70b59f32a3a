/** Which events are meant, and how one is shown. */
import { Flags, type Interfaces } from '@oclif/core';
import { RrError } from '../../core/errors.ts';
import { formatNumber } from '../../core/format.ts';
import { nearestHint } from '../../core/nearest.ts';
import { dataPaths } from '../../io/paths.ts';
import { readState } from '../../state/open.ts';
import { isEventType, type StoredEvent, timeOf } from '../../state/store/event.ts';
import { EVENT_TYPE_NAMES } from '../../state/store/event-types.ts';
import { durationFlag } from '../cli/flags.ts';
import type { Column } from '../cli/render.ts';
import { timeText } from '../cli/time-text.ts';

export const eventFlags = {
  type: Flags.string({ multiple: true, description: 'only events of this type', helpValue: 'TYPE' }),
  config: Flags.string({ description: 'only what belongs to this board and player count', helpValue: 'KEY' }),
  since: durationFlag('--since')({ description: 'only what happened in this time: 90s, 30m, 2h, 7d' }),
  newest: Flags.integer({ min: 1, description: 'only the newest', helpValue: 'N' }),
};
type EventFlags = Interfaces.InferredFlags<typeof eventFlags> & { readonly data?: string | undefined };

/** By arrival. @throws RrError USAGE naming the nearest type */
export async function readEvents(flags: EventFlags, nowMs: number): Promise<StoredEvent[]> {
  const types = typesFrom(flags.type);
  const found = await readState(dataPaths(flags.data).state, ({ events }) =>
    events.find({ types, config: flags.config }),
  );
  const { since, newest = found.length } = flags;
  const wanted = since === undefined ? found : found.filter((event) => timeOf(event, nowMs) >= nowMs - since);
  return wanted.slice(Math.max(0, wanted.length - newest));
}

export function typesFrom(flag: readonly string[] | undefined): string[] | undefined {
  const names = flag?.flatMap((text) => text.split(',')).map((name) => name.trim());
  for (const name of names ?? []) {
    if (isEventType(name)) continue;
    const hint = nearestHint(name, EVENT_TYPE_NAMES);
    throw new RrError('USAGE', { detail: `no events of type '${name}'${hint}; rr events schema lists them` });
  }
  return names;
}

/** As a record without its `type`. */
export function eventRecord({ type, detail, ...rest }: StoredEvent) {
  return { event: type, ...rest, facts: JSON.parse(detail) as Readonly<Record<string, unknown>> };
}
type EventRow = ReturnType<typeof eventRecord>;

/** Hashes are told apart by twelve digits, and nobody reads more than four of a number. */
function factText(value: unknown): string {
  if (typeof value === 'number')
    return Number.isInteger(value) ? formatNumber(value) : String(Number(value.toPrecision(4)));
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? value.slice(0, 12) : String(value);
}

export const eventColumns: readonly Column<EventRow>[] = [
  { title: 'WHEN', value: ({ at }) => timeText(at) },
  { title: 'EVENT', value: ({ event }) => event },
  { title: 'CONFIG', value: ({ config }) => config ?? '' },
  { title: 'HOST', drop: 1, value: ({ host }) => host },
  {
    title: 'FACTS',
    wrap: true,
    value: ({ facts }) =>
      Object.entries(facts)
        .filter(([, value]) => value !== null && value !== '')
        .map(([name, value]) => `${name} ${Array.isArray(value) ? value.map(factText).join('; ') : factText(value)}`)
        .join(', '),
  },
];
