/** `rr db check --fix`: bad games are put aside, indexes rebuilt; what a damaged file still yields goes into a new one. */
import type { BadGame } from '../bad-game.ts';
import { mergeGoodGames } from '../store/merge.ts';
import { GameStore } from '../store/store.ts';
import type { StoredGame } from '../store/types.ts';
import { type DatabaseFinding, FIXABLE } from './finding.ts';
import { illegality } from './illegality.ts';

export interface Fixed {
  /** Games that were put aside. */
  readonly aside: number;
  /** The file that the readable games of a damaged one went to, and how many. */
  readonly recovered?: { readonly path: string; readonly games: number };
}

/**
 * Fixes what was found in a database of ours. The games that are put aside keep all their bytes (rr db quarantine).
 * @param now ISO-8601 @throws RrError of opening for writing
 */
export async function fixDatabase(
  path: string,
  findings: readonly DatabaseFinding[],
  { now, stopped }: { readonly now: string; readonly stopped: () => boolean },
): Promise<Fixed> {
  if (findings.length === 0) return { aside: 0 };
  if (!findings.every(({ fault }) => FIXABLE.has(fault))) return { aside: 0, recovered: await recover(path, stopped) };
  const arrivals = findings.flatMap(({ arrival }) => (arrival === undefined ? [] : [arrival]));
  const store = GameStore.open(path);
  try {
    return { aside: store.putAside(arrivals, (row) => problemNow(row, path), now) };
  } finally {
    store.close();
  }
}

const problemNow = (row: StoredGame | BadGame, path: string): string | undefined =>
  'problem' in row ? row.problem : illegality(row, path);

/** Beside the damaged file, under a name that no command takes for a database by itself. */
const recoveryPath = (path: string): string => `${path}.recovered`;

/** Can be stopped and repeated: games that are there already are merged. Games put aside stay in the damaged file. */
async function recover(path: string, stopped: () => boolean): Promise<NonNullable<Fixed['recovered']>> {
  const target = recoveryPath(path);
  const source = await GameStore.openReadOnly(path);
  try {
    const store = GameStore.open(target);
    try {
      await mergeGoodGames(store, source, { onBad: () => {}, stopped });
      return { path: target, games: store.count() };
    } finally {
      store.close();
    }
  } finally {
    source.close();
  }
}
