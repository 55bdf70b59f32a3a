/** Which games are exported, and why the others are not. */
import { RrError } from '../core/errors.ts';
import type { ConfigKey } from '../engine/config-key.ts';
import { configOf, type Game } from '../games/game/game.ts';
import { seconds } from './time.ts';

export interface GameFilter {
  readonly config?: ConfigKey;
  /** Games with fewer moves, bookkeeping included, are left out. */
  readonly minMoves?: number;
  /** At most this many games per config. */
  readonly maxGames?: number;
  /** ISO-8601; older games, and games without a date, are left out. */
  readonly since?: string;
  /** Engines to keep, by name. */
  readonly engines?: readonly string[];
  readonly minQuality?: number;
  /** Leave out a game whose id has been exported already. */
  readonly dedupe?: boolean;
}

/**
 * Why games were left out, in the order of the tests. `excluded`: by their database, or by its parity check; `unproven`: they
 * did not pass one, where that is asked for.
 */
export const SKIP_REASONS = [
  'unreadable',
  'other_config',
  'read_before',
  'old',
  'undecided',
  'excluded',
  'unproven',
  'short',
  'engine',
  'quality',
  'duplicate',
  'over_limit',
  'no_samples',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export class Sieve {
  readonly #filter: GameFilter;
  readonly #since: number;
  readonly #seen = new Set<string>();
  readonly #taken = new Map<string, number>();

  constructor(filter: GameFilter) {
    this.#filter = filter;
    this.#since = filter.since === undefined ? Number.NEGATIVE_INFINITY : seconds(filter.since);
    if (Number.isNaN(this.#since)) {
      throw new RrError('USAGE', {
        detail: `--since '${filter.since}' is no date; write 2026-11-22 or 2026-11-22T04:00:00Z`,
      });
    }
  }

  /** Undefined for a game to keep; it counts once it is taken. */
  test(game: Game): SkipReason | undefined {
    const { config, since, minMoves = 0, engines, minQuality, dedupe } = this.#filter;
    if (config !== undefined && config !== configOf(game)) return 'other_config';
    if (since !== undefined && !(seconds(game.createdAt) >= this.#since)) return 'old';
    if (game.status !== 'completed' || game.winner === 0) return 'undecided';
    if (game.moves.length < minMoves) return 'short';
    if (engines && !engines.some((name) => name === game.engine || name === game.source)) return 'engine';
    if (minQuality !== undefined && !((game.quality ?? 0) >= minQuality)) return 'quality';
    if (dedupe && this.#seen.has(game.id)) return 'duplicate';
    return this.#isFull(game) ? 'over_limit' : undefined;
  }

  /** To be called with each game that is kept. */
  take(game: Game): void {
    const key = configOf(game);
    this.#seen.add(game.id);
    this.#taken.set(key, (this.#taken.get(key) ?? 0) + 1);
  }

  #isFull(game: Game): boolean {
    const { maxGames = Number.POSITIVE_INFINITY } = this.#filter;
    return (this.#taken.get(configOf(game)) ?? 0) >= maxGames;
  }
}
