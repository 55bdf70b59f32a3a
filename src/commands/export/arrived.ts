/** `--new-for` and `--arrived` of `rr export`: games by the order in which they came to their database. */
import { Flags } from '@oclif/core';
import { RrError } from '../../core/errors.ts';
import { type Asked, type Reading, readingOf } from '../../games/databases/arrivals.ts';
import { isDatabase } from '../../games/databases/find.ts';
import type { CursorName } from '../../games/store/store.ts';

export const arrivedFlags = {
  'new-for': Flags.string({
    description: 'only games that no earlier export with this name has read, whenever they were played',
    exclusive: ['arrived', 'max-games'],
    helpValue: 'NAME',
  }),
  arrived: Flags.string({
    description:
      'only games of our databases with these arrival numbers, both included: 1201..1500, or 1201.. to the end',
    helpValue: 'A..B',
  }),
};

/** @throws RrError USAGE */
export function parseArrived(text: string): Asked {
  const [, from, to] = /^(\d{1,15})\.\.(\d{1,15})?$/.exec(text) ?? [];
  const until = to === undefined ? undefined : Number(to);
  if (from === undefined || Number(from) < 1 || (until !== undefined && until < Number(from))) {
    throw new RrError('USAGE', { detail: `--arrived '${text}' is no range of arrivals; write 1201..1500 or 1201..` });
  }
  return { after: Number(from) - 1, until };
}

/**
 * What is read of each database of ours among the sources, by path.
 * @throws RrError USAGE when arrivals are asked for of sources that have none
 */
export async function readingsOf(
  sources: readonly string[],
  { arrived, newFor }: { readonly arrived: string | undefined; readonly newFor: CursorName | undefined },
): Promise<ReadonlyMap<string, Reading>> {
  const asked: Asked = { ...(arrived !== undefined && parseArrived(arrived)), newFor };
  const readings = new Map<string, Reading>();
  for (const path of new Set(sources)) {
    const reading = path !== '-' && (await isDatabase(path)) ? await readingOf(path, asked) : undefined;
    if (reading) readings.set(path, reading);
    else if (arrived !== undefined || newFor !== undefined) {
      const flag = newFor === undefined ? '--arrived' : '--new-for';
      const detail = `${path}: ${flag} needs a database of ours, where games have arrival numbers`;
      throw new RrError('USAGE', { detail: `${detail}; rr db import or rr db convert makes one` });
    }
  }
  if (arrived !== undefined && readings.size > 1) {
    throw new RrError('USAGE', { detail: '--arrived takes one database: every one has arrival numbers of its own' });
  }
  return readings;
}
