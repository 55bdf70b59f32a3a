/** `rr db check`: is a database whole, is every game what was stored, and with `deep`, is every game legal. */
import { isDamage, openReadOnly } from '../../io/sqlite/sqlite.ts';
import type { BadGame } from '../bad-game.ts';
import { type DatabaseKind, databaseKind } from '../databases/kind.ts';
import { pausing } from '../pausing.ts';
import { openForReading } from '../store/open.ts';
import { GameStore } from '../store/store.ts';
import type { StoredGame } from '../store/types.ts';
import { openRingriftDb } from '../upstream/reader.ts';
import type { RingriftGame } from '../upstream/types.ts';
import type { DatabaseFinding, Fault } from './finding.ts';
import { illegality } from './illegality.ts';
import { orphanRows, type PageFault, pageFaults } from './pages.ts';

export interface CheckOptions {
  /** Replay every game. Cost: as parity. */
  readonly deep?: boolean;
  readonly stopped?: () => boolean;
  /** Called for each game that was looked at, good or bad; with its row for a good one of ours. */
  readonly onGame?: (row?: StoredGame) => void;
}

/** Findings of one database of either kind; none when it is healthy. */
export async function* checkDatabase(path: string, options: CheckOptions = {}): AsyncGenerator<DatabaseFinding> {
  try {
    const kind = await databaseKind(path);
    for (const { fault, found } of await fileFaults(path, kind)) {
      yield { path, fault, game: '', found, remedy: remedyOf(fault, kind, path) };
    }
    yield* gameFindings(path, kind, options);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const remedy = 'fetch another copy of the file (rr sync pull)';
    yield { path, fault: 'file', game: '', found: String(error.params.detail), remedy };
  }
}

async function fileFaults(path: string, kind: DatabaseKind): Promise<PageFault[]> {
  const { db, close } = await (kind === 'rr' ? openForReading(path) : openReadOnly(path));
  try {
    return [...pageFaults(path, db), ...orphanRows(path, db)];
  } finally {
    close();
  }
}

async function* gameFindings(path: string, kind: DatabaseKind, options: CheckOptions): AsyncGenerator<DatabaseFinding> {
  const { deep = false, stopped, onGame } = options;
  const finding = (fault: Fault, { id, arrival, problem }: Omit<BadGame, 'where'>): DatabaseFinding => ({
    path,
    fault,
    game: id,
    ...(arrival !== undefined && { arrival }),
    found: problem,
    remedy: remedyOf(fault, kind, path),
  });
  for await (const { arrival, game } of pausing(kind === 'rr' ? rowsOfStore(path) : rowsOfUpstream(path))) {
    if (stopped?.()) return;
    if ('problem' in game) yield finding(faultOf(game), game);
    else {
      const problem = deep ? illegality(game, path) : undefined;
      const id = 'game_id' in game ? game.game_id : game.game.game_id;
      if (problem !== undefined) yield finding('replay', { id, problem, ...(arrival > 0 && { arrival }) });
    }
    onGame?.('game_id' in game ? game : undefined);
  }
}

/** A bad item without a row is about pages that hold several games, or about the table. */
function faultOf({ id, arrival, onDamagedPage = false }: Omit<BadGame, 'where'>): Fault {
  if (arrival !== undefined || id !== '') return 'game';
  return onDamagedPage ? 'page' : 'totals';
}

interface AnyRow {
  readonly arrival: number;
  readonly game: StoredGame | RingriftGame | BadGame;
}

async function* rowsOfStore(path: string): AsyncGenerator<AnyRow> {
  const store = await GameStore.openReadOnly(path);
  try {
    yield* store.arrivals();
  } finally {
    store.close();
  }
}

async function* rowsOfUpstream(path: string): AsyncGenerator<AnyRow> {
  const reader = await openRingriftDb(path);
  try {
    for (const game of reader.games({ includeExcluded: true }, { everything: true })) yield { arrival: 0, game };
  } finally {
    reader.close();
  }
}

function remedyOf(fault: Fault, kind: DatabaseKind, path: string): string {
  if (kind === 'ringrift') return `rr db convert ${path} --to rr --out NEW.db takes the good games`;
  switch (fault) {
    case 'page':
      return `rr db check ${path} --fix writes the games that can still be read to a new file`;
    case 'index':
      return `rr db check ${path} --fix rebuilds the indexes`;
    case 'game':
    case 'replay':
      return `rr db check ${path} --fix puts it aside; rr sync pull may bring a good copy`;
    case 'totals':
      return 'rr sync pull may bring what is missing; rr db check --fix recounts';
    case 'orphan':
      return `rr db check ${path} --fix removes them`;
    case 'file':
      return 'fetch another copy of the file (rr sync pull)';
  }
}
