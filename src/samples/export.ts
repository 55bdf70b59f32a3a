/** From a stream of games to one training file per config: what is left out and why, and what came of it. */

import { RrError } from '../core/errors.ts';
import { type ConfigKey, type GameConfig, gameConfig } from '../engine/config-key.ts';
import { type BadGame, problemOf } from '../games/bad-game.ts';
import { configOf, type Game } from '../games/game/game.ts';
import type { GameItem } from '../games/game/open.ts';
import type { LayoutWriter } from './layout.ts';
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

/** Why games were left out, in the order of the tests. `excluded`: by their database, or by its parity check. */
export const SKIP_REASONS = [
  'unreadable',
  'other_config',
  'old',
  'undecided',
  'excluded',
  'short',
  'engine',
  'quality',
  'duplicate',
  'over_limit',
  'no_samples',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export interface ExportedFile {
  readonly config: ConfigKey;
  readonly games: number;
  readonly samples: number;
}

export interface ExportReport {
  readonly files: readonly ExportedFile[];
  readonly skipped: Readonly<Record<SkipReason, number>>;
}

export interface ExportHooks {
  /** Makes the file for a config, when its first game arrives. May refuse by throwing. */
  readonly open: (config: GameConfig) => LayoutWriter;
  /** Polled between games; true ends the reading, and what there is is written. */
  readonly stopped?: () => boolean;
  readonly onGame?: (samples: number) => void;
  readonly onUnreadable?: (bad: BadGame) => void;
}

/** Reads all games, then writes the files. When anything throws, no file is made. */
export async function exportGames(
  games: AsyncIterable<GameItem>,
  filter: GameFilter,
  { open, stopped, onGame, onUnreadable }: ExportHooks,
): Promise<ExportReport> {
  const writers = new Map<ConfigKey, LayoutWriter>();
  const skipped = Object.fromEntries(SKIP_REASONS.map((reason) => [reason, 0])) as Record<SkipReason, number>;
  const sieve = new Sieve(filter);
  try {
    for await (const item of games) {
      if (stopped?.()) break;
      if ('leftOut' in item) {
        skipped[item.leftOut] += item.games;
        continue;
      }
      if (!('game' in item)) {
        skipped.unreadable++;
        onUnreadable?.(item);
        continue;
      }
      const { game } = item;
      const reason = sieve.test(game);
      if (reason !== undefined) {
        skipped[reason]++;
        continue;
      }
      const config = gameConfig(game.initial.rules.board, game.initial.rules.players);
      let writer = writers.get(config.key);
      if (!writer) {
        writer = open(config);
        writers.set(config.key, writer);
      }
      const samples = attempt(() => writer.add(game));
      if (typeof samples === 'string') {
        skipped.unreadable++;
        onUnreadable?.({ id: game.id, where: game.where, problem: samples });
        continue;
      }
      if (samples === 0) skipped.no_samples++;
      onGame?.(samples);
    }
    const files: ExportedFile[] = [];
    for (const [config, writer] of writers) {
      const { games: count, samples } = writer;
      if (samples === 0) {
        writer.abort();
        continue;
      }
      await writer.finish();
      files.push({ config, games: count, samples });
    }
    return { files, skipped };
  } catch (error) {
    for (const writer of writers.values()) writer.abort();
    throw error;
  }
}

/** What the work gives, or why the game is refused. */
function attempt(work: () => number): number | string {
  try {
    return work();
  } catch (error) {
    return problemOf(error);
  }
}

class Sieve {
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

  /** Undefined for a game to keep. */
  test(game: Game): SkipReason | undefined {
    const { config, minMoves = 0, maxGames, engines, minQuality, dedupe, since } = this.#filter;
    const key = configOf(game);
    if (config !== undefined && config !== key) return 'other_config';
    if (since !== undefined && !(seconds(game.createdAt) >= this.#since)) return 'old';
    if (game.status !== 'completed' || game.winner === 0) return 'undecided';
    if (game.moves.length < minMoves) return 'short';
    if (engines && !engines.some((name) => name === game.engine || name === game.source)) return 'engine';
    if (minQuality !== undefined && !((game.quality ?? 0) >= minQuality)) return 'quality';
    if (dedupe) {
      if (this.#seen.has(game.id)) return 'duplicate';
      this.#seen.add(game.id);
    }
    const taken = this.#taken.get(key) ?? 0;
    if (maxGames !== undefined && taken >= maxGames) return 'over_limit';
    this.#taken.set(key, taken + 1);
    return undefined;
  }
}
