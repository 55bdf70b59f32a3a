/**
 * Reads rr1 training files into memory: what they say about themselves is checked first, then the games of the replay
 * window are chosen, and only their rows are kept. Every kept row is checked (check.ts).
 */
import { createHash } from 'node:crypto';
import { RrError } from '../../core/errors.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { checkRows } from './check.ts';
import { allocateRows, planFile, readRows } from './read-rows.ts';
import { mixRootValues } from './root-values.ts';
import type { TrainingGame, TrainingRows } from './rows.ts';
import { openSource, type SourceFile } from './source-file.ts';
import { selectGames, type WindowSettings } from './window.ts';

export interface TrainingData {
  readonly rows: TrainingRows;
  readonly games: readonly TrainingGame[];
  /** Rows and games of all files, before the window. */
  readonly available: { readonly rows: number; readonly games: number };
  /** SHA-256 over the checksums of the files, in order: two data sets with equal fingerprints are equal. */
  readonly fingerprint: string;
}

/**
 * Loads the window of `paths`, older files first. `rootValueShare`: see mixRootValues().
 * @throws RrError FILE_NOT_FOUND, FILE_CORRUPT, NPZ_ARRAY_MISSING, TRAINING_MISMATCH (another encoder, policy layout,
 *   config or format), TRAINING_EMPTY, TRAINING_DATA
 */
export async function loadTrainingData(
  paths: readonly string[],
  config: GameConfig,
  window: WindowSettings,
  rootValueShare = 0,
): Promise<TrainingData> {
  const files: SourceFile[] = [];
  try {
    for (const path of paths) files.push(await openSource(path, config));
    const kept = selectGames(files, window);
    const plans = files.map((file, i) => planFile(file, kept[i]));
    const total = plans.reduce((sum, plan) => sum + plan.numbers.length, 0);
    if (total === 0) throw new RrError('TRAINING_EMPTY', { where: paths.join(', ') });
    const rows = allocateRows(
      config,
      total,
      plans.reduce((sum, plan) => sum + plan.moves, 0),
    );
    const games: TrainingGame[] = [];
    let first = 0;
    for (const plan of plans) {
      await readRows(plan, rows, first, games);
      checkRows(rows, { path: plan.file.npz.path, first, numbers: plan.numbers });
      if (rootValueShare > 0) await mixRootValues(plan, rows, first, rootValueShare);
      first += plan.numbers.length;
    }
    const fingerprint = createHash('sha256');
    for (const { checksum } of files) fingerprint.update(checksum);
    return {
      rows,
      games,
      available: {
        rows: files.reduce((sum, file) => sum + file.gameOfRow.length, 0),
        games: files.reduce((sum, file) => sum + file.games.length, 0),
      },
      fingerprint: fingerprint.digest('hex'),
    };
  } finally {
    for (const { npz } of files) npz.close();
  }
}
