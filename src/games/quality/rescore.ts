/** Brings the scores of a database of ours up to the formula of today. */
import type { BadGame } from '../bad-game.ts';
import { pausing } from '../pausing.ts';
import { GameStore } from '../store/store.ts';
import type { GameHeader, StoredGame } from '../store/types.ts';
import { QUALITY_VERSION, qualityColumns } from './quality.ts';

export interface Rescored {
  readonly games: number;
  /** Games whose score was missing or of an older formula. */
  readonly scored: number;
  /** Scores from elsewhere, which stay. */
  readonly kept: number;
  readonly unreadable: number;
}

export interface RescoreOptions {
  /** Also games that came with a score from elsewhere. */
  readonly all: boolean;
  readonly dryRun: boolean;
  readonly onBad: (bad: BadGame) => void;
  readonly onGame: () => void;
  readonly stopped: () => boolean;
}

const BATCH = 200;

/** In durable batches; can be stopped and repeated. Arrival numbers stay. @throws RrError of opening and writing */
export async function rescore(path: string, options: RescoreOptions): Promise<Rescored> {
  const { all, dryRun, onBad, onGame, stopped } = options;
  const store = dryRun ? await GameStore.openReadOnly(path) : GameStore.open(path);
  const counts = { games: 0, scored: 0, kept: 0, unreadable: 0 };
  const waiting: StoredGame[] = [];
  const flush = (): void => {
    if (waiting.length > 0) store.replace(waiting.splice(0));
  };
  const refuse = (bad: BadGame): void => {
    counts.unreadable++;
    onBad(bad);
  };
  try {
    for await (const row of pausing(store.headerRows())) {
      if (stopped()) break;
      onGame();
      if ('problem' in row) {
        refuse(row);
        continue;
      }
      counts.games++;
      if (isForeign(row) && !all) counts.kept++;
      else if (row.quality_version !== QUALITY_VERSION) {
        const game = store.row(row.game_id);
        if (game === undefined) continue;
        if ('problem' in game) {
          refuse(game);
          continue;
        }
        counts.scored++;
        if (!dryRun) waiting.push({ ...game, ...qualityColumns(game) });
        if (waiting.length >= BATCH) flush();
      }
    }
    flush();
    return counts;
  } finally {
    store.close();
  }
}

const isForeign = ({ quality, quality_version }: GameHeader): boolean => quality !== null && quality_version === null;
