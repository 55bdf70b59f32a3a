/** From a stream of games to one training file per config: what is left out and why, and what came of it. */

import { type ConfigKey, type GameConfig, gameConfig } from '../engine/config-key.ts';
import { type BadGame, problemOf } from '../games/bad-game.ts';
import { byRules } from '../games/game/by-rules.ts';
import type { Game } from '../games/game/game.ts';
import type { GameItem } from '../games/game/open.ts';
import type { LayoutWriter } from './layout.ts';
import { type GameFilter, Sieve, SKIP_REASONS, type SkipReason } from './sieve.ts';

/** Whose word counts for how a game from elsewhere ended. A game of ours has to agree with the rules in any case. */
export const TRUST = ['rules', 'record'] as const;
export type Trust = (typeof TRUST)[number];

export interface ExportedFile {
  readonly config: ConfigKey;
  readonly games: number;
  readonly samples: number;
}

export interface ExportReport {
  readonly files: readonly ExportedFile[];
  readonly skipped: Readonly<Record<SkipReason, number>>;
  /** Configs with too few games for a file. */
  readonly tooFew: readonly { readonly config: ConfigKey; readonly games: number }[];
  /** Games that the rules end otherwise than their records say: exported with that end, or left out as undecided. */
  readonly corrected: number;
}

export interface ExportHooks {
  /** Makes the file for a config, when its first game arrives. May refuse by throwing. */
  readonly open: (config: GameConfig) => LayoutWriter;
  /** A config with fewer games gets no file. */
  readonly minGames?: number;
  /** Default: rules. */
  readonly trust?: Trust;
  /** Polled between games; true ends the reading, and what there is is written. */
  readonly stopped?: () => boolean;
  readonly onGame?: (samples: number) => void;
  readonly onUnreadable?: (bad: BadGame) => void;
  /** A game whose record contradicts the rules, where those are trusted. */
  readonly onCorrected?: (game: BadGame) => void;
}

/** Reads all games, then writes the files. When anything throws, no file is made. */
export async function exportGames(
  games: AsyncIterable<GameItem>,
  filter: GameFilter,
  hooks: ExportHooks,
): Promise<ExportReport> {
  const running = new Export(filter, hooks);
  try {
    for await (const item of games) {
      if (hooks.stopped?.()) break;
      running.take(item);
    }
    return await running.finish();
  } catch (error) {
    running.abort();
    throw error;
  }
}

class Export {
  readonly #hooks: ExportHooks;
  readonly #sieve: Sieve;
  readonly #writers = new Map<ConfigKey, LayoutWriter>();
  readonly #skipped = Object.fromEntries(SKIP_REASONS.map((reason) => [reason, 0])) as Record<SkipReason, number>;
  #corrected = 0;

  constructor(filter: GameFilter, hooks: ExportHooks) {
    this.#hooks = hooks;
    this.#sieve = new Sieve(filter);
  }

  take(item: GameItem): void {
    if ('leftOut' in item) this.#skipped[item.leftOut] += item.games;
    else if ('game' in item) this.#game(item.game);
    else this.#unreadable(item);
  }

  async finish(): Promise<ExportReport> {
    const { minGames = 0 } = this.#hooks;
    const files: ExportedFile[] = [];
    const tooFew: { config: ConfigKey; games: number }[] = [];
    for (const [config, writer] of this.#writers) {
      const { games, samples } = writer;
      if (samples === 0 || games < minGames) {
        writer.abort();
        if (samples > 0) tooFew.push({ config, games });
        continue;
      }
      await writer.finish();
      files.push({ config, games, samples });
    }
    return { files, skipped: this.#skipped, tooFew, corrected: this.#corrected };
  }

  abort(): void {
    for (const writer of this.#writers.values()) writer.abort();
  }

  #game(recorded: Game): void {
    const { id, where } = recorded;
    const reason = this.#sieve.test(recorded);
    if (reason !== undefined) {
      this.#skipped[reason]++;
      return;
    }
    const problem = attempt(() => this.#export(this.#judged(recorded)));
    if (problem !== undefined) this.#unreadable({ id, where, problem });
  }

  #export(game: Game): void {
    if (game.winner === 0) {
      this.#skipped.undecided++;
      return;
    }
    const samples = this.#writerOf(game).add(game);
    this.#sieve.take(game);
    if (samples === 0) this.#skipped.no_samples++;
    this.#hooks.onGame?.(samples);
  }

  /** The game with the end it is exported with. */
  #judged(recorded: Game): Game {
    const { trust = 'rules', onCorrected } = this.#hooks;
    if (trust === 'record') return recorded;
    const { game, difference } = byRules(recorded);
    if (difference !== undefined) {
      this.#corrected++;
      onCorrected?.({ id: game.id, where: game.where, problem: difference });
    }
    return game;
  }

  #writerOf({ initial: { rules } }: Game): LayoutWriter {
    const config = gameConfig(rules.board, rules.players);
    const known = this.#writers.get(config.key);
    if (known) return known;
    const writer = this.#hooks.open(config);
    this.#writers.set(config.key, writer);
    return writer;
  }

  #unreadable(bad: BadGame): void {
    this.#skipped.unreadable++;
    this.#hooks.onUnreadable?.(bad);
  }
}

/** Why the game is refused, if it is. */
function attempt(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return problemOf(error);
  }
}
