/** How much each sample counts: the file's own weight times factors for quality, age and phase, with mean one. */
import { COUNTERS, Counter } from '../../net/encode/rr1/features.ts';
import type { TrainingGame, TrainingRows } from './rows.ts';

export interface WeightSettings {
  /** 0: quality is ignored; 1: a sample counts in proportion to its game's quality relative to the mean. */
  readonly qualityBlend: number;
  /** Age at which a sample counts half, in days before the newest game; 0: age is ignored. */
  readonly halfLifeDays: number;
  /** Factor by phase number (engine/phases.ts); phases left out count 1. */
  readonly phases: Readonly<Record<number, number>>;
  /** `auto`: in games with searches, moves that were not searched teach values only. */
  readonly policyRows: 'auto' | 'all' | 'searched';
}

const DAY_S = 86_400;

/** Fills in rows.weight (which holds the files' weights on entry) and rows.learnsPolicy. */
export function weighRows(rows: TrainingRows, games: readonly TrainingGame[], settings: WeightSettings): void {
  const { count, weight, game, counters, searched, learnsPolicy } = rows;
  const factor = gameFactors(games, settings);
  let sum = 0;
  for (let row = 0; row < count; row++) {
    const phase = settings.phases[counters[row * COUNTERS + Counter.phase]] ?? 1;
    weight[row] *= factor[game[row]] * phase;
    sum += weight[row];
  }
  if (sum > 0) for (let row = 0; row < count; row++) weight[row] *= count / sum;

  const wasSearched = new Uint8Array(games.length);
  for (let row = 0; row < count; row++) if (searched[row] & 1) wasSearched[game[row]] = 1;
  for (let row = 0; row < count; row++) {
    const needsSearch =
      settings.policyRows === 'searched' || (settings.policyRows === 'auto' && wasSearched[game[row]]);
    learnsPolicy[row] = needsSearch ? searched[row] & 1 : 1;
  }
}

function gameFactors(games: readonly TrainingGame[], { qualityBlend, halfLifeDays }: WeightSettings): Float64Array {
  const known = games.filter(({ quality }) => !Number.isNaN(quality));
  const meanQuality = known.reduce((sum, { quality }) => sum + quality, 0) / Math.max(1, known.length);
  const newest = games.reduce((latest, { created }) => (created > latest ? created : latest), Number.NEGATIVE_INFINITY);
  return Float64Array.from(games, ({ quality, created }) => {
    const relative = Number.isNaN(quality) || meanQuality <= 0 ? 1 : quality / meanQuality;
    const fresh = halfLifeDays > 0 && !Number.isNaN(created) ? 2 ** (-(newest - created) / (halfLifeDays * DAY_S)) : 1;
    return (1 - qualityBlend + qualityBlend * relative) * fresh;
  });
}
